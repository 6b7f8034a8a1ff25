from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platforms", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=400, unique=True)),
                ("free_at", models.DateTimeField()),
                ("rested_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
            ],
        ),
    ]
