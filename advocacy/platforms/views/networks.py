"""The administrator's screens: setting the hub up at each platform, what is broken, and switching it off."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role
from advocacy.platforms import networks as reading
from advocacy.platforms.forms import SetUpForm
from advocacy.platforms.models import AppRegistration
from advocacy.platforms.networks import Network
from advocacy.platforms.setting_up import NotSetUp, keep_app, remove_app, test_app
from advocacy.platforms.switching import queued_at, switch_off, switch_on


@role_required(Role.ADMINISTRATOR)
@require_GET
def networks(request: SignedInRequest) -> HttpResponse:
    shown = reading.networks(now=timezone.now())
    return render(request, "platforms/networks.html", {"networks": shown})


@role_required(Role.ADMINISTRATOR)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def network(request: SignedInRequest, platform: str) -> HttpResponse:
    """Draw the guide of one platform, and keep what it yields."""
    shown = _network(platform)
    if request.method == "GET":
        return _screen(request, shown, SetUpForm(shown))
    if not shown.needs_set_up:
        raise Http404
    form = SetUpForm(shown, request.POST)
    if not form.is_valid():
        return _screen(request, shown, form, status=422)
    keep_app(
        shown.channel,
        client_id=form.cleaned_data["client_id"],
        client_secret=form.cleaned_data.get("client_secret", ""),
        now=timezone.now(),
    )
    messages.success(request, _("Kept. Test it now, to see whether it works."))
    return redirect("platforms:network", platform)


@role_required(Role.ADMINISTRATOR)
@require_POST
def test_network(request: SignedInRequest, platform: str) -> HttpResponse:
    shown, registration = _set_up(platform)
    try:
        test_app(shown.channel, registration, now=timezone.now())
    except NotSetUp as reason:
        messages.error(request, str(reason))
    else:
        told = {"platform": shown.channel.label}
        words = _("%(platform)s lets the hub in. Connect an account of your own to try the whole way.")
        messages.success(request, words % told)
    return redirect("platforms:network", platform)


@role_required(Role.ADMINISTRATOR)
@require_POST
def switch_network_off(request: SignedInRequest, platform: str) -> HttpResponse:
    channel = _network(platform).channel
    switch_off(channel, by=request.user, now=timezone.now())
    told = {"platform": channel.label}
    messages.success(request, _("%(platform)s is switched off. You can switch it on again below.") % told)
    return redirect("platforms:network", platform)


@role_required(Role.ADMINISTRATOR)
@require_POST
def switch_network_on(request: SignedInRequest, platform: str) -> HttpResponse:
    channel = _network(platform).channel
    switch_on(channel, by=request.user)
    messages.success(request, _("%(platform)s is on again.") % {"platform": channel.label})
    return redirect("platforms:network", platform)


@role_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def remove_network(request: SignedInRequest, platform: str) -> HttpResponse:
    """Ask once, then take the hub away from the platform."""
    shown, registration = _set_up(platform)
    if request.method == "GET":
        return render(request, "platforms/remove_network.html", {"network": shown})
    remove_app(registration, now=timezone.now())
    told = {"platform": shown.channel.label}
    messages.success(request, _("%(platform)s is taken away from the hub.") % told)
    return redirect("platforms:networks")


def _network(platform: str) -> Network:
    found = [one for one in reading.networks(now=timezone.now()) if one.channel.slug == platform]
    if not found:
        raise Http404
    return found[0]


def _set_up(platform: str) -> tuple[Network, AppRegistration]:
    shown = _network(platform)
    if shown.registration is None:
        raise Http404
    return shown, shown.registration


def _screen(request: SignedInRequest, shown: Network, form: SetUpForm, *, status: int = 200) -> HttpResponse:
    context = {"network": shown, "form": form, "queued": queued_at(shown.channel.slug)}
    return render(request, "platforms/network.html", context, status=status)
