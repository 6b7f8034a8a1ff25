from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings

from advocacy.lib import http


class HubConfig(AppConfig):
    name = "hub"

    def ready(self) -> None:
        http.permit([*settings.PRIVATE_HOSTS, urlsplit(settings.REHEARSAL_URL).netloc])
