"""What needs an administrator's attention, and does not keep shares from going out everywhere."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.links.counting import oldest_uncounted
from advocacy.operations import queries
from advocacy.operations.models import Kind
from advocacy.operations.outcomes import PlatformDay
from advocacy.operations.queries import Mail, Programs
from advocacy.operations.watching import LATE_AFTER, Alarm
from advocacy.platforms.models import AppRegistration
from advocacy.platforms.reminding import retiring
from advocacy.shares.spending import spending

# So many troubles in a quarter of an hour, and more of them than posts, are no accident.
MANY_TROUBLES = 5
MAIL_WAITS = timedelta(minutes=10)
# A worker beside the web process counts them every ten seconds.
CLICKS_WAIT = timedelta(minutes=2)
LEAST_SPACE = 200_000_000  # bytes


def other_alarms(
    programs: Iterable[Programs], days: Iterable[PlatformDay], mail: Mail, *, now: datetime
) -> list[Alarm]:
    """Return all of it; `days` is what happened at the platforms."""
    found = [
        *_not_migrated(),
        *_little_space(),
        *_uncounted_clicks(now=now),
        *_left_lying(now=now),
        *_retiring(now=now),
        *_used_up(now=now),
    ]
    for of_kind in programs:
        found += _silent(of_kind)
    for day in days:
        found += _troubles_of(day)
    return [*found, *_mail(mail, now=now)]


def _left_lying(*, now: datetime) -> Iterator[Alarm]:
    since = queries.oldest_lease_over(now=now)
    if since and since < now - LATE_AFTER:
        yield Alarm(
            "left_lying",
            _("Nobody takes over from a dead worker"),
            _("A worker died while it was sending, and what it held has not been looked after since."),
            [_("This is what beat rings for every few seconds. Is it running, and do workers hear it?")],
            since,
        )


def _silent(programs: Programs) -> Iterator[Alarm]:
    if not programs.alive:
        return
    for pulse in programs.silent:
        yield Alarm(
            f"silent_{programs.kind}",
            _("A worker fell silent") if programs.kind == Kind.WORKER else _("A beat fell silent"),
            _("It was %(name)s. Another goes on, and what it was doing is taken over.")
            % {"name": pulse.name},
            [
                _("Look at that machine and at the last words in the log."),
                _("If you took it away on purpose, do nothing: this line goes within the hour."),
            ],
            pulse.seen_at,
        )


def _troubles_of(day: PlatformDay) -> Iterator[Alarm]:
    named = {"platform": day.label}
    if day.registration_broken_at:
        yield Alarm(
            "not_let_in",
            _("%(platform)s does not let the hub in") % named,
            _("Shares for it wait in their rows; their owners can post by hand."),
            [_("Open it under Networks: what is wrong and how to mend it stands there.")],
            day.registration_broken_at,
            reverse("platforms:network", args=[day.slug]),
        )
    troubles = [one for one in day.failures if one.error.is_trouble and one.lately]
    if day.trouble_lately >= MANY_TROUBLES and day.trouble_lately > day.published_lately:
        yield Alarm(
            "platform_fails",
            _("Posting to %(platform)s mostly fails") % named,
            _("In the last quarter of an hour: %(what)s.")
            % {"what": ", ".join(f"{one.error.label} ({one.lately})" for one in troubles)},
            [str(one.error.cure) for one in troubles],
        )
    if broke := day.broke_in_the_hub:
        yield Alarm(
            "hub_broke",
            _("Something broke in the hub while posting to %(platform)s") % named,
            ngettext("Once in the last day.", "%(count)s times in the last day.", broke.count)
            % {"count": broke.count},
            [str(broke.error.cure)],
        )


def _retiring(*, now: datetime) -> Iterator[Alarm]:
    for channel in retiring(now=now):
        named = {"platform": channel.label, "day": date_format(channel.serves_until() or now, "j F Y")}
        yield Alarm(
            "version_ends",
            _("%(platform)s retires the version that the hub speaks") % named,
            _("On %(day)s, or soon after. From then on nothing is posted there.") % named,
            [_("Open it under Networks: which setting names the version stands there. Set a newer one.")],
            url=reverse("platforms:network", args=[channel.slug]),
        )


def _used_up(*, now: datetime) -> Iterator[Alarm]:
    """What was set to nothing is no news, and neither is what nobody set up."""
    in_use = AppRegistration.objects.in_use().values_list("platform", flat=True)
    for one in spending(now=now):
        if not (one.is_used_up and one.price.monthly_cap and one.channel.slug in in_use):
            continue
        named = {
            "platform": one.channel.label,
            "variable": type(one.channel).variable("monthly_cap_usd"),
        }
        yield Alarm(
            "over_budget",
            _("What may be spent at %(platform)s this month is used up") % named,
            _("Until the next month begins nothing is posted there. People can post by hand."),
            [_("Raise %(variable)s and start the programs again, or leave it.") % named],
            url=reverse("platforms:network", args=[one.channel.slug]),
        )


def _mail(mail: Mail, *, now: datetime) -> Iterator[Alarm]:
    is_late = mail.oldest_at is not None and mail.oldest_at < now - MAIL_WAITS
    if not mail.failed and not is_late:
        return
    yield Alarm(
        "mail_waits",
        _("Mail does not get through"),
        ngettext(
            "One notice waits to be mailed. In the hub it can be read all the same.",
            "%(count)s notices wait to be mailed. In the hub they can be read all the same.",
            mail.count,
        )
        % {"count": mail.count},
        [
            _("Is EMAIL_URL right, and does that server take mail from the hub? The log names the error."),
            _("If it is one notice, one person's address may be wrong."),
            _("The hub tries eight times within thirty hours; you need not send anything again."),
        ],
        mail.oldest_at,
    )


def _not_migrated() -> Iterator[Alarm]:
    if missing := queries.unapplied_migrations():
        yield Alarm(
            "not_migrated",
            _("The database is older than the hub"),
            _("It misses %(what)s.") % {"what": ", ".join(missing)},
            [_("Run manage.py setup --no-demo, then start the programs again.")],
        )


def _little_space() -> Iterator[Alarm]:
    space = shutil.disk_usage(settings.VAR_DIR).free
    if space < LEAST_SPACE:
        yield Alarm(
            "disk_full",
            _("The disk is almost full"),
            _("Clicks and pictures are written to it. Megabytes left: %(count)s.")
            % {"count": space // 1_000_000},
            [_("Make room in VAR_DIR on the machine that serves this page, or give it a larger disk.")],
        )


def _uncounted_clicks(*, now: datetime) -> Iterator[Alarm]:
    since = oldest_uncounted()
    if since and since < now - CLICKS_WAIT:
        yield Alarm(
            "clicks_wait",
            _("Clicks are not being counted"),
            _("They lie safe in VAR_DIR on the machine that serves this page, and count once they are read."),
            [_("Run a worker on that machine too, with the same VAR_DIR: no other can read them.")],
            since,
        )
