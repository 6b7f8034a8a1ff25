"""A person's own accounts: seeing them, connecting, disconnecting."""

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advocacy.people.http import SignedInRequest
from advocacy.platforms.connecting import CannotConnect, connect_by_password
from advocacy.platforms.connector import AppPassword, Channel, OAuth2, Revokes, channels
from advocacy.platforms.disconnecting import disconnect as let_go
from advocacy.platforms.forms import ConnectForm
from advocacy.platforms.models import Account
from advocacy.platforms.queries import account_cards, can_be_connected, offers
from advocacy.platforms.redirecting import begin_oauth, finish_oauth
from advocacy.platforms.rehearsing import give_rehearsal


@require_GET
def accounts(request: SignedInRequest) -> HttpResponse:
    cards = account_cards(request.user, now=timezone.now())
    return render(request, "platforms/accounts.html", {"cards": cards, "offers": offers()})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def connect(request: SignedInRequest, platform: str) -> HttpResponse:
    """Draw what this platform asks, and on sending it connect or go there to sign in."""
    channel = _connectable(platform)
    auth = cast(AppPassword | OAuth2, channel.auth)
    if request.method == "GET":
        form = ConnectForm(auth.fields, known=_known(request, platform))
        return _screen(request, channel, form)
    form = ConnectForm(auth.fields, request.POST)
    if not form.is_valid():
        return _screen(request, channel, form, status=422)
    try:
        return redirect(_start(request, channel, form.cleaned_data))
    except CannotConnect as reason:
        form.add_error(None, str(reason))
        return _screen(request, channel, form, status=422)


@never_cache
@require_GET
def callback(request: SignedInRequest, platform: str, host: str) -> HttpResponse:
    """Welcome back who signed in at the platform. The address holds a code, so nothing is drawn here."""
    channel = _connectable(platform)
    try:
        account = finish_oauth(
            request.user,
            channel,
            host=host,
            came_back=request.GET.dict(),
            session_key=request.session.session_key or "",
            now=timezone.now(),
        )
    except CannotConnect as reason:
        messages.error(request, str(reason))
        return redirect("platforms:connect", platform)
    _congratulate(request, account)
    return redirect("platforms:accounts")


@require_POST
def rehearse(request: SignedInRequest) -> HttpResponse:
    """Mend the account that everyone has."""
    _congratulate(request, give_rehearsal(request.user, now=timezone.now()))
    return redirect("platforms:accounts")


@require_http_methods(["GET", "POST"])
def disconnect(request: SignedInRequest, account_id: int) -> HttpResponse:
    """Ask once, then let the account go."""
    account = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    if not can_be_connected(account.channel):
        raise Http404
    if request.method == "GET":
        channel = account.channel
        context = {"account": account, "channel": channel, "ends_there": isinstance(channel, Revokes)}
        return render(request, "platforms/disconnect.html", context)
    let_go(account, now=timezone.now())
    messages.success(
        request,
        _("%(handle)s is disconnected. You can connect it again at any time.") % {"handle": account.handle},
    )
    return redirect("platforms:accounts")


def _connectable(platform: str) -> Channel:
    kind = channels().get(platform)
    if kind is None or not can_be_connected(kind()):
        raise Http404
    return kind()


def _screen(
    request: SignedInRequest, channel: Channel, form: ConnectForm, *, status: int = 200
) -> HttpResponse:
    auth = cast(AppPassword | OAuth2, channel.auth)
    context = {
        "channel": channel,
        "form": form,
        "explanation": _(auth.explanation),
        "permissions": [_(one) for one in auth.permissions],
        "goes_there": isinstance(auth, OAuth2),
    }
    return render(request, "platforms/connect.html", context, status=status)


def _start(request: SignedInRequest, channel: Channel, answers: Mapping[str, str]) -> str:
    """Return where to go next: to the platform, or back to the accounts with one more."""
    now = timezone.now()
    if isinstance(channel.auth, OAuth2):
        session_key = request.session.session_key or ""
        return begin_oauth(request.user, channel, answers=answers, session_key=session_key, now=now)
    _congratulate(request, connect_by_password(request.user, channel, answers=answers, now=now))
    return "platforms:accounts"


def _known(request: SignedInRequest, platform: str) -> Mapping[str, str]:
    """Return what need not be typed again when an account of mine is connected anew."""
    account_id = request.GET.get("account", "")
    if not account_id.isdecimal():
        return {}
    account = Account.objects.of(request.user).filter(platform=platform, pk=account_id).first()
    return {"handle": account.handle, "server": account.host} if account else {}


def _congratulate(request: SignedInRequest, account: Account) -> None:
    told = {"platform": account.channel.label, "handle": account.handle}
    messages.success(request, _("%(platform)s: %(handle)s is connected.") % told)
