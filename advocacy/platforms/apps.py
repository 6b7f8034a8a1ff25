import importlib

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured

from advocacy.platforms.connector import channels


class PlatformsConfig(AppConfig):
    name = "advocacy.platforms"

    def ready(self) -> None:
        importlib.import_module("advocacy.platforms.connectors")
        importlib.import_module("advocacy.platforms.receivers")
        _refuse_bad_options()


def _refuse_bad_options() -> None:
    """Stop the hub at its start, rather than a post in the night. :raises ImproperlyConfigured:"""
    for kind in channels().values():
        for option in kind.options:
            try:
                kind.option(option.name)
            except ValueError as error:
                raise ImproperlyConfigured(str(error)) from error
