import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from advocacy.conduct.models import Version
from advocacy.links.models import TrackedLink
from advocacy.people.access import Datum, rows_chosen_for, rows_for
from advocacy.people.models import Person
from advocacy.platforms.connector import OF_THE_APP, Channel, Deletes, Finds, Receipt
from advocacy.platforms.models import Account
from advocacy.stories.models import Picture, Story


class State(models.TextChoices):
    """Where a share stands. `docs/operating.md` tells what each means and what to do."""

    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("being sent")
    PUBLISHED = "published", _("published")
    REFUSED = "refused", _("refused")
    UNKNOWN = "unknown", _("being looked up")
    WAITING = "waiting", _("waiting for you")
    MISSED = "missed", _("missed")
    CANCELLED = "cancelled", _("cancelled")


# Not sent yet, for a reason that its owner cannot mend and may last.
HELD_UP = frozenset({"over_budget", "not_let_in", *OF_THE_APP})
# Its platform is switched off, and nobody posts there meanwhile, by hand either.
SWITCHED_OFF = "switched_off"

# Every move there is. The queryset knows no other way to change a state.
MOVES: dict[State, frozenset[State]] = {
    State.SCHEDULED: frozenset({State.SENDING, State.WAITING, State.MISSED, State.CANCELLED}),
    State.SENDING: frozenset({State.PUBLISHED, State.REFUSED, State.UNKNOWN, State.SCHEDULED, State.MISSED}),
    # Waiting comes after these when its owner takes it over, to post it by hand.
    State.UNKNOWN: frozenset({State.PUBLISHED, State.SCHEDULED, State.MISSED, State.WAITING}),
    # Published without being sent, and cancelled after that, is what its owner posts by hand.
    State.WAITING: frozenset({State.SCHEDULED, State.MISSED, State.CANCELLED, State.PUBLISHED}),
    State.REFUSED: frozenset({State.SCHEDULED, State.WAITING}),
    State.MISSED: frozenset({State.SCHEDULED, State.WAITING, State.PUBLISHED}),
    State.CANCELLED: frozenset({State.SCHEDULED, State.WAITING}),
    State.PUBLISHED: frozenset({State.CANCELLED}),
}


class UndeclaredMove(Exception):
    """The code asked for a move that the table does not have."""


class ShareQuerySet(models.QuerySet["Share"]):
    """Shares, mostly to change them in one UPDATE while other workers do the same.

    So no condition joins another table: such an UPDATE takes its rows from a query that PostgreSQL does not
    ask again after waiting for a row, and two workers would both have it.
    """

    def visible_to(self, person: Person) -> "ShareQuerySet":
        """The person's own shares. There is no other way to see one before it is public."""
        return rows_for(person, self, Datum.PLANNED_WORDS)

    def due(self, now: datetime) -> "ShareQuerySet":
        return self.filter(state=State.SCHEDULED, try_at__lte=now).may_go(now)

    def may_go(self, now: datetime) -> "ShareQuerySet":
        """Not yet too late, by someone who works here, where the story may go, from an account that works."""
        # Nothing goes to a platform that does not let the hub itself in, or that is switched off.
        let_in = Account.objects.let_in(now).switched_on()
        accounts = let_in.filter(by_hand=False, registration__broken_at=None)
        mine = self.of_people_who_work_here().not_held_by_law(now).not_barred()
        return mine.filter(last_safe_at__gt=now, account__in=accounts)

    def of_people_who_work_here(self) -> "ShareQuerySet":
        return self.filter(person__in=Person.objects.filter(is_active=True))

    def not_held_by_law(self, now: datetime) -> "ShareQuerySet":
        """Without stories that became inside information, for now, after these words were planned."""
        return self.exclude(story__in=Story.objects.held_by_law(now))

    def barred(self) -> "ShareQuerySet":
        """On a platform that is not (any more) among those where their story may be shared."""
        return self.filter(_of_a_story_for_other_platforms())

    def not_barred(self) -> "ShareQuerySet":
        return self.exclude(_of_a_story_for_other_platforms())

    def by_hand(self) -> "ShareQuerySet":
        return self.filter(account__in=Account.objects.filter(by_hand=True))

    def switched_on(self) -> "ShareQuerySet":
        """Without those on platforms that an administrator has switched off."""
        return self.exclude(account__in=Account.objects.switched_off())

    def with_open_story(self, now: datetime) -> "ShareQuerySet":
        return self.filter(story__in=Story.objects.open_at(now))

    def without_open_story(self, now: datetime) -> "ShareQuerySet":
        return self.exclude(story__in=Story.objects.open_at(now))

    def for_sending(self) -> "ShareQuerySet":
        """With all that a connector needs, in the order in which they are due."""
        return self.select_related("person", "story", "account", "link", "picture").order_by("try_at", "pk")

    def to_measure(self, now: datetime) -> "ShareQuerySet":
        """Public posts that it is time to ask the network about."""
        accounts = Account.objects.let_in(now)
        return self.filter(state=State.PUBLISHED, measure_at__lte=now, account__in=accounts)

    def unfinished(self) -> "ShareQuerySet":
        return self.filter(state__in=[State.SCHEDULED, State.SENDING, State.UNKNOWN, State.WAITING])

    def claimed_as(self, claim: uuid.UUID) -> "ShareQuerySet":
        return self.filter(state=State.SENDING, claim=claim)

    def move(self, source: State | Collection[State], target: State, **values: object) -> int:
        """Move those that are in the source state; return how many were. One UPDATE, safe against a race.

        :raises UndeclaredMove: the table has no such move
        """
        sources = [source] if isinstance(source, State) else list(source)
        if any(target not in MOVES[one] for one in sources):
            raise UndeclaredMove(f"{', '.join(sources)} -> {target}")
        return self.filter(state__in=sources).update(state=target, **values)


