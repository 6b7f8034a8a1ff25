import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("original", models.FileField(upload_to="originals/%Y/%m")),
                (
                    "alt",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="description for who cannot see it"
                    ),
                ),
                ("focal_x", models.FloatField(default=0.5)),
                ("focal_y", models.FloatField(default=0.5)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "being prepared"), ("ready", "ready"), ("failed", "failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["-uploaded_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("landscape", "1200 x 630"),
                            ("square", "1080 x 1080"),
                            ("portrait", "1080 x 1350"),
                            ("display", "whole"),
                        ],
                        max_length=10,
                    ),
                ),
                ("file", models.FileField(upload_to="renditions/%Y/%m")),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("media_type", models.CharField(max_length=20)),
                ("size_bytes", models.PositiveIntegerField()),
                (
                    "picture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renditions",
                        to="stories.picture",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Story",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("summary", models.TextField(blank=True, max_length=600, verbose_name="summary")),
                ("note", models.TextField(blank=True, max_length=600, verbose_name="why share this")),
                ("url", models.URLField(max_length=1000, verbose_name="address")),
                ("site_name", models.CharField(blank=True, max_length=100, verbose_name="site")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Dutch")],
                        default="en",
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                ("for_everyone", models.BooleanField(default=False, verbose_name="everyone")),
                (
                    "for_language",
                    models.CharField(
                        blank=True,
                        choices=[("en", "English"), ("nl", "Dutch")],
                        max_length=5,
                        verbose_name="people who read",
                    ),
                ),
                ("for_followers", models.BooleanField(default=False, verbose_name="who follows its topics")),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="opens")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="closes")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("featured_at", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("for_places", models.ManyToManyField(blank=True, to="people.place", verbose_name="places")),
                ("for_teams", models.ManyToManyField(blank=True, to="people.team", verbose_name="teams")),
            ],
            options={
                "verbose_name": "story",
                "verbose_name_plural": "stories",
            },
        ),
        migrations.CreateModel(
            name="StoryPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "picture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stories.picture"
                    ),
                ),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="story_pictures",
                        to="stories.story",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddField(
            model_name="story",
            name="pictures",
            field=models.ManyToManyField(
                related_name="stories", through="stories.StoryPicture", to="stories.picture"
            ),
        ),
        migrations.CreateModel(
            name="SuggestedText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=3000, verbose_name="text")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Dutch")], max_length=5, verbose_name="language"
                    ),
                ),
                ("platform", models.SlugField(blank=True, max_length=30, verbose_name="platform")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="stories.story",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                (
                    "followers",
                    models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.AddField(
            model_name="story",
            name="topics",
            field=models.ManyToManyField(blank=True, to="stories.topic", verbose_name="topics"),
        ),
        migrations.AddIndex(
            model_name="picture",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["leased_until"], name="picture_to_cut"
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("focal_x__gte", 0), ("focal_x__lte", 1), ("focal_y__gte", 0), ("focal_y__lte", 1)
                ),
                name="focal_point_lies_in_the_picture",
            ),
        ),
        migrations.AddConstraint(
            model_name="rendition",
            constraint=models.UniqueConstraint(fields=("picture", "shape"), name="one_rendition_per_shape"),
        ),
        migrations.AddConstraint(
            model_name="storypicture",
            constraint=models.UniqueConstraint(fields=("story", "picture"), name="a_picture_once_per_story"),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["-opens_at", "-id"], name="story_newest"),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["-changed_at", "-id"], name="story_last_changed"),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(("featured_at__isnull", False)),
                fields=["-featured_at"],
                name="story_featured",
            ),
        ),
        migrations.AddConstraint(
            model_name="story",
            constraint=models.CheckConstraint(
                condition=models.Q(("published_at", None), ("opens_at__isnull", False), _connector="OR"),
                name="published_stories_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="story",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closes_at", None),
                    ("opens_at", None),
                    ("closes_at__gt", models.F("opens_at")),
                    _connector="OR",
                ),
                name="stories_close_after_opening",
            ),
        ),
    ]
