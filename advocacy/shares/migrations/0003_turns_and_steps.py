from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shares", "0002_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="share",
            name="prepared",
            field=models.CharField(blank=True, editable=False, max_length=255),
        ),
        migrations.AddField(
            model_name="share",
            name="turn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="share",
            name="turn_paid",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
