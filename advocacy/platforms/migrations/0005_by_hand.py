from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platforms", "0004_renewing_early_and_followers"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="account",
            name="handle",
            field=models.CharField(blank=True, max_length=255),
        ),
    ]
