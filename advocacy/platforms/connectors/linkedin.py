"""LinkedIn: its rules for a personal post. The hub does not post there; people do it by hand.

Source: https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import utf16_units

# LinkedIn does not say what it counts; its editor counts as JavaScript does, which is never too few. The
# backslashes that its API asks for before brackets are not part of it.
MAX_UNITS = 3000


class LinkedIn(Channel):
    slug = "linkedin"
    label = "LinkedIn"
    auth = ByHand(
        explanation=gettext_noop("You copy your text, LinkedIn opens, and you post it there yourself.")
    )
    # No size in bytes is stated; this is the hub's own bound, well above what its pictures weigh.
    limits = Limits(
        max_images=20,
        max_alt_chars=4086,
        max_image_bytes=8_000_000,
        image_types=("image/jpeg", "image/png", "image/gif"),
        max_image_pixels=36_152_319,
    )
    card_by = "client"
    link_in_text = False

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_UNITS, "utf16", too_long=used > MAX_UNITS)
