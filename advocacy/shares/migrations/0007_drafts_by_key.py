from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def ids_to_keys(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    drafts = apps.get_model("shares", "Draft")
    for draft in drafts.objects.iterator():
        draft.account_keys = [str(account_id) for account_id in draft.account_keys]
        draft.save(update_fields=["account_keys"])


class Migration(migrations.Migration):
    dependencies = [
        ("shares", "0006_code_version"),
    ]

    operations = [
        migrations.RenameField(model_name="draft", old_name="account_ids", new_name="account_keys"),
        migrations.RunPython(ids_to_keys, migrations.RunPython.noop),
    ]
