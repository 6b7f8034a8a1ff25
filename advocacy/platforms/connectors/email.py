"""E-mail: a message from the person's own mail program. Source: RFC 6068."""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import graphemes

# A mail has no limit that matters; this is the hub's own.
MAX_CHARS = 5000


class Email(Channel):
    slug = "email"
    label = "E-mail"
    auth = ByHand(
        explanation=gettext_noop(
            "Your mail program opens with your words. You choose who gets them, and send."
        ),
        opens="mailto:?subject={title}&body={text}",
        # Mail programs and Windows cut longer addresses off.
        max_address_chars=2000,
    )
    limits = Limits(max_images=10, max_alt_chars=1000, max_image_bytes=5_000_000)
    card_by = "none"

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = graphemes(text)
        return Counted(used, MAX_CHARS, "graphemes", too_long=used > MAX_CHARS)
