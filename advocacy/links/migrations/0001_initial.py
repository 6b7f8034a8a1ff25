from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("dropped", models.SlugField(blank=True, max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="DailyCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("dropped", models.SlugField(blank=True, max_length=20)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "daily count",
            },
        ),
        migrations.CreateModel(
            name="TrackedLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("target_url", models.URLField(max_length=1000)),
                ("minted_at", models.DateTimeField()),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
