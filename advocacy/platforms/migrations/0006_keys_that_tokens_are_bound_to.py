from django.db import migrations, models

import advocacy.lib.fields


class Migration(migrations.Migration):
    dependencies = [
        ("platforms", "0005_by_hand"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appregistration",
            name="client_id",
            field=models.CharField(max_length=1000),
        ),
        migrations.AddField(
            model_name="account",
            name="proof_key",
            field=advocacy.lib.fields.EncryptedTextField(blank=True),
        ),
        migrations.AddField(
            model_name="signinunderway",
            name="kept",
            field=advocacy.lib.fields.EncryptedTextField(blank=True),
        ),
    ]
