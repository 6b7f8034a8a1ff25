from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from advocacy.platforms.connector import channels, names_of_platforms
from advocacy.shares.spending import spending


def company(request: HttpRequest) -> dict[str, object]:
    """Tell every template whose hub this is."""
    return {"company_name": settings.COMPANY_NAME, "hub_url": settings.HUB_URL}


def platforms(request: HttpRequest) -> dict[str, object]:
    """Tell templates which platforms there are: apps beside `platforms` cannot ask it themselves."""
    return {"platform_choices": names_of_platforms, "known_platforms": channels}


def money(request: HttpRequest) -> dict[str, object]:
    """Tell the administrator's pages what was spent: apps beside `shares` cannot ask it themselves."""
    return {"spending": lambda: spending(now=timezone.now())}
