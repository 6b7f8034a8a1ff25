import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rehearsal", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions("member", {"verbose_name": "member", "verbose_name_plural": "members"}),
        migrations.AlterModelOptions("post", {"verbose_name": "post", "verbose_name_plural": "posts"}),
        migrations.AddField(
            "member",
            "joined_at",
            models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            "post", "image_width", models.PositiveIntegerField(blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            "post", "image_height", models.PositiveIntegerField(blank=True, editable=False, null=True)
        ),
        migrations.AlterField(
            "post",
            "image",
            models.ImageField(
                blank=True,
                height_field="image_height",
                upload_to="rehearsal/%Y/%m",
                width_field="image_width",
            ),
        ),
        migrations.AlterField("post", "text", models.TextField()),
        migrations.AlterField("reaction", "text", models.TextField(blank=True)),
        migrations.AddIndex(
            "post", models.Index(fields=["member", "-arrived_at"], name="rehearsal_of_member")
        ),
    ]
