"""What a post on Bluesky is made of: words with what is clickable in them, and pictures or a card.

Source: the lexicons app.bsky.feed.post, app.bsky.embed.images and app.bsky.embed.external.
"""

from collections.abc import Mapping

from advocacy.platforms.answers import Preparing, ask, json_object
from advocacy.platforms.atproto import asking, moment, upload
from advocacy.platforms.connector import Access, Card, Draft, Image
from advocacy.platforms.facets import facets_of

POST = "app.bsky.feed.post"
MAX_IMAGE_BYTES = 2_000_000
MAX_THUMBNAIL_BYTES = 1_000_000


def record_of(draft: Draft, access: Access, preparing: Preparing) -> dict[str, object]:
    """Return the record to put, its pictures uploaded. :raises TryLater, Rejected, Disconnected:"""
    record: dict[str, object] = {"$type": POST, "text": draft.text, "createdAt": moment(draft.at)}
    if draft.language:
        record["langs"] = [draft.language]
    facets = facets_of(draft.text, did_of=lambda handle: _did_of(handle, access, preparing))
    if facets:
        record["facets"] = facets
    # One embed to a post: who attached pictures wants those.
    if draft.images:
        record["embed"] = _pictures(draft.images, access, preparing)
    elif draft.card:
        record["embed"] = _card(draft.card, access, preparing)
    return record


def is_of(record: Mapping[str, object], draft: Draft) -> bool:
    """Tell whether a record that stands is this draft."""
    return (record.get("text"), record.get("createdAt")) == (draft.text, moment(draft.at))


def _did_of(handle: str, access: Access, preparing: Preparing) -> str:
    question = asking(access.host, "com.atproto.identity.resolveHandle", {"handle": handle})
    response = ask(question, timeout=preparing.left())
    return str(json_object(response).get("did", ""))


def _pictures(images: tuple[Image, ...], access: Access, preparing: Preparing) -> dict[str, object]:
    attached = [
        {
            "image": upload(image, access, preparing),
            "alt": image.alt,
            "aspectRatio": {"width": image.width, "height": image.height},
        }
        for image in images
    ]
    return {"$type": "app.bsky.embed.images", "images": attached}


def _card(card: Card, access: Access, preparing: Preparing) -> dict[str, object]:
    external: dict[str, object] = {"uri": card.url, "title": card.title, "description": card.description}
    # A card stands without its picture; one that is too large would cost the whole post.
    if card.thumbnail and len(card.thumbnail.content) <= MAX_THUMBNAIL_BYTES:
        external["thumb"] = upload(card.thumbnail, access, preparing)
    return {"$type": "app.bsky.embed.external", "external": external}
