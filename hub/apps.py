from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings

from advocacy.lib import http
from hub.celery import app


class HubConfig(AppConfig):
    name = "hub"
    # Tasks find the Celery app from here on. In hub/__init__.py it would ask for settings not yet read.
    celery = app

    def ready(self) -> None:
        http.permit([*settings.PRIVATE_HOSTS, urlsplit(settings.REHEARSAL_URL).netloc])
