"""Who comes along a short link: a person, or something that does not count, and why not.

Pure and quick. It looks at one request and knows no address. A second visit by the same stranger counts
again, for to know him we would have to remember him.

Sources: the lists crawlerdetect and crawler-user-agents; what unfurlers say of themselves in their own
documentation; shlink #1613 and dub #2309 on who else is counted for a person.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import re2
from crawlerdetect.providers.crawlers import data as CRAWLERDETECT
from crawleruseragents import CRAWLER_USER_AGENTS_DATA as CRAWLER_USER_AGENTS


class Dropped(StrEnum):
    """Why an arrival is not a person's click. The values stand in the database: never rename one."""

    HEAD = "head"  # asked for the headers only
    PREFETCH = "prefetch"  # a browser or an app looked ahead; nobody has clicked yet
    EMPTY = "empty"  # does not say what it is, as every browser does
    PREVIEW = "preview"  # a network or a messenger, drawing the card under a post
    BOT = "bot"  # a crawler, a scanner, a link checker, a program
    EMBEDDED = "embedded"  # a page that loaded the link as its picture or frame
    DISGUISED = "disguised"  # calls itself a browser, but leaves out what that browser always sends
    OWN = "own"  # the one who shared it


# Longer than a browser's, and a bound on the work that a stranger can give us.
MAX_USER_AGENT_CHARS = 512
_LOOKING_AHEAD = frozenset({"HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"})
# Every browser since the nineties begins so. A program does not, unless it pretends to be one.
_BEGINS_AS_BROWSER = (b"Mozilla/", b"Opera/")
# From version 90 on they send this to every https address: https://caniuse.com/mdn-http_headers_sec-fetch-mode
_SAYS_HOW_IT_CAME = r"(?:Chrome|Firefox)/(?:9\d|\d{3})"

# Who draws cards under posts. No browser carries these names; they are patterns, whatever the case.
_PREVIEWERS = (
    # Fediverse: each server that sees the post fetches the card for itself.
    *(
        "Mastodon/",
        "Pleroma",
        "Akkoma",
        "Misskey/",
        "Sharkey",
        "Firefish",
        "Iceshrimp",
        "Calckey",
        "SummalyBot",
    ),
    *(
        "Friendica",
        "GoToSocial",
        "Lemmy/",
        "Mbin/",
        "PeerTube",
        "Pixelfed",
        "Hubzilla",
        "Takahe",
        "WriteFreely",
    ),
    *("Mobilizon", "Bookwyrm", "Smithereen", "snac/", "Hollo/", "Wafrn", "Bonfire"),
    # Networks.
    *("Cardyb", "facebookexternalhit", "facebookcatalog", "Facebot", "meta-external(agent|fetcher)"),
    *("LinkedInBot", "Twitterbot", "Pinterest(bot|/0)", "^Tumblr/", "redditbot", "vkShare", "OdklBot"),
    *("XING-contenttabreceiver", "Flipboard(Browser)?Proxy", "Embedly", "Iframely", "bitlybot"),
    # Messengers and desks.
    *("WhatsApp/", "TelegramBot", "Discordbot", "Slackbot", "Slack-ImgProxy", "SkypeUriPreview", "^Viber"),
    *("Microsoft Teams", "MicrosoftPreview", "BingPreview", "ms-office", "MSOffice", "Microsoft Office"),
    *("kakaotalk-scrap", "line-poker", "Google-PageRenderer", "Google-Chat", "web/snippet", "Synapse"),
    *("Mattermost", "Rocket[.]Chat", "Zulip", "NotionEmbedder", "Nextcloud", "(Link|URL) ?Preview", "unfurl"),
)
# A robot with manners gives the address of a page about itself.
_INTRODUCES_ITSELF = "https?://|www[.]"
# The lists take these for robots, but they are windows inside apps, with a person before them (IAB: in-app
# browser; AP3A: a build of Android 15). What the same companies draw cards with does not begin as a browser.
_PEOPLE_NEVERTHELESS = frozenset(
    {"MetaIAB Facebook", r"AP3A\.240617\.008", "Viber", r"Tumblr\/", "Outlook-iOS", r"Slack\/"}
)
# What a phone is called says nothing about who holds it, and some are called CUBOT.
_PHONE = re.compile(
    r"\(Linux; (?:U; )?Android [^)]*\)|\[FB[^\]]*\]|(?:Instagram|Barcelona) [\d.]+ (?:Android )?\([^)]*\)"
)


def why_not_counted(request: Mapping[str, Any], *, secure: bool) -> Dropped | None:
    """Return why this WSGI request is not a person's click, None if it may be one.

    `secure` says that short links begin with https, where browsers tell more. The sharer's own clicks are
    not known here.
    """
    if request["REQUEST_METHOD"] == "HEAD":
        return Dropped.HEAD
    if not request.keys().isdisjoint(_LOOKING_AHEAD):
        return Dropped.PREFETCH
    agent, says_how_it_came = _known_by_name(request.get("HTTP_USER_AGENT", "")[:MAX_USER_AGENT_CHARS])
    if agent:
        return agent
    if request.get("HTTP_SEC_FETCH_DEST", "document") != "document":
        return Dropped.EMBEDDED
    is_silent = secure and says_how_it_came and "HTTP_SEC_FETCH_MODE" not in request
    if is_silent or "HTTP_ACCEPT_LANGUAGE" not in request:
        return Dropped.DISGUISED
    return None


# In memory only, with no link, time or address beside it. Most visitors have one of few browsers.
@lru_cache(maxsize=2048)
def _known_by_name(user_agent: str) -> tuple[Dropped | None, bool]:
    """Return what the name alone tells, and whether such a browser says how it came."""
    if not user_agent.strip():
        return Dropped.EMPTY, False
    name = _PHONE.sub("", user_agent).encode(errors="replace")
    if _PREVIEW.search(name):
        return Dropped.PREVIEW, False
    if not name.startswith(_BEGINS_AS_BROWSER) or _BOT.search(name):
        return Dropped.BOT, False
    return None, bool(_MODERN.search(user_agent))


def _compiled(*patterns: str) -> Any:
    """Return one table for all patterns, that reads each sign once however hostile the text is."""
    options = re2.Options()
    options.max_mem = 64 << 20  # bytes
    return re2.compile("|".join(f"(?:{pattern})" for pattern in patterns), options)


def _robots(patterns: Iterable[str]) -> list[str]:
    return [pattern for pattern in patterns if pattern not in _PEOPLE_NEVERTHELESS]


_MODERN = re.compile(_SAYS_HOW_IT_CAME)
_PREVIEW = _compiled(*(f"(?i){name}" for name in _PREVIEWERS))
_BOT = _compiled(
    _INTRODUCES_ITSELF,
    # RE2 cannot look ahead.
    *(f"(?i){pattern.replace('(?!Search)', '([^S]|$)')}" for pattern in _robots(CRAWLERDETECT)),
    *_robots(bot["pattern"] for bot in CRAWLER_USER_AGENTS),
)
