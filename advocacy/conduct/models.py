"""The company's code for social media as data, who knows which version of it, and what people would change.

A version in force never changes: an edit is a new version. The ids of items (P1, X03) keep their meaning for
ever, because remarks and old acknowledgements point at them.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from advocacy.people.access import Datum, rows_for
from advocacy.people.models import Person

# Thirty-six months: who took note longer ago is asked, kindly, to look at it once more.
FRESH_FOR = timedelta(days=3 * 365 + 1)


class Kind(models.TextChoices):
    """What sort of rule it is; in the order in which people read them."""

    SAVINGS = "savings", _("What this code never limits")
    PRINCIPLE = "principle", _("What we stand for")
    DO = "do", _("Please do")
    DONT = "dont", _("Please don't")
    DISCLOSURE = "disclosure", _("Saying that you work here")
    CONTACT = "contact", _("Whom to ask")
    MISTAKE = "mistake", _("When something went wrong")


class Audience(models.TextChoices):
    ALL = "all", _("everyone")
    SPOKESPERSON = "spokesperson", _("spokespeople")
    REGULATED = "regulated", _("people who post about regulated products")


class VersionQuerySet(models.QuerySet["Version"]):
    def in_force(self) -> "VersionQuerySet":
        return self.filter(status=Version.Status.ACTIVE)

    def in_the_making(self) -> "VersionQuerySet":
        return self.filter(activated_at=None)

    def ever_in_force(self) -> "VersionQuerySet":
        """Those that anyone may read, the newest first."""
        return self.filter(activated_at__isnull=False).order_by("-major", "-minor", "-pk")

    def to_acknowledge_by(self, person: Person) -> "VersionQuerySet":
        """The version in force, if what matters in it is new to the person. A new minor asks nobody again."""
        known = Acknowledgement.objects.filter(person=person, version__major=OuterRef("major"))
        return self.in_force().filter(~Exists(known))

    def to_look_at_by(self, person: Person, now: datetime) -> "VersionQuerySet":
        """The version in force, if what matters in it is new to the person, or too long ago for them."""
        known = Acknowledgement.objects.filter(person=person, version__major=OuterRef("major"))
        return self.in_force().filter(~Exists(known.filter(at__gt=now - FRESH_FOR)))

    def not_put_off_by(self, person: Person) -> "VersionQuerySet":
        later = PutOff.objects.filter(person=person, version__major=OuterRef("major"))
        return self.filter(~Exists(later))


class Version(models.Model):
    """One state of the whole code. A material change raises the first number, an editorial one the second."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being written")
        CONSULTATION = "consultation", _("under consultation")
        ACTIVE = "active", _("in force")
        RETIRED = "retired", _("retired")

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    # Given when it comes into force.
    major = models.PositiveSmallIntegerField(null=True, blank=True)
    minor = models.PositiveSmallIntegerField(null=True, blank=True)
    is_material = models.BooleanField(
        _("this changes what people may or should do"),
        default=True,
        help_text=_("Then everyone is asked once to take note of it. Otherwise nobody is."),
    )
    # What changed, in a sentence or two for each language.
    summaries = models.JSONField(default=dict, blank=True)
    # The language it is written in first; the other is its translation.
    source_language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    made_at = models.DateTimeField()
    consulted_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    council_asked_on = models.DateField(_("works council asked on"), null=True, blank=True)
    council_agreed_on = models.DateField(_("works council agreed on"), null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the code")
        verbose_name_plural = _("versions of the code")
        constraints = [
            models.UniqueConstraint(fields=["major", "minor"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="active"), name="one_version_in_force"
            ),
            models.UniqueConstraint(
                models.ExpressionWrapper(Q(activated_at=None), output_field=models.BooleanField()),
                condition=Q(activated_at=None),
                name="one_version_in_the_making",
            ),
            models.CheckConstraint(
                condition=Q(activated_at=None, major=None, minor=None)
                | Q(activated_at__isnull=False, major__isnull=False, minor__isnull=False),
                name="in_force_has_a_number",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that people see; nothing while it is in the making."""
        return "" if self.major is None else f"{self.major}.{self.minor}"

    @property
    def is_in_the_making(self) -> bool:
        return self.activated_at is None

    @property
    def is_under_consultation(self) -> bool:
        return self.status == self.Status.CONSULTATION

    @property
    def is_in_force(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def is_first(self) -> bool:
        return (self.major, self.minor) == (1, 0)

    def summary_in(self, language: str) -> str:
        """Return what changed, in this language or else in the one it was written in."""
        words = self.summaries.get(language) or self.summaries.get(self.source_language, "")
        return str(words)


class ItemQuerySet(models.QuerySet["Item"]):
    def in_order(self) -> "ItemQuerySet":
        """With their words, as one reads them within their kind."""
        return self.prefetch_related("wordings").order_by("position", "code", "pk")

    def in_use(self) -> "ItemQuerySet":
        return self.filter(is_in_use=True)


class Item(models.Model):
    """One rule of one version: a principle, a do, a don't, whom to ask. Its words are its wordings."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=4)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    audience = models.CharField(_("meant for"), max_length=12, choices=Audience.choices, default=Audience.ALL)
    is_in_use = models.BooleanField(_("in use"), default=True)
    legal_basis = models.CharField(_("legal basis"), max_length=120, blank=True)
    # The remarks of the coach that rest on it: C01 to C25.
    checks = models.JSONField(default=list, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="one_item_per_code")]

    def __str__(self) -> str:
        return self.code

    @property
    def words(self) -> Mapping[str, "Wording"]:
        return {wording.language: wording for wording in self.wordings.all()}

    def stale_languages(self, source_language: str) -> list[str]:
        """Return the languages whose words are older than the source, or missing."""
        words = self.words
        source = words.get(source_language)
        if source is None:
            return [source_language]
        others = [code for code, _label in settings.LANGUAGES if code != source_language]
        return [code for code in others if code not in words or not words[code].translates(source)]


class Wording(models.Model):
    """The words of one item in one language."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=120)
    why = models.CharField(_("why"), max_length=400)
    good = models.CharField(_("good example"), max_length=400, blank=True)
    bad = models.CharField(_("less good example"), max_length=400, blank=True)
    # The digest of the source that this translates; another digest than the source has now means stale.
    translates_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "language"], name="one_wording_per_language")]

    @property
    def digest(self) -> str:
        return digest_of({"title": self.title, "why": self.why, "good": self.good, "bad": self.bad})

    def translates(self, source: "Wording") -> bool:
        return self.translates_digest == source.digest


def digest_of(words: Mapping[str, str]) -> str:
    parts = [words.get(part, "") for part in ("title", "why", "good", "bad")]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def visible_to(self, person: Person) -> "AcknowledgementQuerySet":
        return rows_for(person, self, Datum.CODE_ACKNOWLEDGED)


class Acknowledgement(models.Model):
    """A person took note of a version. There is no score and no test."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    # The latest time, of who was asked once more after years.
    at = models.DateTimeField()

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="acknowledged_once"),
        ]


