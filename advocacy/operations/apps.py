import importlib

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "advocacy.operations"

    def ready(self) -> None:
        importlib.import_module("advocacy.operations.receivers")
