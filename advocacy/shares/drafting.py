"""A share as the connector gets it: plain values, nothing that a later change could move."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from advocacy.lib import images
from advocacy.platforms.connector import Card, Draft, Image, Limits
from advocacy.shares.models import Share
from advocacy.stories.models import Picture, Rendition, StoryPicture


class CannotDraft(Exception):
    """Something the share needs is missing; `code` has a translation."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch_pictures(shares: list[Share]) -> None:
    """Read what the drafts of these shares need of their pictures, for all of them together."""
    placed = Prefetch("story__story_pictures", StoryPicture.objects.select_related("picture"))
    prefetch_related_objects(
        shares, "picture__renditions", placed, "story__story_pictures__picture__renditions"
    )


def draft_of(share: Share) -> Draft:
    """Return the whole post, pictures read and made to fit.

    :raises CannotDraft: the chosen picture cannot be read
    """
    if share.picture:
        return _draft(share, images=images_of(share))
    return _draft(share, card=_card(share))


def images_of(share: Share) -> tuple[Image, ...]:
    """Return the chosen pictures, made to fit; needs the share read with `fetch_pictures`.

    :raises CannotDraft: one cannot be read
    """
    return (_image(share.picture, share.shape, limits=_limits(share)),) if share.picture else ()


def rendition_for(picture: Picture, shape: str, limits: Limits) -> Rendition | None:
    """Return the crop of this shape, or where the platform does not take its ratio, the one most like it."""
    chosen = picture.rendition(shape)
    if chosen is None or limits.min_ratio <= _ratio(chosen) <= limits.max_ratio:
        return chosen
    fitting = [crop for crop in picture.crops if limits.min_ratio <= _ratio(crop) <= limits.max_ratio]
    return min(fitting, key=lambda crop: abs(_ratio(crop) - _ratio(chosen)), default=None)


def words_of(share: Share) -> Draft:
    """Return the post without its pictures: enough to look for it."""
    return _draft(share)


def _draft(share: Share, *, card: Card | None = None, images: tuple[Image, ...] = ()) -> Draft:
    return Draft(
        key=share.key,
        record_key=share.record_key,
        at=_dated(share),
        text=share.full_text,
        language=share.language,
        link=share.link.address,
        card=card,
        images=images,
        prepared=share.prepared,
    )


def _dated(share: Share) -> datetime:
    # Part of the record, so it must be the same at every try.
    return share.due_at


def _card(share: Share) -> Card:
    story = share.story
    placed = (one.picture for one in story.story_pictures.all())
    first = next((picture for picture in placed if picture.state == Picture.State.READY), None)
    return Card(
        url=share.link.address,
        title=story.title,
        description=story.summary,
        thumbnail=_thumbnail(share, first) if first else None,
    )


def _thumbnail(share: Share, picture: Picture) -> Image | None:
    # A card without its picture is still a good post; one without the picture that was chosen is not.
    try:
        return _image(picture, Rendition.Shape.LANDSCAPE, limits=_limits_of_cards(share))
    except CannotDraft:
        return None


def _limits_of_cards(share: Share) -> Limits:
    limits = _limits(share)
    return replace(limits, max_image_bytes=limits.max_card_image_bytes or limits.max_image_bytes)


def _limits(share: Share) -> Limits:
    return share.account.connector.limits_for(share.account.data)


def _image(picture: Picture, shape: str, *, limits: Limits) -> Image:
    """Return the chosen crop, made to fit what the account's platform takes."""
    rendition = rendition_for(picture, shape or Rendition.Shape.DISPLAY, limits)
    if rendition is None:
        raise CannotDraft("picture_missing")
    try:
        fitted = _fitted(rendition, limits)
    except (OSError, images.BadPicture):
        raise CannotDraft("picture_missing") from None
    return Image(
        content=fitted.content,
        media_type=fitted.media_type,
        alt=picture.alt[: limits.max_alt_chars],
        width=fitted.width,
        height=fitted.height,
    )


def _ratio(rendition: Rendition) -> float:
    return rendition.width / rendition.height


def _fitted(rendition: Rendition, limits: Limits) -> images.Rendered:
    """Return the crop as it is where it fits: encoding it again costs time and quality.

    :raises OSError: the file cannot be read
    :raises images.BadPicture: it cannot be made to fit
    """
    with rendition.file.open() as file:
        content = file.read()
    fits = (
        len(content) <= limits.max_image_bytes
        and rendition.media_type in limits.image_types
        and rendition.width * rendition.height <= (limits.max_image_pixels or images.SENT_PIXELS)
    )
    if fits:
        return images.Rendered(content, rendition.width, rendition.height, rendition.media_type)
    return images.fit(
        content,
        max_bytes=limits.max_image_bytes,
        max_pixels=limits.max_image_pixels,
        types=limits.image_types,
    )
