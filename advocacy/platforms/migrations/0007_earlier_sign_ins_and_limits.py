from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platforms", "0006_keys_that_tokens_are_bound_to")]

    operations = [
        migrations.AddField(model_name="account", name="replaced", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="account", name="read_limits_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
