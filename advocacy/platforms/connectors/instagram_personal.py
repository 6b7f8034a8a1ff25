"""A personal Instagram account: no program may post to it, and there is no address that opens a new post.

On a phone its share sheet hands the picture over; elsewhere one saves the picture and pastes the words.
Source: developers.facebook.com, Instagram platform: captions of 2,200 characters, links that cannot be
clicked, pictures in JPEG.
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import utf16_units

MAX_CHARS = 2200


class InstagramPersonal(Channel):
    slug = "instagram_personal"
    label = "Instagram"
    auth = ByHand(
        explanation=gettext_noop(
            "You hand the picture to Instagram, or save it first, then paste your words and post. A link "
            "cannot be clicked there."
        ),
        opens="https://www.instagram.com/",
        hosts=("instagram.com", "instagr.am"),
        posts=(r"/(?:[a-z0-9_.]{1,30}/)?(?:p|reel|reels)/(?P<id>[a-z0-9_-]{5,40})",),
        needs_picture=True,
    )
    limits = Limits(max_images=10, max_alt_chars=1000, max_image_bytes=8_000_000, image_types=("image/jpeg",))
    card_by = "none"

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_CHARS, "utf16", too_long=used > MAX_CHARS)
