"""What the pages of a sharer show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import WithAnnotations

from advocacy.lib.charts import Point, bars
from advocacy.links.queries import clicks_by_day, clicks_by_link
from advocacy.people.models import Person
from advocacy.shares.life import Event, describe, life_line
from advocacy.shares.models import Draft, Share, ShareQuerySet, State
from advocacy.stories.models import Story, StoryQuerySet

NOT_COUNTED_AS_SHARED = [State.CANCELLED, State.MISSED, State.REFUSED]
WEEKS = 13


@dataclass(frozen=True)
class WallFilter:
    """What the person asked to see; empty means no filter."""

    words: str = ""
    topic: int | None = None
    language: str = ""
    # Where it may be shared: a slug.
    platform: str = ""


def wall(person: Person, wanted: WallFilter, *, now: datetime) -> StoryQuerySet:
    """Return the open stories meant for this person: featured ones first, then the newest."""
    mine = Share.objects.filter(person=person, story=OuterRef("pk")).exclude(state__in=NOT_COUNTED_AS_SHARED)
    drafts = Draft.objects.filter(person=person, story=OuterRef("pk")).exclude(text="", texts={})
    stories = Story.objects.open_at(now).meant_for(person).containing(wanted.words)
    if wanted.topic:
        stories = stories.filter(topics=wanted.topic)
    if wanted.language:
        stories = stories.filter(language=wanted.language)
    if wanted.platform:
        stories = stories.for_platform(wanted.platform)
    found = stories.annotate(is_shared=Exists(mine), has_draft=Exists(drafts)).featured_first(now)
    return found.with_first_picture().prefetch_related("topics")


class Moment(TypedDict):
    moment: datetime


# The annotation is for the type checker alone: while running, a placed share is a share.
if TYPE_CHECKING:
    PlacedShare = WithAnnotations[Share, Moment]
else:
    PlacedShare = Share


def with_moment(shares: ShareQuerySet) -> QuerySet[PlacedShare]:
    """Add `moment`: when it went out, when it goes out, or else when it was to."""
    moment = Case(
        When(state=State.PUBLISHED, then=F("published_at")),
        When(state=State.SCHEDULED, then=F("try_at")),
        default=F("due_at"),
    )
    return cast(QuerySet[PlacedShare], shares.annotate(moment=moment))


def waiting_for_owner(person: Person) -> ShareQuerySet:
    """Return what goes no further without its owner: an account to connect again, or a question of ours."""
    asked = Q(state=State.UNKNOWN, asked_at__isnull=False)
    return Share.objects.visible_to(person).filter(Q(state=State.WAITING) | asked)


@dataclass(frozen=True)
class OwnShare:
    """A share as its owner sees it. Clicks are measured by us."""

    share: Share
    clicks: int

    @property
    def in_words(self) -> str:
        return describe(self.share)

    @property
    def life_line(self) -> list[Event]:
        return life_line(self.share)


@dataclass(frozen=True)
class Week:
    """Seven days from `starts_on`, in the person's own calendar week. Clicks are those of their own links.

    `shares` are posts by the hub, `told` those that the person told us they made by hand.
    """

    starts_on: date
    shares: int
    told: int
    clicks: int


@dataclass(frozen=True)
class OwnPage:
    """What came of one person's shares, for that person alone."""

    weeks: list[Week]
    clicks: int
    published: int
    # By hand, as they told us: never added to what the hub published.
    told: int
    reactions: int | None
    # Some network is still to be asked for the first time.
    awaits_reactions: bool
    best: OwnShare | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come out yet, so that there is nothing to tell of."""
        return not (self.published or self.told or self.clicks)

    @property
    def chart(self) -> SafeString:
        """The clicks by week as a drawing; nothing while there is nothing to draw."""
        if not self.clicks:
            return SafeString()
        points = [
            Point(date_format(week.starts_on, _("j M")), week.clicks, _clicks_in_words(week))
            for week in self.weeks
        ]
        return bars(points, title=_("Clicks on your links, by week"), description=_in_all(self.clicks))


def _clicks_in_words(week: Week) -> str:
    clicks = ngettext("%(count)s click", "%(count)s clicks", week.clicks) % {"count": week.clicks}
    return f"{date_format(week.starts_on, _('j M'))}: {clicks}"


def _in_all(clicks: int) -> str:
    return ngettext("%(count)s click in all.", "%(count)s clicks in all.", clicks) % {"count": clicks}


def own_shares(person: Person) -> ShareQuerySet:
    """Return the person's shares: those that wait for an answer, then what comes, then what was."""
    stage = Case(
        When(state__in=[State.WAITING, State.UNKNOWN, State.REFUSED], then=Value(0)),
        When(state__in=[State.SCHEDULED, State.SENDING], then=Value(1)),
        default=Value(2),
    )
    shares = Share.objects.visible_to(person).select_related("story", "account", "link").annotate(stage=stage)
    return shares.order_by("stage", "-due_at", "-pk")


def with_clicks(shares: list[Share]) -> list[OwnShare]:
    clicks = clicks_by_link([share.link_id for share in shares])
    return [OwnShare(share, clicks.get(share.link_id, 0)) for share in shares]


def own_page(person: Person, *, now: datetime) -> OwnPage:
    """Return the last thirteen weeks of this person's shares, by week."""
    starts = _week_starts(timezone.localdate(now, person.zone))
    since = datetime.combine(starts[0], datetime.min.time(), tzinfo=person.zone)
    published = list(
        Share.objects.visible_to(person)
        .filter(state=State.PUBLISHED, published_at__gte=since)
        .select_related("story", "account", "link")
        .order_by("-published_at", "-pk")
    )
    counted = with_clicks(published)
    known = [share.reactions for share in published if share.reactions is not None]
    links = Share.objects.visible_to(person).values_list("link_id", flat=True)
    days = clicks_by_day(links, since=starts[0], until=starts[-1] + timedelta(days=6))
    return OwnPage(
        weeks=_by_week(starts, published, days, person),
        clicks=sum(days.values()),
        published=sum(not share.is_by_hand for share in published),
        told=sum(share.is_by_hand for share in published),
        reactions=sum(known) if known else None,
        awaits_reactions=any(share.measure_at and not share.measured_at for share in published),
        best=max(counted, key=lambda own: own.clicks, default=None),
    )


def _week_starts(today: date) -> list[date]:
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]


def _by_week(starts: list[date], published: list[Share], days: dict[date, int], person: Person) -> list[Week]:
    shared_on = [(timezone.localdate(one.published_at, person.zone), one.is_by_hand) for one in published]
    return [
        Week(
            starts_on=start,
            shares=sum(not told and start <= day < start + timedelta(days=7) for day, told in shared_on),
            told=sum(told and start <= day < start + timedelta(days=7) for day, told in shared_on),
            clicks=sum(count for day, count in days.items() if start <= day < start + timedelta(days=7)),
        )
        for start in starts
    ]