class PutOff(models.Model):
    """A person said "not now" to the introduction of a version: the wall does not ask again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "version"], name="put_off_once")]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, person: Person) -> "ProposalQuerySet":
        return rows_for(person, self, Datum.PROPOSAL)

    def unanswered(self) -> "ProposalQuerySet":
        return self.filter(state=Proposal.State.OPEN)

    def newest_first(self) -> "ProposalQuerySet":
        return self.select_related("person").order_by("-made_at", "-pk")


class Proposal(models.Model):
    """What an employee would change in the code, and what came of it."""

    class State(models.TextChoices):
        OPEN = "open", _("not answered yet")
        ACCEPTED = "accepted", _("taken up")
        DECLINED = "declined", _("left as it is")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # The id of the rule it is about; nothing for the code as a whole.
    item_code = models.CharField(max_length=4, blank=True)
    text = models.TextField(_("what you would change, and why"), max_length=1000)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="answered_has_a_moment",
            ),
        ]


class Taught(models.Model):
    """Something the coach knows that an administrator changed. What has no row is as it came with the hub."""

    # The name of a list of words, or of a fact of the house.
    name = models.SlugField(max_length=40, unique=True)
    # The phrases, by language; those of a fact of the house under "both".
    phrases = models.JSONField(default=dict)
    changed_at = models.DateTimeField()


class RemarkCount(models.Model):
    """How often one remark was made on posts that were sent, in one week. Of nobody, and of no story."""

    week_begins_on = models.DateField()
    check_id = models.CharField(max_length=3)
    shown = models.PositiveIntegerField(default=0)
    # Of those, on posts that went out with what it was about still in them.
    left = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week_begins_on", "check_id"], name="one_count_a_week"),
        ]