class Share(models.Model):
    """One person's words about one story, on one account. The row is the queue."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    link = models.OneToOneField(TrackedLink, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=5000)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    # Attached as an image; without one the story's link card goes along.
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    shape = models.CharField(max_length=10, blank=True)
    # The version of the code that its author knew when it was shared; empty where there was no code yet.
    code_version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    # The moment the owner chose, and the moment after which it is better not sent at all.
    due_at = models.DateTimeField()
    last_safe_at = models.DateTimeField()
    # When it may be tried: the chosen moment, or later when the platform asked us to wait.
    try_at = models.DateTimeField()
    # When a worker last chose one of these moments. Later than now: the clock has been set back since.
    planned_at = models.DateTimeField(null=True, blank=True)
    # While others go first: its turn at the platform, and which of the platform's rates are paid for with it.
    turn_at = models.DateTimeField(null=True, blank=True)
    turn_paid = models.PositiveSmallIntegerField(default=0)
    # The form that was sent; sending it twice makes no second share.
    submission = models.UUIDField(default=uuid.uuid4, editable=False)
    # Born with the share and the same at every try, so that the platform or we can tell a double.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record_key = models.CharField(max_length=20, unique=True, editable=False)
    # The id of the first of two steps, where a platform has two: not public, and good for one post.
    prepared = models.CharField(max_length=255, blank=True, editable=False)

    # Who is sending it, and until when nobody else may.
    claim = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    # Set in a commit of its own before a byte leaves: from here on it may have been posted.
    armed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # While unknown: since when, when to look on the account next, and since when the owner is asked.
    doubted_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    # Why it is in this state: a word with a translation, and the platform's own.
    reason = models.SlugField(max_length=40, blank=True)
    reason_detail = models.CharField(max_length=500, blank=True)

    remote_id = models.CharField(max_length=255, blank=True)
    remote_url = models.URLField(max_length=1000, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    # As the network last reported them; None is "not measurable".
    likes = models.PositiveIntegerField(null=True, blank=True)
    reposts = models.PositiveIntegerField(null=True, blank=True)
    replies = models.PositiveIntegerField(null=True, blank=True)
    impressions = models.PositiveIntegerField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    measure_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(claim__isnull=False, leased_until__isnull=False),
                name="sending_has_a_claim_and_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="published_has_a_moment",
            ),
            models.CheckConstraint(condition=Q(last_safe_at__gt=F("due_at")), name="last_safe_after_due"),
            models.UniqueConstraint(fields=["submission", "account"], name="one_share_per_submission"),
        ]
        indexes = [
            models.Index(fields=["try_at", "id"], condition=Q(state=State.SCHEDULED), name="share_due"),
            models.Index(fields=["try_at", "id"], condition=Q(state=State.WAITING), name="share_waiting"),
            models.Index(fields=["leased_until"], condition=Q(state=State.SENDING), name="share_leased"),
            models.Index(fields=["look_at"], condition=Q(state=State.UNKNOWN), name="share_to_look_for"),
            models.Index(
                fields=["measure_at"], condition=Q(measure_at__isnull=False), name="share_to_measure"
            ),
            models.Index(fields=["person", "-created_at"], name="share_of_person"),
            models.Index(fields=["story", "published_at"], name="share_of_story"),
        ]

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def is_by_hand(self) -> bool:
        """Whether its owner posts it. What became of it is then what they say."""
        return self.account.by_hand

    @property
    def is_barred(self) -> bool:
        """Whether its story may not be shared (any more) on its platform."""
        return not self.story.allows(self.account.platform)

    @property
    def will_be_stopped(self) -> bool:
        """Whether it waits for a moment at which it does not go: its story is for other platforms now."""
        return self.state in {State.SCHEDULED, State.WAITING} and self.is_barred

    @property
    def waits_to_be_posted(self) -> bool:
        return self.is_by_hand and self.state == State.WAITING

    @property
    def waits_for_account(self) -> bool:
        """Whether it goes on as soon as its owner has connected the account again."""
        return self.state == State.WAITING and self.reason == "reconnect" and not self.is_barred

    @property
    def can_be_taken_over(self) -> bool:
        """Whether it is stuck, and its owner can post it by hand in the place of the hub.

        What is sent at this moment, or is still looked for, is not: it may turn out to be there.
        """
        if self.is_by_hand or self.is_barred or self.account.channel.way_by_hand is None:
            return False
        is_held_up = self.state == State.SCHEDULED and self.reason in HELD_UP
        is_asked_about = self.state == State.UNKNOWN and self.asked_at is not None
        return is_held_up or is_asked_about or self.state in {State.WAITING, State.REFUSED, State.MISSED}

    @property
    def can_be_taken_back(self) -> bool:
        """Whether the hub knows where the post stands, and can ask its platform to delete it."""
        is_there = self.state == State.PUBLISHED and bool(self.remote_id) and self.gone_at is None
        account = self.account
        lets_us_in = account.disconnected_at is None and account.broken_at is None and not account.by_hand
        return is_there and lets_us_in and account.channel.does(Deletes)

    @property
    def can_be_told_about(self) -> bool:
        """Whether its owner may still say that it was posted."""
        return self.is_by_hand and self.state in {State.WAITING, State.MISSED, State.PUBLISHED}

    @property
    def can_cancel(self) -> bool:
        return self.state in {State.SCHEDULED, State.WAITING}

    @property
    def can_restore(self) -> bool:
        return self.state == State.CANCELLED

    @property
    def can_be_sent_now(self) -> bool:
        """Whether its moment may be this one. What waits to be posted by hand has had its moment."""
        return self.can_reword and not self.waits_to_be_posted and self.reason != SWITCHED_OFF

    @property
    def can_reword(self) -> bool:
        """Whether its words and its moment are still its owner's to change."""
        return self.state in {State.SCHEDULED, State.WAITING, State.REFUSED, State.MISSED}

    @property
    def may_be_repeated(self) -> bool:
        """Whether sending it a second time cannot make a second post."""
        connector = self.account.connector
        return isinstance(connector, Finds) and connector.repeats_safely

    @property
    def reactions(self) -> int | None:
        """Return likes, reposts and replies together; None where none of them can be measured."""
        known = [count for count in (self.likes, self.reposts, self.replies) if count is not None]
        return sum(known) if known else None

    @property
    def full_text(self) -> str:
        """The words as they stand on the platform, with the link."""
        return with_link(self.text, self.link.address, channel=self.account.channel)

    @property
    def receipt(self) -> Receipt:
        return Receipt(remote_id=self.remote_id, url=self.remote_url)


