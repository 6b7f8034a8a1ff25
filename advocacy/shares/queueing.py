"""Find a moment for posts among all that is planned already, and put a share there."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.conduct.resembling import are_nearly_equal, runs_in
from advocacy.people.models import Person
from advocacy.shares.changing import reschedule_share
from advocacy.shares.finding_moments import Found, NoMoment, Posts, Rules, Search, find_moment
from advocacy.shares.models import Change, Share
from advocacy.shares.queries import NOT_COUNTED_AS_SHARED, PlacedShare, with_moment
from advocacy.shares.sharing import LONGEST_AHEAD, CannotShare, Post, latest_moment_of
from advocacy.stories.models import Story


def find_moment_for_posts(
    posts: Sequence[Post], story: Story, *, person: Person, now: datetime, moved: Share | None = None
) -> Found:
    """Return one quiet moment for all these posts. A share that is `moved` stands in nobody's way.

    :raises CannotShare: there is none; it says why
    """
    if not story.is_open(now):
        raise CannotShare([_("This story is no longer open for sharing.")])
    ends, what_ends = min(_ends(posts, story, now=now))
    planned = with_moment(Share.objects.exclude(state__in=NOT_COUNTED_AS_SHARED))
    if moved:
        planned = planned.exclude(pk=moved.pk)
    accounts = [_around(post, story, planned, person=person, now=now) for post in posts]
    search = Search(person.zone, rules(), ends.astimezone(UTC), accounts)
    try:
        return find_moment(search, now=story.free_at(now))
    except NoMoment as none:
        raise CannotShare([_why_none(what_ends, none)]) from none


@transaction.atomic
def move_to_quiet_moment(share: Share, *, now: datetime) -> Found:
    """Plan the share for the first quiet moment.

    :raises TooLate: it is being sent, or over
    :raises CannotShare: there is none, or it may not go out
    """
    # Asked for two shares at once, this would find one moment for both.
    Person.objects.select_for_update().get(pk=share.person_id)
    post = Post(share.account, share.text, share.language, share.picture, share.shape)
    found = find_moment_for_posts([post], share.story, person=share.person, now=now, moved=share)
    reschedule_share(share, at=found.at.astimezone(UTC), now=now, kind=Change.Kind.FOUND)
    return found


def rules() -> Rules:
    return Rules(
        day_begins=settings.DAY_BEGINS,
        day_ends=settings.DAY_ENDS,
        apart=settings.POSTS_APART,
        posts_a_day=settings.POSTS_A_DAY,
    )


def _ends(posts: Sequence[Post], story: Story, *, now: datetime) -> list[tuple[datetime, str]]:
    """Return each moment before which the posts must be out, with what ends there."""
    ends = [(now + LONGEST_AHEAD, _("There is no free moment in the coming year."))]
    if story.closes_at:
        words = _("There is no free moment before this story closes on %(moment)s.")
        ends.append((story.closes_at, words % {"moment": _moment(story.closes_at)}))
    for post in posts:
        if latest := latest_moment_of(post.account):
            words = _("There is no free moment before the connection to %(account)s ends on %(moment)s.")
            ends.append((latest, words % {"account": post.account, "moment": _moment(latest)}))
    return ends


def _around(
    post: Post, story: Story, planned: QuerySet[PlacedShare], *, person: Person, now: datetime
) -> Posts:
    today = datetime.combine(timezone.localdate(now, person.zone), time(), tzinfo=person.zone)
    own = planned.filter(account_id=post.account.pk, moment__gte=min(today, now - settings.POSTS_APART))
    others = planned.filter(
        story=story, account__platform=post.account.platform, moment__gt=now - settings.POSTS_APART
    )
    runs = runs_in(post.text)
    return Posts(
        own=list(own.values_list("moment", flat=True)),
        alike=[
            moment
            for moment, text in others.exclude(person=person).values_list("moment", "text")
            if are_nearly_equal(runs, runs_in(text))
        ],
    )


def _why_none(what_ends: str, none: NoMoment) -> str:
    sentences = [what_ends]
    if none.full_days:
        sentences.append(
            ngettext(
                "%(count)s day until then already has its posts.",
                "%(count)s days until then already have their posts.",
                none.full_days,
            )
            % {"count": none.full_days}
        )
    return " ".join([*sentences, _("Choose a moment yourself, or move another post.")])


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
