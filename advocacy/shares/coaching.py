"""The coach beside the composer. It stops only what a law forbids, and keeps nothing of what it saw."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from advocacy.conduct.coaching.disclosing import Offer, all_offered_lines, offers
from advocacy.conduct.coaching.noticing import Remark
from advocacy.conduct.coaching.reading import Reading
from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.conduct.coaching.situations import Situation
from advocacy.conduct.coaching.speaking import put_together, remarks_in, to_show
from advocacy.conduct.own_words import OwnWords, own_words
from advocacy.conduct.resembling import are_nearly_equal, runs_in
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.fitting import count_for
from advocacy.shares.models import Share
from advocacy.shares.queries import NOT_COUNTED_AS_SHARED, with_moment
from advocacy.shares.sharing import Post
from advocacy.shares.situations import media_of, situation_of
from advocacy.stories.models import Story

HERD = 5  # colleagues with nearly the same text on one platform
HERD_WITHIN = timedelta(hours=24)
# What is asked about a herd, beside the remarks.
HERD_ID = "herd"
KNOWN = frozenset(check.id for check in CHECKS)
# A prize that is not told, and a tie.
ANSWERED_BY_A_LINE = frozenset({"C12", "C13"})


@dataclass(frozen=True)
class Herd:
    """So many colleagues say nearly this on the platform, within a day. Their words are nobody else's."""

    platform: str
    count: int


@dataclass(frozen=True)
class Before:
    """What went on while the author wrote this. It is known to their form alone."""

    dismissed: Collection[str] = ()
    seen: Collection[str] = ()
    # The story as it stood then is what they write about.
    read_at: datetime | None = None
    # What this person wants never to hear, of this post or another.
    muted: Collection[str] = ()


@dataclass(frozen=True)
class Coached:
    """What the author alone is told of the words, now."""

    shown: Sequence[Remark]
    # Every remark that applies, and every one that was shown since the author began; by id.
    standing: Collection[str]
    seen: Collection[str]
    dismissed: Collection[str]
    asks_about: frozenset[str]
    herds: Sequence[Herd]
    own: OwnWords | None
    offers: Sequence[Offer]
    # The account for whose words they are.
    offered_to: Account | None
    language: str

    @property
    def asked(self) -> str:
        """Return what one extra click says yes to."""
        return ",".join(sorted(self.asks_about))

    @property
    def offers_for(self) -> str:
        """Return the remark under which the offers stand: the first that a line would answer."""
        return next((remark.id for remark in self.shown if remark.id in ANSWERED_BY_A_LINE), "")

    def is_asking(self, confirmed: str) -> bool:
        """Say whether something is asked that was not said yes to."""
        return not self.asks_about <= set(confirmed.split(","))


def coach(
    story: Story,
    posts: Sequence[Post],
    *,
    person: Person,
    at: datetime | None,
    now: datetime,
    before: Before,
) -> Coached:
    """Say what there is to say of posts that go out `at` that moment; None: at a quiet one, found later."""
    written = [post for post in posts if post.text.strip()]
    if not written:
        return _coached([], before=before, turn=person.pk)
    known = situation_of(story, goes_out_at=at or story.free_at(now), now=now)
    known = replace(
        known,
        suggestions=tuple(story.suggestions.values_list("text", flat=True)),
        has_newer_version=before.read_at is not None and before.read_at < story.changed_at,
        is_spokesperson=known.house.is_spoken_for_by(person.email),
    )
    near = near_equals(written, story, person=person, at=at) if at else [0] * len(written)
    return _coached(_looks(written, known, near=near), before=before, turn=person.pk)


def near_equals(posts: Sequence[Post], story: Story, *, person: Person, at: datetime) -> list[int]:
    """Return how many colleagues say nearly each of these about the story on its platform, within a day."""
    planned = with_moment(Share.objects.exclude(state__in=NOT_COUNTED_AS_SHARED)).exclude(person=person)
    others = planned.filter(
        story=story,
        account__platform__in={post.account.platform for post in posts},
        moment__gte=at - HERD_WITHIN,
        moment__lte=at + HERD_WITHIN,
    )
    said = list(others.values_list("account__platform", "person_id", "text"))
    # What makes a herd is one text many times.
    runs = {text: runs_in(text) for text in {text for _, _, text in said} | {post.text for post in posts}}
    return [
        len(
            {
                colleague
                for platform, colleague, text in said
                if platform == post.account.platform and are_nearly_equal(runs[post.text], runs[text])
            }
        )
        for post in posts
    ]


@dataclass(frozen=True)
class _Look:
    """One post, what the coach knows of it, and what it says."""

    post: Post
    reading: Reading
    situation: Situation
    remarks: Sequence[Remark]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(remark.id for remark in self.remarks)


def _looks(posts: Sequence[Post], known: Situation, *, near: Sequence[int]) -> list[_Look]:
    """Look at each post. The same words for several platforms are taken apart once."""
    readings = {(post.text, post.language): Reading(post.text, language=post.language) for post in posts}
    looks = []
    for post, count in zip(posts, near, strict=True):
        situation = replace(
            known,
            language=post.language,
            platform=post.account.platform,
            media=media_of(post.picture),
            near_equals=count,
        )
        reading = readings[post.text, post.language]
        looks.append(_Look(post, reading, situation, remarks_in(reading, situation)))
    return looks


def _coached(looks: Sequence[_Look], *, before: Before, turn: int) -> Coached:
    """Put together what is said of each post. Colleagues are offered lines in another `turn`."""
    remarks = put_together(look.remarks for look in looks)
    herds = dict.fromkeys(
        Herd(look.post.account.channel.label, look.situation.near_equals)
        for look in looks
        if look.situation.near_equals >= HERD
    )
    asks_about = {remark.id for remark in remarks if remark.needs_a_click} | ({HERD_ID} if herds else set())
    shown = to_show(remarks, dismissed={*before.dismissed, *before.muted})
    lacking = next((look for look in looks if ANSWERED_BY_A_LINE & look.ids), None)
    return Coached(
        shown=[_with_place(remark, looks) for remark in shown],
        standing=sorted(remark.id for remark in remarks),
        seen=sorted({remark.id for remark in shown} | KNOWN & set(before.seen)),
        dismissed=sorted({remark.id for remark in remarks if remark.can_dismiss} & set(before.dismissed)),
        asks_about=frozenset(asks_about),
        herds=list(herds),
        own=_own_words(looks[0]) if looks and looks[0].situation.suggestions else None,
        offers=_offers(lacking, turn=turn) if lacking else [],
        offered_to=lacking.post.account if lacking else None,
        language=looks[0].post.language if looks else "",
    )


def _with_place(remark: Remark, looks: Sequence[_Look]) -> Remark:
    """Say which of the posts it is about, if not all of them."""
    about = [look.post.account for look in looks if remark.id in look.ids]
    if len(about) == len(looks):
        return remark
    return replace(remark, only_on=get_text_list([str(account) for account in about], _("and")))


def _own_words(look: _Look) -> OwnWords:
    return own_words(look.post.text, look.situation.suggestions, offered=all_offered_lines(look.situation))


def _offers(look: _Look, *, turn: int) -> Sequence[Offer]:
    """Return lines to say the tie with, that fit where the post goes."""
    return offers(
        look.reading,
        look.situation,
        fits=lambda text: not count_for(look.post.account, text).too_long,
        turn=turn,
    )
