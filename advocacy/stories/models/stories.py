from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person, Place, Team
from advocacy.stories.models.pictures import Picture, Rendition
from advocacy.stories.models.topics import Topic

MAX_TOPICS = 3
MAX_PICTURES = 10
MAX_SUGGESTIONS = 15
FEATURED_SLOTS = 5


class State(models.TextChoices):
    """Where a story stands at a moment. It follows from its moments and is not stored."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class About(models.TextChoices):
    """What a story is about: so much should readers know of who shares it. Empty: its address says it."""

    OTHERS = "others", _("something of others")
    WORK = "work", _("our work, our people or a vacancy")
    PRODUCT = "product", _("a product or an offer of ours")


class StoryQuerySet(models.QuerySet["Story"]):
    def in_state(self, state: str, now: datetime) -> "StoryQuerySet":
        return self.filter(_states(now)[State(state)])

    def open_at(self, now: datetime) -> "StoryQuerySet":
        return self.in_state(State.OPEN, now)

    def held_by_law(self, now: datetime) -> "StoryQuerySet":
        """Inside information that nobody may bring out yet (EU 596/2014, art. 10 and 17)."""
        return self.filter(is_inside_information=True, embargo_until__gt=now)

    def meant_for(self, person: Person) -> "StoryQuerySet":
        """Stories whose audience this person is in. An empty audience is nobody."""
        topics = Topic.objects.filter(followers=person, story=OuterRef("pk"))
        return self.filter(
            Q(for_everyone=True)
            | Exists(Team.objects.filter(people=person, story=OuterRef("pk")))
            | Exists(Place.objects.filter(people=person, story=OuterRef("pk")))
            | Q(for_language=person.language)
            | (Q(for_followers=True) & Exists(topics))
        )

    def for_platform(self, platform: str) -> "StoryQuerySet":
        """Stories that may be shared there."""
        return self.filter(Q(allowed_on="") | Q(allowed_on__contains=f" {platform} "))

    def containing(self, words: str) -> "StoryQuerySet":
        """Stories in which every one of these words stands, in title, summary, site or topic."""
        found = self
        for word in words.split():
            topics = Topic.objects.filter(name__icontains=word, story=OuterRef("pk"))
            texts = Q(title__icontains=word) | Q(summary__icontains=word) | Q(site_name__icontains=word)
            found = found.filter(texts | Exists(topics))
        return found

    def with_first_picture(self) -> "StoryQuerySet":
        """Fetch what `first_rendition` needs, for all stories together."""
        first = StoryPicture.objects.filter(story=OuterRef("story")).order_by("position", "pk").values("pk")
        placed = StoryPicture.objects.filter(pk=Subquery(first[:1])).select_related("picture")
        return self.prefetch_related(
            Prefetch(
                "story_pictures", placed.prefetch_related("picture__renditions"), to_attr="first_pictures"
            )
        )

    def for_desk(self) -> "StoryQuerySet":
        """Everything the editors' list shows, last changed first."""
        found = self.select_related("changed_by").prefetch_related("topics").with_first_picture()
        return found.order_by("-changed_at", "-pk")

    def for_editing(self) -> "StoryQuerySet":
        return self.select_related("changed_by").prefetch_related("topics", "for_teams", "for_places")

    def featured_first(self, now: datetime) -> "StoryQuerySet":
        """Mark each story with `is_featured` and put those first, then the newest.

        Of more marked stories than there are slots, those marked last take them.
        """
        marked = Story.objects.open_at(now).filter(featured_at__isnull=False).order_by("-featured_at", "-pk")
        found = self.annotate(
            is_featured=Case(
                When(pk__in=marked.values("pk")[:FEATURED_SLOTS], then=True), default=Value(False)
            )
        )
        return found.order_by("-is_featured", "-opens_at", "-pk")

    def count_states(self, now: datetime) -> dict[str, int]:
        """Return how many stories stand in each state, in one query."""
        counts = {state.value: Count("pk", filter=where) for state, where in _states(now).items()}
        return self.aggregate(**counts)


