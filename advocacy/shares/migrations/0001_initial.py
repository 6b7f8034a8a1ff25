import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("links", "0002_initial"),
        ("platforms", "0001_initial"),
        ("stories", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=5000)),
                ("language", models.CharField(choices=[("en", "English"), ("nl", "Dutch")], max_length=5)),
                ("shape", models.CharField(blank=True, max_length=10)),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "scheduled"),
                            ("sending", "being sent"),
                            ("published", "published"),
                            ("refused", "refused"),
                            ("unknown", "being looked up"),
                            ("waiting", "waiting for you"),
                            ("missed", "missed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="scheduled",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("last_safe_at", models.DateTimeField()),
                ("try_at", models.DateTimeField()),
                ("submission", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("record_key", models.CharField(editable=False, max_length=20, unique=True)),
                ("claim", models.UUIDField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("armed_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("doubted_at", models.DateTimeField(blank=True, null=True)),
                ("look_at", models.DateTimeField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.SlugField(blank=True, max_length=40)),
                ("reason_detail", models.CharField(blank=True, max_length=500)),
                ("remote_id", models.CharField(blank=True, max_length=255)),
                ("remote_url", models.URLField(blank=True, max_length=1000)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("likes", models.PositiveIntegerField(blank=True, null=True)),
                ("reposts", models.PositiveIntegerField(blank=True, null=True)),
                ("replies", models.PositiveIntegerField(blank=True, null=True)),
                ("impressions", models.PositiveIntegerField(blank=True, null=True)),
                ("measured_at", models.DateTimeField(blank=True, null=True)),
                ("measure_at", models.DateTimeField(blank=True, null=True)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platforms.account"
                    ),
                ),
                (
                    "link",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="links.trackedlink"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stories.picture",
                    ),
                ),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stories.story"
                    ),
                ),
            ],
            options={
                "verbose_name": "share",
                "verbose_name_plural": "shares",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("armed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.SlugField(blank=True, max_length=40)),
                ("detail", models.CharField(blank=True, max_length=500)),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="shares.share",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=5000)),
                ("texts", models.JSONField(blank=True, default=dict)),
                ("account_ids", models.JSONField(blank=True, default=list)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Dutch")], default="en", max_length=5
                    ),
                ),
                ("shape", models.CharField(blank=True, max_length=10)),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="stories.picture",
                    ),
                ),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stories.story"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "story"), name="one_draft_per_story")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(("state", "scheduled")), fields=["try_at", "id"], name="share_due"
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["try_at", "id"], name="share_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["leased_until"], name="share_leased"
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(("state", "unknown")), fields=["look_at"], name="share_to_look_for"
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(("measure_at__isnull", False)),
                fields=["measure_at"],
                name="share_to_measure",
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["person", "-created_at"], name="share_of_person"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["story", "published_at"], name="share_of_story"),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sending"), _negated=True),
                    models.Q(("claim__isnull", False), ("leased_until__isnull", False)),
                    _connector="OR",
                ),
                name="sending_has_a_claim_and_a_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    ("published_at__isnull", False),
                    _connector="OR",
                ),
                name="published_has_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_safe_at__gt", models.F("due_at"))), name="last_safe_after_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(
                fields=("submission", "account"), name="one_share_per_submission"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(fields=("share", "number"), name="one_attempt_per_number"),
        ),
    ]
