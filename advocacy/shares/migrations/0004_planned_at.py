from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shares", "0003_turns_and_steps"),
    ]

    operations = [
        migrations.AddField(
            model_name="share",
            name="planned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
