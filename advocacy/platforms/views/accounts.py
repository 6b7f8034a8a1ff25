"""A person's own accounts: seeing them, connecting, disconnecting."""

from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advocacy.people.http import SignedInRequest
from advocacy.platforms.connecting import CannotConnect
from advocacy.platforms.connecting import connect_by_password as sign_in
from advocacy.platforms.connector import AppPassword, BuiltIn, Channel, OAuth2, Revokes, channels
from advocacy.platforms.connectors.rehearsal import Rehearsal
from advocacy.platforms.disconnecting import disconnect as let_go
from advocacy.platforms.forms import ConnectForm
from advocacy.platforms.models import Account
from advocacy.platforms.queries import account_cards, can_be_connected, offers, ways_to_connect
from advocacy.platforms.redirecting import begin_oauth, finish_oauth
from advocacy.platforms.registering import NotIntroduced, description_for
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.platforms.switching import is_switched_off, off_in_words, switched_off

Way = AppPassword | OAuth2


@require_GET
def accounts(request: SignedInRequest) -> HttpResponse:
    off = switched_off()
    cards = account_cards(request.user, off=off, now=timezone.now())
    return render(request, "platforms/accounts.html", {"cards": cards, "offers": offers(off=off)})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def connect(request: SignedInRequest, platform: str) -> HttpResponse:
    """Draw what this platform asks, and on sending it connect or go there to sign in."""
    channel = _connectable(platform)
    if is_switched_off(platform):
        return _tell_it_is_off(request, platform)
    return _connect(request, channel, ways_to_connect(channel)[0])


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def connect_by_password(request: SignedInRequest, platform: str) -> HttpResponse:
    """Draw the way by app password, where it is the second one."""
    channel = _connectable(platform)
    if is_switched_off(platform):
        return _tell_it_is_off(request, platform)
    for way in ways_to_connect(channel)[1:]:
        return _connect(request, channel, way)
    return redirect("platforms:connect", platform)


@login_not_required
@cache_control(public=True, max_age=300)  # seconds
@require_GET
def client(request: HttpRequest, platform: str, host: str) -> HttpResponse:
    """Say who the hub is, to a server that is asked to let it in. Anyone may read it."""
    kind = channels().get(platform)
    if kind is None:
        raise Http404
    try:
        return JsonResponse(description_for(kind(), host))
    except NotIntroduced as reason:
        raise Http404 from reason


@never_cache
@require_GET
def callback(request: SignedInRequest, platform: str, host: str) -> HttpResponse:
    """Welcome back who signed in at the platform. The address holds a code, so nothing is drawn here."""
    channel = _connectable(platform)
    try:
        opened = finish_oauth(
            request.user,
            channel,
            host=host,
            came_back=request.GET.dict(),
            session_key=request.session.session_key or "",
            now=timezone.now(),
        )
    except CannotConnect as reason:
        messages.error(request, str(reason))
        return _back_to_connecting(platform)
    _congratulate(request, *opened.accounts)
    _tell_of_colleagues(request, channel, opened.left_to_colleagues)
    return redirect("platforms:accounts")


@require_POST
def rehearse(request: SignedInRequest) -> HttpResponse:
    """Mend the account that everyone has."""
    if is_switched_off(Rehearsal.slug):
        return _tell_it_is_off(request, Rehearsal.slug)
    _congratulate(request, give_rehearsal(request.user, now=timezone.now()))
    return redirect("platforms:accounts")


@require_http_methods(["GET", "POST"])
def disconnect(request: SignedInRequest, account_id: int) -> HttpResponse:
    """Ask once, then let the account go."""
    account = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    if isinstance(account.channel.auth, BuiltIn):
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


def _back_to_connecting(platform: str) -> HttpResponse:
    if is_switched_off(platform):
        return redirect("platforms:accounts")
    return redirect("platforms:connect", platform)


def _tell_it_is_off(request: SignedInRequest, platform: str) -> HttpResponse:
    messages.error(request, off_in_words(platform))
    return redirect("platforms:accounts")


def _connect(request: SignedInRequest, channel: Channel, auth: Way) -> HttpResponse:
    if request.method == "GET":
        form = ConnectForm(auth.fields, known=_known(request, channel.slug))
        return _screen(request, channel, auth, form)
    form = ConnectForm(auth.fields, request.POST)
    if not form.is_valid():
        return _screen(request, channel, auth, form, status=422)
    try:
        return redirect(_start(request, channel, auth, form.cleaned_data))
    except CannotConnect as reason:
        form.add_error(None, str(reason))
        return _screen(request, channel, auth, form, status=422)


def _screen(
    request: SignedInRequest, channel: Channel, auth: Way, form: ConnectForm, *, status: int = 200
) -> HttpResponse:
    ways = ways_to_connect(channel)
    context = {
        "channel": channel,
        "form": form,
        "has_other_way": len(ways) > 1,
        "is_first_way": auth == ways[0],
        "explanation": _(auth.explanation),
        "permissions": [_(one) for one in auth.permissions],
        "goes_there": isinstance(auth, OAuth2),
    }
    return render(request, "platforms/connect.html", context, status=status)


def _start(request: SignedInRequest, channel: Channel, auth: Way, answers: Mapping[str, str]) -> str:
    """Return where to go next: to the platform, or back to the accounts with one more."""
    now = timezone.now()
    if isinstance(auth, OAuth2):
        session_key = request.session.session_key or ""
        return begin_oauth(request.user, channel, answers=answers, session_key=session_key, now=now)
    _congratulate(request, sign_in(request.user, channel, answers=answers, now=now))
    return "platforms:accounts"


def _known(request: SignedInRequest, platform: str) -> Mapping[str, str]:
    """Return what need not be typed again when an account of mine is connected anew."""
    account_id = request.GET.get("account", "")
    if not account_id.isdecimal():
        return {}
    account = Account.objects.of(request.user).filter(platform=platform, pk=account_id).first()
    return {"handle": account.handle, "server": account.host} if account else {}


def _congratulate(request: SignedInRequest, *accounts: Account) -> None:
    """Name every account: who ticked three Pages wants to see three."""
    told = {"platform": accounts[0].channel.label, "handle": _listed(one.handle for one in accounts)}
    words = _("%(platform)s: %(handle)s is connected.")
    if len(accounts) > 1:
        words = _("%(platform)s: %(handle)s are connected.")
    messages.success(request, words % told)


def _tell_of_colleagues(request: SignedInRequest, channel: Channel, handles: list[str]) -> None:
    if not handles:
        return
    told = {"platform": channel.label, "handle": _listed(handles)}
    words = ngettext(
        "%(platform)s: %(handle)s was left alone, because a colleague has connected it.",
        "%(platform)s: %(handle)s were left alone, because colleagues have connected them.",
        len(handles),
    )
    messages.info(request, words % told)


def _listed(handles: Iterable[str]) -> str:
    return get_text_list([str(one) for one in handles], _("and"))
