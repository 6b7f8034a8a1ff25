import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("handle", models.SlugField(max_length=60, unique=True)),
                ("display_name", models.CharField(max_length=120)),
                ("joined_at", models.DateTimeField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "person",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(db_index=True)),
                ("text", models.TextField()),
                ("language", models.CharField(blank=True, max_length=5)),
                ("card", models.JSONField(blank=True, null=True)),
                (
                    "image",
                    models.ImageField(
                        blank=True,
                        height_field="image_height",
                        upload_to="rehearsal/%Y/%m",
                        width_field="image_width",
                    ),
                ),
                ("image_width", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("image_height", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("alt", models.CharField(blank=True, max_length=1000)),
                ("dated_at", models.DateTimeField()),
                ("arrived_at", models.DateTimeField()),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="rehearsal.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("like", "like"), ("repost", "repost"), ("reply", "reply")], max_length=10
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rehearsal.member"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reactions",
                        to="rehearsal.post",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["-arrived_at", "-id"], name="rehearsal_newest"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["member", "-arrived_at"], name="rehearsal_of_member"),
        ),
        migrations.AddConstraint(
            model_name="reaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "reply"), _negated=True),
                fields=("post", "member", "kind"),
                name="one_like_and_one_repost_each",
            ),
        ),
    ]