class Story(models.Model):
    """Something the company would be glad to see shared."""

    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), max_length=600, blank=True)
    note = models.TextField(_("why share this"), max_length=600, blank=True)
    url = models.URLField(_("address"), max_length=1000)
    site_name = models.CharField(_("site"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True)
    pictures = models.ManyToManyField(Picture, through="StoryPicture", related_name="stories")

    for_everyone = models.BooleanField(_("everyone"), default=False)
    for_teams = models.ManyToManyField(Team, verbose_name=_("teams"), blank=True)
    for_places = models.ManyToManyField(Place, verbose_name=_("places"), blank=True)
    for_language = models.CharField(
        _("people who read"), max_length=5, choices=settings.LANGUAGES, blank=True
    )
    for_followers = models.BooleanField(_("who follows its topics"), default=False)

    # The platforms it may be shared on, as " linkedin x ", with spaces around each. Empty: everywhere.
    allowed_on = models.TextField(_("where it may be shared"), blank=True)

    # What it comes down to, as words that show it: with commas between them, or each on a line.
    key_points = models.TextField(_("key points"), max_length=600, blank=True)

    # What the coach must know of it.
    about = models.CharField(_("it is about"), max_length=10, choices=About.choices, blank=True)
    has_reward = models.BooleanField(_("who shares it may win or get something"), default=False)
    embargo_until = models.DateTimeField(_("not to go out before"), null=True, blank=True)
    is_inside_information = models.BooleanField(_("inside information until then"), default=False)
    needs_approval = models.BooleanField(_("needs approval by law"), default=False)
    # Who approved the story, and when or where that is kept. Of the story: never of anyone's words.
    approval = models.CharField(_("approved"), max_length=200, blank=True)
    # Of the latest withdrawal. It tells nothing of a story that stands.
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)

    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # Who saves says which of these moments they saw, so that nobody writes over another's work unseen.
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, related_name="+", null=True)
    published_at = models.DateTimeField(null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    featured_at = models.DateTimeField(null=True, blank=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        indexes = [
            models.Index(fields=["-opens_at", "-id"], name="story_newest"),
            models.Index(fields=["-changed_at", "-id"], name="story_last_changed"),
            models.Index(
                fields=["-featured_at"], condition=Q(featured_at__isnull=False), name="story_featured"
            ),
            models.Index(
                fields=["embargo_until"], condition=Q(is_inside_information=True), name="story_held_by_law"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(opens_at__isnull=False), name="published_stories_open"
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=models.F("opens_at")),
                name="stories_close_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(is_inside_information=False) | Q(embargo_until__isnull=False),
                name="inside_information_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, now: datetime) -> bool:
        return self.state(now) == State.OPEN

    def state(self, now: datetime) -> State:
        if self.withdrawn_at:
            return State.WITHDRAWN
        if not self.published_at or not self.opens_at:
            return State.DRAFT
        if now < self.opens_at:
            return State.SCHEDULED
        return State.CLOSED if self.closes_at and self.closes_at <= now else State.OPEN

    @property
    def allowed_platforms(self) -> tuple[str, ...]:
        """The slugs of the platforms that it may be shared on; none: it may be shared everywhere."""
        return tuple(self.allowed_on.split())

    def allows(self, platform: str) -> bool:
        return not self.allowed_on or platform in self.allowed_platforms

    def free_at(self, now: datetime) -> datetime:
        """Return the first moment from now on at which it is free to go out."""
        return max(now, self.embargo_until or now)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def first_rendition(self, shape: str) -> Rendition | None:
        """Return this crop of the first picture, if it has been cut. Needs `with_first_picture`."""
        picture = self._first_picture()
        return picture.rendition(shape) if picture else None

    def ready_pictures(self) -> list[Picture]:
        """Return the pictures that have been cut, in their order, each with its renditions."""
        placed = self.story_pictures.filter(picture__state=Picture.State.READY).select_related("picture")
        return [one.picture for one in placed.prefetch_related("picture__renditions")]

    @property
    def landscape(self) -> Rendition | None:
        return self.first_rendition(Rendition.Shape.LANDSCAPE)

    @property
    def square(self) -> Rendition | None:
        return self.first_rendition(Rendition.Shape.SQUARE)

    @property
    def first_picture_alt(self) -> str:
        picture = self._first_picture()
        return picture.alt if picture else ""

    def _first_picture(self) -> Picture | None:
        # Read so that forgetting `with_first_picture` is an error, not a query for each story.
        placed: list[StoryPicture] = self.__dict__["first_pictures"]
        return placed[0].picture if placed else None


class StoryPicture(models.Model):
    """A picture's place in a story. The first one stands on the wall and in link cards."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="story_pictures")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["story", "picture"], name="a_picture_once_per_story")]


class SuggestedText(models.Model):
    """Words to start from. `platform` is a slug, or empty for every platform."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="suggestions")
    text = models.TextField(_("text"), max_length=3000)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    platform = models.SlugField(_("platform"), max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]


def _states(now: datetime) -> dict[State, Q]:
    published = Q(withdrawn_at=None, published_at__isnull=False)
    opened = published & Q(opens_at__lte=now)
    return {
        State.DRAFT: Q(withdrawn_at=None, published_at=None),
        State.SCHEDULED: published & Q(opens_at__gt=now),
        State.OPEN: opened & (Q(closes_at=None) | Q(closes_at__gt=now)),
        State.CLOSED: opened & Q(closes_at__lte=now),
        State.WITHDRAWN: Q(withdrawn_at__isnull=False),
    }
