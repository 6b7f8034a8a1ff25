import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import advocacy.lib.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AppRegistration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform", models.SlugField(max_length=30)),
                ("host", models.CharField(max_length=255)),
                ("client_id", models.CharField(max_length=255)),
                ("client_secret", advocacy.lib.fields.EncryptedTextField(blank=True)),
                ("redirect_uri", models.URLField(max_length=500)),
                ("registered_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "registration at a server",
                "verbose_name_plural": "registrations at servers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("platform", "host", "redirect_uri"), name="one_registration_per_server"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInUnderWay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state_hash", models.CharField(max_length=64, unique=True)),
                ("session_hash", models.CharField(max_length=64)),
                ("code_verifier", advocacy.lib.fields.EncryptedTextField()),
                ("begun_at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="platforms.appregistration",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform", models.SlugField(max_length=30, verbose_name="platform")),
                ("host", models.CharField(max_length=255)),
                ("remote_id", models.CharField(max_length=255)),
                ("handle", models.CharField(max_length=255)),
                ("display_name", models.CharField(blank=True, max_length=255)),
                ("url", models.URLField(blank=True, max_length=1000)),
                ("token", advocacy.lib.fields.EncryptedTextField(blank=True)),
                ("refresh_token", advocacy.lib.fields.EncryptedTextField(blank=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("connected_at", models.DateTimeField()),
                ("disconnected_at", models.DateTimeField(blank=True, null=True)),
                ("broken_at", models.DateTimeField(blank=True, null=True)),
                ("broken_reason", models.CharField(blank=True, max_length=60)),
                ("tokens_at", models.DateTimeField(blank=True, null=True)),
                ("fresh_until", models.DateTimeField(blank=True, null=True)),
                ("renew_after", models.DateTimeField(blank=True, null=True)),
                ("renew_failures", models.PositiveSmallIntegerField(default=0)),
                ("renewal", models.UUIDField(blank=True, null=True)),
                ("renewing_until", models.DateTimeField(blank=True, null=True)),
                ("end_permission_by", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accounts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="platforms.appregistration",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("fresh_until__isnull", False)),
                        fields=["fresh_until"],
                        name="account_to_renew",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("disconnected_at", None)),
                        fields=("platform", "host", "remote_id"),
                        name="one_owner_per_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("renewal", None), ("renewing_until", None)),
                            models.Q(("renewal__isnull", False), ("renewing_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="renewal_has_an_end",
                    ),
                ],
            },
        ),
    ]
