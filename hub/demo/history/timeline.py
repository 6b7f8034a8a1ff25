"""The posts on the practice network, as the hub would have put them there."""

from collections.abc import Mapping, Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from advocacy.rehearsal.models import Card, Member, Post
from advocacy.shares.models import Share
from advocacy.stories.models import Rendition
from hub.demo.history.sharing import Made
from hub.demo.pictures import FOLDER, Kept


def post_on_rehearsal(made: Sequence[Made], pictures: Mapping[str, Kept]) -> None:
    """Write a post for each of these shares, and note on the share where it stands."""
    members = {member.person_id: member for member in Member.objects.all()}
    files = _Files(pictures)
    posts = Post.objects.bulk_create(_post(one, members[one.share.person_id], files) for one in made)
    for one, post in zip(made, posts, strict=True):
        one.share.remote_id, one.share.remote_url = str(post.pk), post.url


class _Files:
    """Copies of crops, one for all posts that show the same."""

    def __init__(self, pictures: Mapping[str, Kept]) -> None:
        self._pictures = pictures
        self._written: dict[str, str] = {}

    def name_of(self, scene: str, shape: str) -> str:
        name = f"rehearsal/{FOLDER}/{scene}-{shape}.jpg"
        if name not in self._written:
            default_storage.delete(name)
            content = ContentFile(self._pictures[scene].crop(shape).content)
            self._written[name] = default_storage.save(name, content)
        return self._written[name]

    def size_of(self, scene: str, shape: str) -> tuple[int, int]:
        crop = self._pictures[scene].crop(shape)
        return crop.width, crop.height


def _post(made: Made, member: Member, files: _Files) -> Post:
    share, told = made.share, made.plan.told
    scene, shape = told.pictures[0].scene, share.shape or Rendition.Shape.LANDSCAPE
    width, height = files.size_of(scene, shape)
    return Post(
        member=member,
        key=share.key,
        text=share.full_text,
        language=share.language,
        card=None if share.picture else _card(share),
        image=files.name_of(scene, shape),
        image_width=width,
        image_height=height,
        alt=told.pictures[0].alt,
        dated_at=share.due_at,
        arrived_at=share.published_at or share.due_at,
    )


def _card(share: Share) -> Card:
    return {"url": share.link.address, "title": share.story.title, "description": share.story.summary}
