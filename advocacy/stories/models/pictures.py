import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person

# A worker that runs has begun by then, and the largest picture takes it a few seconds.
USUALLY_CUT_WITHIN = timedelta(seconds=30)


class PictureQuerySet(models.QuerySet["Picture"]):
    def to_cut(self, now: datetime) -> "PictureQuerySet":
        """Pictures that a worker may start on: waiting, and nobody else is at it."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, state=Picture.State.WAITING)

    def in_use(self) -> "PictureQuerySet":
        """Pictures that a row refers to: of a story, or in an app above, of a share or a draft."""
        return self.filter(_is_referred_to())

    def unused(self) -> "PictureQuerySet":
        return self.filter(~_is_referred_to())

    def for_library(self) -> "PictureQuerySet":
        return self.filter(state=Picture.State.READY).prefetch_related("renditions").order_by("-pk")


class Picture(models.Model):
    """An uploaded picture. The original is kept as it came; only what we cut from it is ever served."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    original = models.FileField(upload_to="originals/%Y/%m")
    alt = models.CharField(_("description for who cannot see it"), max_length=1000, blank=True)
    # Which point must stay in view in every crop, as parts of width and height from the top left.
    focal_x = models.FloatField(default=0.5)
    focal_y = models.FloatField(default=0.5)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # A place or a serial number came with it; what is cut from it has none.
    had_location = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Raised by every change of the focal point: a cut made for an older version is thrown away.
    version = models.PositiveIntegerField(default=1)
    # Until when it is one worker's alone; past it, that worker is taken to be dead.
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Why it failed, in the language of who uploaded it.
    reason = models.CharField(max_length=200, blank=True)
    uploaded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, related_name="+", null=True)
    uploaded_at = models.DateTimeField()
    # When it was first seen that nothing refers to it; empty again as soon as an editor takes it.
    unused_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
                name="focal_point_lies_in_the_picture",
            )
        ]
        indexes = [models.Index(fields=["leased_until"], condition=Q(state="waiting"), name="picture_to_cut")]

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def is_late(self, now: datetime) -> bool:
        """Tell whether it should have been cut for the first time by now, as it is where workers run."""
        has_none = not self.renditions.all()
        return self.is_waiting and has_none and now > self.uploaded_at + USUALLY_CUT_WITHIN

    @property
    def has_failed(self) -> bool:
        return self.state == self.State.FAILED

    def rendition(self, shape: str) -> "Rendition | None":
        """Return one crop among the prefetched `renditions`; while a new cut is made, that is the old one."""
        return next((one for one in self.renditions.all() if one.shape == shape), None)

    @property
    def display(self) -> "Rendition | None":
        return self.rendition(Rendition.Shape.DISPLAY)

    @property
    def square(self) -> "Rendition | None":
        return self.rendition(Rendition.Shape.SQUARE)

    @property
    def crops(self) -> list["Rendition"]:
        shapes = (Rendition.Shape.LANDSCAPE, Rendition.Shape.SQUARE, Rendition.Shape.PORTRAIT)
        return [crop for shape in shapes if (crop := self.rendition(shape))]


def _is_referred_to() -> Q:
    # Read off the models, so that whatever will refer to pictures counts from its first day. The apps above
    # are not known here, and a list kept by hand would be forgotten: that would cost pictures.
    references = (
        relation.field
        for relation in Picture._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.related_model is not Rendition
    )
    used = Q()
    for field in references:
        used |= Q(Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})))
    return used


class Rendition(models.Model):
    """One crop of a picture, ready to serve and to send. It never changes: a new cut is a new row."""

    class Shape(models.TextChoices):
        LANDSCAPE = "landscape", "1200 x 630"
        SQUARE = "square", "1080 x 1080"
        PORTRAIT = "portrait", "1080 x 1350"
        DISPLAY = "display", _("whole")

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")
    # Its address. Nobody can guess the picture of a story that is not for them.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shape = models.CharField(max_length=10, choices=Shape.choices)
    file = models.FileField(upload_to="renditions/%Y/%m")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    media_type = models.CharField(max_length=20)
    size_bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["picture", "shape"], name="one_rendition_per_shape")]

    def get_absolute_url(self) -> str:
        return reverse("stories:rendition", args=[self.key])
