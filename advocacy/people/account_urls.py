"""Allauth's pages that the hub has. The others stay shut, though allauth needs their names to exist:
addresses and accounts are the administrator's."""

from allauth.account.urls import urlpatterns as allauth_urls
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern

OPEN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}


@login_not_required
def shut(request: HttpRequest, **_: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    page if page.name in OPEN else URLPattern(page.pattern, shut, name=page.name) for page in allauth_urls
]
