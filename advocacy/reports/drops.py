"""In words: the arrivals on our links that are not people's clicks."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advocacy.links.visiting import Dropped

WORDS: Mapping[str, Promise] = {
    Dropped.PREVIEW: _("Networks and messengers that drew the card under a post"),
    Dropped.BOT: _("Search engines, scanners and other programs"),
    Dropped.HEAD: _("Programs that only asked whether the page is there"),
    Dropped.PREFETCH: _("Browsers and apps that looked ahead before anybody clicked"),
    Dropped.EMPTY: _("Visitors that did not say what they are, as every browser does"),
    Dropped.EMBEDDED: _("Pages that loaded the link as their own picture or frame"),
    Dropped.DISGUISED: _("Programs dressed up as a browser"),
    Dropped.OWN: _("Colleagues who followed their own link"),
}


def in_words(reason: str) -> str | Promise:
    return WORDS.get(reason, _("For another reason"))
