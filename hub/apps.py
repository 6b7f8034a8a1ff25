from django.apps import AppConfig
from django.conf import settings

from advocacy.lib import addresses, http
from hub.celery import app


class HubConfig(AppConfig):
    name = "hub"
    # Tasks find the Celery app from here on. In hub/__init__.py it would ask for settings not yet read.
    celery = app

    def ready(self) -> None:
        # With its port, also where the address leaves that out.
        rehearsal = addresses.place_of(addresses.clean(settings.REHEARSAL_URL))
        http.permit([*settings.PRIVATE_HOSTS, str(rehearsal)])
