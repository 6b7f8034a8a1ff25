from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person


class Member(models.Model):
    """Someone on the practice network, where every colleague has an account from the start."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+", null=True)
    handle = models.SlugField(max_length=60, unique=True)
    display_name = models.CharField(max_length=120)
    # SHA-256 of the bearer token, in hex.
    token_hash = models.CharField(max_length=64, unique=True)


class PostQuerySet(models.QuerySet["Post"]):
    def standing(self) -> "PostQuerySet":
        return self.filter(deleted_at=None)


class Post(models.Model):
    """A post on the practice network.

    Like the least careful servers it accepts the same key twice and makes two posts, so
    that whoever sends twice is seen.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="posts")
    key = models.UUIDField(db_index=True)
    text = models.TextField(max_length=500)
    language = models.CharField(max_length=5, blank=True)
    card = models.JSONField(null=True, blank=True)
    image = models.FileField(upload_to="rehearsal/%Y/%m", blank=True)
    alt = models.CharField(max_length=1000, blank=True)
    # The moment the sender gave it, and the moment it came.
    dated_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-arrived_at", "-id"], name="rehearsal_newest")]


class Reaction(models.Model):
    class Kind(models.TextChoices):
        LIKE = "like", _("like")
        REPOST = "repost", _("repost")
        REPLY = "reply", _("reply")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "member", "kind"],
                condition=~models.Q(kind="reply"),
                name="one_like_and_one_repost_each",
            )
        ]