def _of_a_story_for_other_platforms() -> Exists:
    # Asked beside each row and joined to none: the queryset says why.
    platform = Subquery(Account.objects.filter(pk=OuterRef(OuterRef("account"))).values("platform"))
    name = Concat(Value(" "), platform, Value(" "))
    narrowed = Story.objects.filter(pk=OuterRef("story")).exclude(allowed_on="")
    return Exists(narrowed.exclude(allowed_on__contains=name))


def with_link(text: str, address: str, *, channel: Channel) -> str:
    """Return the words with the link on a line of its own, where the platform wants it in the text."""
    # Browsers end a line with two signs, platforms count and show one.
    words = text.strip().replace("\r\n", "\n")
    if not channel.link_in_text:
        return words
    return f"{words}\n\n{address}" if words else address


class Attempt(models.Model):
    """One try at sending, written before the first byte leaves."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    armed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # published, found (there, after no certain answer), or the failure's code; empty while nobody knows.
    outcome = models.SlugField(max_length=40, blank=True)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["share", "number"], name="one_attempt_per_number")]
        indexes = [models.Index(fields=["ended_at"], name="attempt_ended")]


class Change(models.Model):
    """What its owner did to a share, for its life line and to undo it. It holds no words."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("moved")
        FOUND = "found", _("a moment was found")
        MOVED_BACK = "moved_back", _("moved back")
        CANCELLED = "cancelled", _("cancelled")
        RESTORED = "restored", _("put back")
        REWORDED = "reworded", _("reworded")
        CONFIRMED = "confirmed", _("confirmed")
        REPEATED = "repeated", _("sent again")
        TAKEN_OVER = "taken_over", _("taken over")
        TAKEN_BACK = "taken_back", _("taken back")

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    made_at = models.DateTimeField()
    # Where it was moved: the moment it was planned for, and the one since.
    moved_from = models.DateTimeField(null=True, blank=True)
    moved_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]


