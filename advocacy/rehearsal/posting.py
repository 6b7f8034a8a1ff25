"""Putting posts on the practice network and taking them off."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile

from advocacy.lib import images
from advocacy.lib.leftovers import remove_leftovers
from advocacy.rehearsal.models import Card, Member, Post

MAX_IMAGE_BYTES = 5_000_000
# What is kept of a picture, whatever was sent.
KEPT_IMAGE_BYTES = 1_000_000
WINDOW = timedelta(minutes=1)


class TooMany(Exception):
    """The member posted more in a minute than the network takes. `wait` is how long until it takes more."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("You are posting too fast. Wait a moment and try again.")
        self.wait = wait


@dataclass(frozen=True)
class NewPost:
    """A post as it comes in, checked. `image` holds the bytes of a picture in any type the hub reads."""

    key: UUID
    text: str
    at: datetime
    language: str = ""
    card: Card | None = None
    image: bytes = field(default=b"", repr=False)
    alt: str = ""


def publish(new: NewPost, *, member: Member, now: datetime) -> Post:
    """Put it on the timeline. The same key again makes a second post.

    :raises TooMany: the member's minute is full
    :raises images.BadPicture: the image is none, or damaged
    """
    _refuse_a_flood(member, now)
    picture = _kept(new.image) if new.image else None
    return Post.objects.create(
        member=member,
        key=new.key,
        text=new.text,
        language=new.language,
        card=new.card,
        image=picture,
        alt=new.alt,
        dated_at=new.at,
        arrived_at=now,
    )


def delete_post(post: Post, *, now: datetime) -> bool:
    """Take it off the timeline and tell whether it still stood; the ledger keeps the row."""
    return bool(Post.objects.standing().filter(pk=post.pk).update(deleted_at=now))


def forget_images(*, now: datetime) -> int:
    """Remove the files of posts that were taken off, or that were never finished; return how many."""
    return remove_leftovers(Post.objects.standing().exclude(image=""), "image", now=now)


def _refuse_a_flood(member: Member, now: datetime) -> None:
    recent = member.posts.filter(arrived_at__gt=now - WINDOW).order_by("-arrived_at", "-pk")
    limit = settings.REHEARSAL_POSTS_A_MINUTE
    if full_since := recent.values_list("arrived_at", flat=True)[limit - 1 : limit].first():
        raise TooMany(full_since + WINDOW - now)


def _kept(content: bytes) -> "ContentFile[bytes]":
    # Made anew, so that nothing but pixels is kept and served.
    rendered = images.fit(content, max_bytes=KEPT_IMAGE_BYTES, max_pixels=None, types=("image/jpeg",))
    return ContentFile(rendered.content, name=f"{uuid4()}.jpg")
