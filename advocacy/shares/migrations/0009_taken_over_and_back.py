from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shares", "0008_second_readers")]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="kind",
            field=models.CharField(
                choices=[
                    ("moved", "moved"),
                    ("found", "a moment was found"),
                    ("moved_back", "moved back"),
                    ("cancelled", "cancelled"),
                    ("restored", "put back"),
                    ("reworded", "reworded"),
                    ("confirmed", "confirmed"),
                    ("repeated", "sent again"),
                    ("taken_over", "taken over"),
                    ("taken_back", "taken back"),
                ],
                max_length=10,
            ),
        ),
    ]