class Draft(models.Model):
    """What a person is writing about a story. Nobody else can read it, and it goes when it is shared."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=5000, blank=True)
    # Other words for one account, by the account's key.
    texts = models.JSONField(default=dict, blank=True)
    account_keys = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    picture = models.ForeignKey(Picture, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    shape = models.CharField(max_length=10, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "story"], name="one_draft_per_story")]


class SecondReadingQuerySet(models.QuerySet["SecondReading"]):
    def visible_to(self, person: Person) -> "SecondReadingQuerySet":
        """Those that the person asked for."""
        return rows_for(person, self, Datum.LENT_WORDS)

    def lent_to(self, person: Person) -> "SecondReadingQuerySet":
        """Those that the person was chosen for. There is no other way to see somebody else's words."""
        return rows_chosen_for(person, self, Datum.LENT_WORDS)

    def standing(self, now: datetime) -> "SecondReadingQuerySet":
        return self.filter(ends_at__gt=now, person__is_active=True)

    def over(self, now: datetime) -> "SecondReadingQuerySet":
        return self.filter(ends_at__lte=now)


class SecondReading(models.Model):
    """One colleague, chosen by the author, reads a copy of a draft. No share ever waits for it.

    It goes with its draft: when that is shared, thrown away, or its author leaves.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="+")
    reader = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # As they stood when the author asked: what is written after that is not seen.
    words = models.TextField(max_length=5000)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    asked_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = SecondReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("reader")), name="reader_is_somebody_else"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("asked_at")), name="reading_ends_after_asked"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="second_reading_ends")]


class MutedHintQuerySet(models.QuerySet["MutedHint"]):
    def visible_to(self, person: Person) -> "MutedHintQuerySet":
        return rows_for(person, self, Datum.MUTED_HINTS)


class MutedHint(models.Model):
    """A remark of the coach that this person wants to hear no more, where it is a hint."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    check_id = models.SlugField(max_length=10)
    muted_at = models.DateTimeField()

    objects = MutedHintQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "check_id"], name="one_mute_per_hint")]
