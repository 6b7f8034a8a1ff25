from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platforms", "0002_pace"),
    ]

    operations = [
        migrations.AddField(
            model_name="appregistration",
            name="tested_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appregistration",
            name="broken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appregistration",
            name="broken_reason",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="appregistration",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
