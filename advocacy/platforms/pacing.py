"""Keeping below what platforms allow: per account, per host and for the hub's app, for all workers together.

A post that is too many gets a turn: the moment at which it may ask again. When it does, those who came later
do not go before it, and nobody waits in a worker.

The rates are kept by the generic cell rate algorithm (ITU-T I.371, annex A): a bucket of tokens written down
as the one moment at which it is full again. Half of a rate may go at once, and the other half is what drips
in while its time passes: so no stretch of that length ever sees more than the whole. Each rate has two
buckets. One is for giving turns. The other counts only who went and has the last word: whoever waits for two
rates may be late for its turn at one of them, together with others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from advocacy.platforms.connector import Rate
from advocacy.platforms.models import Account, Pace


@dataclass(frozen=True)
class Wish:
    """Someone wants to post from this account before `latest`. `paid` came with an earlier turn."""

    account: Account
    latest: datetime
    paid: int = 0


@dataclass(frozen=True)
class Turn:
    """It may go, or ask again, at this moment.

    `paid` has a bit for each of the platform's rates at which it has been given a turn.
    """

    at: datetime
    paid: int


@transaction.atomic
def take_turns(wishes: Sequence[Wish], *, now: datetime) -> list[Turn]:
    """Return a turn for each wish, in their order: who gets `now` may go.

    A turn that comes too late for the wish is told and uses nothing up.
    """
    paces = _lock({scope for wish in wishes for scope, _rate in _rates_of(wish.account)}, now=now)
    before = {scope: (pace.free_at, pace.rested_at) for scope, pace in paces.items()}
    late: dict[str, datetime] = {}
    turns = [_turn(wish, paces, late, now=now) for wish in wishes]
    changed = [pace for scope, pace in paces.items() if before[scope] != (pace.free_at, pace.rested_at)]
    _write(changed, now=now)
    return turns


@transaction.atomic
def hold_off(account: Account, *, until: datetime, now: datetime) -> None:
    """The platform asked this account for patience: give no turn before that."""
    own = {scope: rate for scope, rate in _rates_of(account) if rate.of == "account"}
    paces = _lock(set(own), now=now)
    for scope, rate in own.items():
        paces[scope].free_at = max(paces[scope].free_at, until + _slack(rate))
        paces[scope].rested_at = max(paces[scope].rested_at, until + _slack(rate))
    _write(list(paces.values()), now=now)


@transaction.atomic
def hold(scope: str, *, now: datetime) -> None:
    """Let nobody else decide about this until the transaction around it ends."""
    _lock({scope}, now=now)


def _turn(wish: Wish, paces: dict[str, Pace], late: dict[str, datetime], *, now: datetime) -> Turn:
    """Give one its turn. `late` is when the next of those goes who had a turn and came together."""
    rates = [
        (1 << number, paces[scope], rate) for number, (scope, rate) in enumerate(_rates_of(wish.account))
    ]
    turns = {}
    for bit, pace, rate in rates:
        full = max(pace.rested_at, late.get(pace.scope, now)) if wish.paid & bit else pace.free_at
        turns[bit] = max(now, full - _slack(rate))
    at = max([now, *turns.values()])
    if at >= wish.latest:
        return Turn(at, wish.paid)
    paid = wish.paid
    for bit, pace, rate in rates:
        if at == now:
            pace.rested_at = max(pace.rested_at, now) + _interval(rate)
        elif wish.paid & bit and turns[bit] > now:
            late[pace.scope] = max(late.get(pace.scope, now), pace.rested_at, turns[bit]) + _interval(rate)
        # A rate that would let it through now is asked again when it comes back: to keep a place there for
        # later would keep out those who come between.
        if not wish.paid & bit and (at == now or turns[bit] > now):
            pace.free_at = max(pace.free_at, turns[bit]) + _interval(rate)
            paid |= bit
        pace.free_at = max(pace.free_at, pace.rested_at)
    return Turn(at, paid)


def _at_once(rate: Rate) -> int:
    return max(rate.posts // 2, 1)


def _interval(rate: Rate) -> timedelta:
    """Return how long it takes until one more post may go."""
    return rate.per / max(rate.posts - _at_once(rate), 1)


def _slack(rate: Rate) -> timedelta:
    """Return how far ahead the moment of being free may lie while one more post may still go."""
    return _interval(rate) * (_at_once(rate) - 1)


def _rates_of(account: Account) -> list[tuple[str, Rate]]:
    whose = {"account": account.pk, "host": account.host, "app": account.registration_id or ""}
    return [
        (f"{account.platform} {rate.of} {rate.per.total_seconds():.0f} {whose[rate.of]}", rate)
        for rate in account.channel.rates
    ]


def _lock(scopes: set[str], *, now: datetime) -> dict[str, Pace]:
    """Return the pace of each, and let nobody else change it before we are done."""
    known = Pace.objects.filter(scope__in=scopes)
    missing = scopes.difference(known.values_list("scope", flat=True))
    # Always in the same order, so that two workers never wait for each other.
    Pace.objects.bulk_create(
        [Pace(scope=scope, free_at=now, rested_at=now, written_at=now) for scope in sorted(missing)],
        ignore_conflicts=True,
    )
    paces = {pace.scope: pace for pace in known.select_for_update().order_by("scope")}
    for pace in paces.values():
        _follow_the_clock(pace, now=now)
    return paces


def _follow_the_clock(pace: Pace, *, now: datetime) -> None:
    """Move back with a clock that was ahead and is set back: what was used up is used up from now."""
    ahead = pace.written_at - now
    # Workers on several machines may differ by less than a lease.
    if ahead > 2 * settings.LEASE:
        pace.free_at -= ahead
        pace.rested_at -= ahead
        pace.written_at = now


def _write(paces: list[Pace], *, now: datetime) -> None:
    for pace in paces:
        pace.written_at = now
    Pace.objects.bulk_update(paces, ["free_at", "rested_at", "written_at"])
