from django.conf import settings
from django.http import HttpRequest

from advocacy.platforms.connector import channels


def company(request: HttpRequest) -> dict[str, object]:
    """Tell every template whose hub this is."""
    return {"company_name": settings.COMPANY_NAME, "hub_url": settings.HUB_URL}


def platforms(request: HttpRequest) -> dict[str, object]:
    """Tell templates which platforms there are: apps beside `platforms` cannot ask it themselves."""
    return {"platform_choices": platform_choices}


def platform_choices() -> list[tuple[str, str]]:
    return sorted(
        ((slug, channel.label) for slug, channel in channels().items()), key=lambda one: one[1].lower()
    )
