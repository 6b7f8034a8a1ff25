from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platforms", "0007_earlier_sign_ins_and_limits")]

    operations = [
        migrations.AddField(
            model_name="account", name="put_off_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
