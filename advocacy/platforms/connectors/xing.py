"""XING: posts on a profile, made by their writer.

Source: dev.xing.com, share plug-in; it takes a link and no words. XING states no length that we could find,
so the limit is the hub's own.
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import graphemes

MAX_CHARS = 5000


class Xing(Channel):
    slug = "xing"
    label = "XING"
    auth = ByHand(
        explanation=gettext_noop("Your words are copied, XING opens, and you paste and post them yourself."),
        opens="https://www.xing.com/spi/shares/new?url={link}",
        hosts=("xing.com",),
        # As such addresses were seen; XING describes them nowhere.
        posts=(r"/(?:discover|social)/(?:detail-activities|posts?)/(?P<id>[a-z0-9_.:-]{4,120})",),
    )
    limits = Limits(max_images=1, max_alt_chars=1000, max_image_bytes=10_000_000)

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = graphemes(text)
        return Counted(used, MAX_CHARS, "graphemes", too_long=used > MAX_CHARS)
