"""The phone's own share sheet: any app that takes words, a link or a picture.

It tells nobody which app was chosen, nor whether anything was posted. Source: developer.mozilla.org,
Navigator.share.
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import graphemes

# Which app it will be is not known, nor what fits there; this is the hub's own.
MAX_CHARS = 5000


class ShareSheet(Channel):
    slug = "share_sheet"
    label = "Apps"
    auth = ByHand(
        explanation=gettext_noop(
            "Your phone asks which app gets your words and the picture. You send them from there."
        )
    )
    limits = Limits(max_images=1, max_alt_chars=1000, max_image_bytes=5_000_000)
    card_by = "none"

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = graphemes(text)
        return Counted(used, MAX_CHARS, "graphemes", too_long=used > MAX_CHARS)
