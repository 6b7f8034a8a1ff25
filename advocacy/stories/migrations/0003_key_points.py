from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stories", "0002_what_the_coach_must_know")]

    operations = [
        migrations.AddField(
            model_name="story",
            name="key_points",
            field=models.TextField(blank=True, max_length=600, verbose_name="key points"),
        ),
    ]
