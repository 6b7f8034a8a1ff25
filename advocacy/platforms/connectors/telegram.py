"""Telegram: messages to people, groups and channels, sent by their writer.

Sources: core.telegram.org/widgets/share, and core.telegram.org/api/config for the length of a message.
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import utf16_units

MAX_CHARS = 4096


class Telegram(Channel):
    slug = "telegram"
    label = "Telegram"
    auth = ByHand(
        explanation=gettext_noop("Telegram opens with your words. You choose who gets them, and send."),
        # Telegram puts the link above the words by itself.
        opens="https://t.me/share/url?url={link}&text={words}",
        hosts=("t.me", "telegram.me"),
        # A public channel or group, the same in a browser, or a closed one.
        posts=(
            r"/(?:s/)?[a-z][a-z0-9_]{3,31}/(?P<id>\d+(?:/\d+)?)",
            r"/c/\d+/(?P<id>\d+(?:/\d+)?)",
        ),
    )
    limits = Limits(max_images=1, max_alt_chars=1000, max_image_bytes=10_000_000)

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_CHARS, "utf16", too_long=used > MAX_CHARS)
