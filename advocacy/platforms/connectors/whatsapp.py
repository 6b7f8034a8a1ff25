"""WhatsApp: messages to people and groups, sent by their writer.

Sources: WhatsApp's help pages on "click to chat". The length is what others report, not stated there.
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import utf16_units

MAX_CHARS = 65_536


class WhatsApp(Channel):
    slug = "whatsapp"
    label = "WhatsApp"
    auth = ByHand(
        explanation=gettext_noop("WhatsApp opens with your words. You choose who gets them, and send."),
        opens="https://wa.me/?text={text}",
    )
    limits = Limits(max_images=1, max_alt_chars=1000, max_image_bytes=16_000_000)

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_CHARS, "utf16", too_long=used > MAX_CHARS)
