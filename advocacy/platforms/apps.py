import importlib

from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "advocacy.platforms"

    def ready(self) -> None:
        importlib.import_module("advocacy.platforms.connectors")
        importlib.import_module("advocacy.platforms.receivers")
