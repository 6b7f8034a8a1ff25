from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Lower


def write_addresses_in_small_letters(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("people", "Person").objects.update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_forgotten_password"),
    ]

    operations = [
        migrations.RunPython(write_addresses_in_small_letters, migrations.RunPython.noop),
    ]
