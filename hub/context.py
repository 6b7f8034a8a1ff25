from django.conf import settings
from django.http import HttpRequest


def company(request: HttpRequest) -> dict[str, object]:
    """Tell every template whose hub this is."""
    return {"company_name": settings.COMPANY_NAME, "hub_url": settings.HUB_URL}
