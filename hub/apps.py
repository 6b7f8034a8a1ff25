from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.core.exceptions import ImproperlyConfigured

from advocacy.lib import addresses, http
from hub.celery import app
from hub.deploying import look_before_people_come


class HubConfig(AppConfig):
    name = "hub"
    # Tasks find the Celery app from here on. In hub/__init__.py it would ask for settings not yet read.
    celery = app

    def ready(self) -> None:
        # With its port, also where the address leaves that out.
        rehearsal = addresses.place_of(addresses.clean(settings.REHEARSAL_URL))
        try:
            http.permit([*settings.PRIVATE_HOSTS, str(rehearsal)])
        except ValueError as error:
            raise ImproperlyConfigured(f"PRIVATE_HOSTS: {error}") from error
        register(look_before_people_come, deploy=True)
