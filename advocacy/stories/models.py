from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person, Place, Team

MAX_TOPICS = 3
MAX_PICTURES = 10
MAX_SUGGESTIONS = 15


class Topic(models.Model):
    """What a story is about, and what people can follow."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    followers = models.ManyToManyField(Person, related_name="+", blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Picture(models.Model):
    """An uploaded picture. The original is kept as it came; only what we cut from it is ever served."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    original = models.FileField(upload_to="originals/%Y/%m")
    alt = models.CharField(_("description for who cannot see it"), max_length=1000, blank=True)
    # Which point must stay in view in every crop, as parts of width and height from the top left.
    focal_x = models.FloatField(default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)])
    focal_y = models.FloatField(default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)])
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Raised by every change of the focal point: a cut made for an older version is thrown away.
    version = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=200, blank=True)
    uploaded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, related_name="+", null=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-uploaded_at", "-pk"]


class Rendition(models.Model):
    """One crop of a picture, ready to serve and to send."""

    class Shape(models.TextChoices):
        LANDSCAPE = "landscape", "1200 x 630"
        SQUARE = "square", "1080 x 1080"
        PORTRAIT = "portrait", "1080 x 1350"
        DISPLAY = "display", _("whole")

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")
    shape = models.CharField(max_length=10, choices=Shape.choices)
    file = models.FileField(upload_to="renditions/%Y/%m")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    media_type = models.CharField(max_length=20)
    size_bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["picture", "shape"], name="one_rendition_per_shape")]


class StoryQuerySet(models.QuerySet["Story"]):
    def open_at(self, now: datetime) -> "StoryQuerySet":
        return self.filter(
            Q(closes_at=None) | Q(closes_at__gt=now),
            published_at__isnull=False,
            opens_at__lte=now,
            withdrawn_at=None,
        )

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

    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    featured_at = models.DateTimeField(null=True, blank=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        indexes = [models.Index(fields=["-opens_at", "-id"], name="story_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(opens_at__isnull=False), name="published_stories_open"
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=models.F("opens_at")),
                name="stories_close_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, now: datetime) -> bool:
        if not self.published_at or self.withdrawn_at or not self.opens_at:
            return False
        return self.opens_at <= now and (self.closes_at is None or now < self.closes_at)

    def state(self, now: datetime) -> str:
        """Return draft, scheduled, open, closed or withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        if not self.published_at or not self.opens_at:
            return "draft"
        if now < self.opens_at:
            return "scheduled"
        return "open" if self.is_open(now) else "closed"


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
