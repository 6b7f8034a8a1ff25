"""Reddit: a link with a title, posted by its writer. Each community has rules of its own.

Source: reddit.com/submit and what it takes; a title has 300 characters at most.
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import utf16_units

MAX_CHARS = 300


class Reddit(Channel):
    slug = "reddit"
    label = "Reddit"
    auth = ByHand(
        explanation=gettext_noop(
            "Reddit opens with your words as the title. You choose the community, read its rules, and post."
        ),
        opens="https://www.reddit.com/submit?url={link}&title={line}",
        hosts=("reddit.com",),
        posts=(
            r"/(?:r|user|u)/[a-z0-9_-]{2,40}/comments/(?P<id>[a-z0-9]{4,12})",
            r"/comments/(?P<id>[a-z0-9]{4,12})",
            r"/r/[a-z0-9_]{2,40}/s/(?P<id>[a-z0-9]{6,20})",
        ),
    )
    limits = Limits(max_images=20, max_alt_chars=1000, max_image_bytes=20_000_000)
    # It is the post itself; the words are its title.
    link_in_text = False

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_CHARS, "utf16", too_long=used > MAX_CHARS)
