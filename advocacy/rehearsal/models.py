import hashlib
from typing import TypedDict
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person

MAX_GRAPHEMES = 500
# A single grapheme may be built from thousands of accents.
MAX_BYTES = 10_000
MAX_ALT_CHARS = 1000


def hash_of(token: str) -> str:
    """Return what is kept of a token. It is 256 bits of chance, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> "MemberQuerySet":
        """Members who may post: colleagues who left keep their posts and lose their key."""
        return self.filter(person__is_active=True)


class Member(models.Model):
    """Someone on the practice network, where every colleague has an account from the start."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+", null=True)
    handle = models.SlugField(max_length=60, unique=True)
    display_name = models.CharField(max_length=120)
    joined_at = models.DateTimeField()
    # SHA-256 of the bearer token, in hex.
    token_hash = models.CharField(max_length=64, unique=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return f"@{self.handle}"

    def get_absolute_url(self) -> str:
        return reverse("rehearsal:member", args=[self.handle])

    @property
    def initials(self) -> str:
        words = self.display_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class Card(TypedDict):
    """The preview of a link, as its sender made it."""

    url: str
    title: str
    description: str


class PostQuerySet(models.QuerySet["Post"]):
    def standing(self) -> "PostQuerySet":
        return self.filter(deleted_at=None)

    def newest_first(self) -> "PostQuerySet":
        return self.order_by("-arrived_at", "-pk")

    def with_counts(self) -> "PostQuerySet":
        """With how many like it (`likes`), pass it on (`reposts`) and answer it (`replies`)."""
        counts = {
            "likes": _count(Reaction.Kind.LIKE),
            "reposts": _count(Reaction.Kind.REPOST),
            "replies": _count(Reaction.Kind.REPLY),
        }
        return self.annotate(**counts)

    def for_reader(self, reader: Member) -> "PostQuerySet":
        """With all that a page shows of a post, and what this reader did with it."""
        own = Reaction.objects.filter(post=OuterRef("pk"), member=reader)
        done = {
            "liked": Exists(own.filter(kind=Reaction.Kind.LIKE)),
            "reposted": Exists(own.filter(kind=Reaction.Kind.REPOST)),
        }
        return self.with_counts().select_related("member").annotate(**done)


class Post(models.Model):
    """A post on the practice network.

    Like the least careful servers it accepts the same key twice and makes two posts, so that whoever sends
    twice is seen.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="posts")
    key = models.UUIDField(db_index=True)
    text = models.TextField()
    language = models.CharField(max_length=5, blank=True)
    # A `Card` or nothing. With a card, the image is the card's.
    card = models.JSONField(null=True, blank=True)
    image = models.ImageField(
        upload_to="rehearsal/%Y/%m", width_field="image_width", height_field="image_height", blank=True
    )
    image_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    image_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    alt = models.CharField(max_length=MAX_ALT_CHARS, blank=True)
    # The moment the sender gave it, and the moment it came.
    dated_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    # Filled by `with_counts` and `for_reader`.
    likes: int
    reposts: int
    replies: int
    liked: bool
    reposted: bool

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [
            models.Index(fields=["-arrived_at", "-id"], name="rehearsal_newest"),
            models.Index(fields=["member", "-arrived_at"], name="rehearsal_of_member"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("rehearsal:post", args=[self.pk])

    @property
    def card_site(self) -> str:
        """The name of the site that the card leads to."""
        return urlsplit(self.card["url"]).hostname or "" if self.card else ""

    @property
    def url(self) -> str:
        """The public address of the post, as other systems get it."""
        return f"{settings.HUB_URL}{self.get_absolute_url()}"


class Reaction(models.Model):
    """What a member did with a post."""

    class Kind(models.TextChoices):
        LIKE = "like", _("like")
        REPOST = "repost", _("repost")
        REPLY = "reply", _("reply")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "member", "kind"],
                condition=~models.Q(kind="reply"),
                name="one_like_and_one_repost_each",
            )
        ]


def _count(kind: Reaction.Kind) -> Coalesce:
    of_post = Reaction.objects.filter(post=OuterRef("pk"), kind=kind).order_by().values("post")
    return Coalesce(Subquery(of_post.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


class Stumble(models.Model):
    """What a member wants to go wrong with their next post, to see what the hub makes of it."""

    class Kind(models.TextChoices):
        SERVER_ERROR = "server_error", _("It takes the post and answers with an error")
        WITHOUT_ID = "without_id", _("It takes the post and does not say where it is")
        WEB_PAGE = "web_page", _("It takes the post and answers with a web page")
        HANG_UP = "hang_up", _("It takes the post and hangs up")
        DROP = "drop", _("It hangs up and drops the post")
        SILENCE = "silence", _("It is silent for a long time, and takes the post at the end")
        LOCKED_OUT = "locked_out", _("It no longer lets you in")
        LOCKED_OUT_HALF_WAY = "locked_out_half_way", _("It takes the post, and then no longer lets you in")
        DUPLICATE = "duplicate", _("It says that you posted these words before")
        SLOW_DOWN = "slow_down", _("It asks for patience, and does not say for how long")
        SLOW_DOWN_SECONDS = "slow_down_seconds", _("It asks for patience, in seconds")
        SLOW_DOWN_DATE = "slow_down_date", _("It asks for patience, until a date in words")
        SLOW_DOWN_EPOCH = "slow_down_epoch", _("It asks for patience, until a second since 1970")
        SLOW_DOWN_ISO = "slow_down_iso", _("It asks for patience, until a moment by ISO 8601")
        SLOW_DOWN_MASTODON = "slow_down_mastodon", _("It asks for patience as Mastodon does")
        SLOW_DOWN_X = "slow_down_x", _("It asks for patience as X does")
        SLOW_DOWN_BLUESKY = "slow_down_bluesky", _("It asks for patience as Bluesky does")
        SLOW_DOWN_META = "slow_down_meta", _("It asks for patience as Facebook and Instagram do")

    # One at a time, so that nobody keeps the network busy with stumbling.
    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    ordered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stumble")
        verbose_name_plural = _("stumbles")

    def __str__(self) -> str:
        return self.get_kind_display()
