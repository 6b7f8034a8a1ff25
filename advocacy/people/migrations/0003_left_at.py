from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_look")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="left_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
