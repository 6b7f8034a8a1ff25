from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platforms", "0003_registration_state"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="renew_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
