"""X: its rules for a post. The hub does not post there; people do it by hand.

Source: https://docs.x.com/fundamentals/counting-characters and config/v3.json of twitter/twitter-text.
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import x_weight

MAX_WEIGHT = 280


class X(Channel):
    slug = "x"
    label = "X"
    auth = ByHand(explanation=gettext_noop("You copy your text, X opens, and you post it there yourself."))
    limits = Limits(
        max_images=4,
        max_alt_chars=1000,
        max_image_bytes=5_000_000,
        image_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
    )
    card_by = "server"

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = x_weight(text)
        return Counted(used, MAX_WEIGHT, "weighted", too_long=used > MAX_WEIGHT)
