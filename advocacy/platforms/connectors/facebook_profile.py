"""A Facebook profile: the person's own, to which no program may post since 1 August 2018.

Facebook's rules forbid to fill in words for people, so theirs are copied and they paste them. Sources:
developers.facebook.com, sharing and Meta's developer blog of 24 April 2018. The length is what Facebook
announced in 2011.
"""

from collections.abc import Mapping

from advocacy.platforms.connector import ByHand, Channel, Counted, Limits, gettext_noop
from advocacy.platforms.rulers import utf16_units

MAX_CHARS = 63_206
_ID = r"(?P<id>pfbid[a-z0-9]{10,120}|\d{5,30})"


class FacebookProfile(Channel):
    slug = "facebook_profile"
    label = "Facebook"
    auth = ByHand(
        explanation=gettext_noop(
            "Your words are copied, Facebook opens with the link, and you paste and post them yourself."
        ),
        opens="https://www.facebook.com/sharer/sharer.php?u={link}",
        hosts=("facebook.com", "fb.com"),
        posts=(
            rf"/[a-z0-9.]{{1,80}}/(?:posts|videos)/(?:[^/?]{{1,200}}/)?{_ID}",
            rf"/groups/[a-z0-9.]{{1,80}}/(?:posts|permalink)/{_ID}",
            rf"/(?:permalink|story)\.php\?story_fbid={_ID}&id=\d{{5,30}}",
            rf"/photo(?:\.php|/)?\?fbid={_ID}",
            rf"/reel/{_ID}",
            r"/share/(?:[prv]/)?(?P<id>[a-z0-9]{6,40})",
        ),
    )
    limits = Limits(max_images=10, max_alt_chars=1000, max_image_bytes=4_000_000)

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_CHARS, "utf16", too_long=used > MAX_CHARS)
