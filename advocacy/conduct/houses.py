"""What the coach knows of this organisation."""

from django.conf import settings

from advocacy.conduct.coaching.situations import House


def house() -> House:
    return House(organisation=settings.COMPANY_NAME, own_domains=tuple(settings.STORY_HOSTS))
