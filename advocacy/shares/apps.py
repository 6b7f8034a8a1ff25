import importlib

from django.apps import AppConfig


class SharesConfig(AppConfig):
    name = "advocacy.shares"

    def ready(self) -> None:
        importlib.import_module("advocacy.shares.receivers")
