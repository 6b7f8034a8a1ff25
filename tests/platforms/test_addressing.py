"""Addresses of posts made by hand: where one writes them, and which one was pasted afterwards."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from advocacy.platforms.addressing import NoSuchPost, Prepared, opening_of, post_at
from advocacy.platforms.connector import ByHand, channels

WAYS = {slug: way for slug, kind in sorted(channels().items()) if (way := kind().way_by_hand)}
LINK = "https://hub.example/s/aB3?x=1&y=2#top"
WORDS = "Proud & glad: 100% \u201cours\u201d + more?\nCafé 👩‍👧 #repair = true; <b>'x'</b> {text} %s"
PREPARED = Prepared(text=f"{WORDS}\n\n{LINK}", words=WORDS, link=LINK, title="We repair, & how: 50%?")

# Facts sheet, section 10.
WHERE = {
    "linkedin": ("https://www.linkedin.com/sharing/share-offsite/", {"url": LINK}),
    "x": ("https://x.com/intent/tweet", {"text": PREPARED.text}),
    "threads": ("https://www.threads.com/intent/post", {"text": PREPARED.text}),
    "bluesky": ("https://bsky.app/intent/compose", {"text": PREPARED.text}),
    "facebook_profile": ("https://www.facebook.com/sharer/sharer.php", {"u": LINK}),
    "whatsapp": ("https://wa.me/", {"text": PREPARED.text}),
    "telegram": ("https://t.me/share/url", {"url": LINK, "text": WORDS}),
    "reddit": ("https://www.reddit.com/submit", {"url": LINK, "title": " ".join(WORDS.split())}),
    "xing": ("https://www.xing.com/spi/shares/new", {"url": LINK}),
    "email": (
        "mailto:",
        {"subject": PREPARED.title, "body": PREPARED.text.replace("\n", "\r\n")},
    ),
    "instagram_personal": ("https://www.instagram.com/", {}),
}


def test_every_way_that_the_sheet_names_is_there() -> None:
    assert {*WHERE, "share_sheet"} <= WAYS.keys()


@pytest.mark.parametrize("slug", WHERE)
def test_every_value_arrives_as_it_was(slug: str) -> None:
    place, values = WHERE[slug]

    opening = opening_of(WAYS[slug], PREPARED)

    assert opening is not None
    address = urlsplit(opening.address)
    start = f"{address.scheme}:{'//' + address.netloc if address.netloc else ''}{address.path}"
    assert start == place
    assert not address.fragment
    assert parse_qs(address.query, strict_parsing=bool(values)) == {
        name: [one] for name, one in values.items()
    }
    # Nothing that is drawn, cut off or read as a space: only what RFC 3986 leaves as it is, and %XX.
    assert all(sign.isascii() and (sign.isalnum() or sign in "-._~%:/?=&@") for sign in opening.address)
    assert opening.has_words is any(WORDS.split()[0] in one for one in values.values())


def test_nothing_opens_the_share_sheet_but_the_phone() -> None:
    assert opening_of(WAYS["share_sheet"], PREPARED) is None


@pytest.mark.parametrize("slug", ["email", "whatsapp", "telegram", "x"])
def test_an_address_that_grew_too_long_leaves_the_words_to_be_pasted(slug: str) -> None:
    long = replace(PREPARED, text="é" * 5000, words="é" * 5000)

    opening = opening_of(WAYS[slug], long)

    assert opening is not None
    assert not opening.has_words
    assert len(opening.address) <= WAYS[slug].max_address_chars
    assert "%C3%A9" not in opening.address


def test_a_mail_holds_its_words_up_to_two_thousand_signs() -> None:
    way = WAYS["email"]
    bare = len(opening_of(way, replace(PREPARED, text="")).address)  # type: ignore[union-attr]

    just = opening_of(way, replace(PREPARED, text="x" * (2000 - bare)))
    over = opening_of(way, replace(PREPARED, text="x" * (2001 - bare)))

    assert just is not None
    assert over is not None
    assert (len(just.address), just.has_words, over.has_words) == (2000, True, False)


# What people copy: what the hub keeps of it stands before the bar, and the id in it between brackets.
URN = "7264912345678901234"
PASTED = [
    ("linkedin", f"https://www.linkedin.com/feed/update/urn:li:activity:[{URN}]|/?utm=1"),
    ("linkedin", f"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A[{URN}]|"),
    ("linkedin", f"nl.linkedin.com/posts/alice_we-mend-bikes-activity-[{URN}]-x_Yz|?rcm=2"),
    ("x", "https://x.com/alice/status/[1859123456789012345]|?s=46&t=abc"),
    ("x", "http://mobile.twitter.com/i/web/status/[1859123456789012345]|"),
    ("threads", "https://www.threads.net/@alice.b/post/[DAb1c_-2]|?xmt=AQ"),
    ("threads", "threads.com/@alice.b/post/[DAb1c_-2]|/media"),
    ("bluesky", "https://bsky.app/profile/alice.example/post/[3lbmx2k7q2c2a]|?ref_src=embed"),
    ("bluesky", "bsky.app/profile/did:plc:ewvi7nxzyoun6zhxrhs64oiz/post/[3lbmx2k7q2c2a]|/liked-by"),
    ("facebook_profile", "https://m.facebook.com/alice.b/posts/[pfbid02AbCdEfGh123]|?mibextid=x"),
    ("facebook_profile", "https://www.facebook.com/permalink.php?story_fbid=[1234567]&id=7654321|&ref=x"),
    ("facebook_profile", "https://www.facebook.com/groups/bikes/permalink/[1234567]|/"),
    ("facebook_profile", "https://www.facebook.com/photo/?fbid=[1234567]|&set=a.1"),
    ("facebook_profile", "https://www.facebook.com/share/p/[1A2b3C4d5E]|/"),
    ("instagram_personal", "https://www.instagram.com/p/[DAbc123_-x]|/?igsh=MzRl"),
    ("instagram_personal", "https://instagram.com/alice/reel/[DAbc123]|/"),
    ("telegram", "https://t.me/s/workshop_news/[123]|?single"),
    ("telegram", "t.me/c/1234567/[89]|"),
    ("reddit", "https://old.reddit.com/r/bikes/comments/[1abcde]|/we_mend/?share=1"),
    ("reddit", "https://www.reddit.com/r/bikes/s/[AbC123xyz]|"),
    ("xing", "https://www.xing.com/discover/detail-activities/[1234.ab]|?x=y"),
]


@pytest.mark.parametrize(("slug", "written"), PASTED)
def test_a_pasted_post_is_read(slug: str, written: str) -> None:
    pasted = written.translate(str.maketrans("", "", "[]|"))
    kept = written.partition("|")[0].translate(str.maketrans("", "", "[]"))

    receipt = post_at(WAYS[slug], f"  {pasted}\n")

    assert receipt.remote_id == written.partition("[")[2].partition("]")[0]
    assert receipt.url == f"https://{kept.partition('://')[2] or kept}"


HOSTILE = [
    "",
    "posted it!",
    "javascript:alert(1)//www.linkedin.com/posts/a-activity-7264912345678901234",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://www.linkedin.com/posts/a-activity-7264912345678901234",
    "//www.linkedin.com/posts/a-activity-7264912345678901234",
    "https://www.linkedin.com.evil.example/posts/a-activity-7264912345678901234",
    "https://evil-linkedin.com/posts/a-activity-7264912345678901234",
    "https://www.linkedin.com@evil.example/posts/a-activity-7264912345678901234",
    "https://alice:pw@www.linkedin.com/posts/a-activity-7264912345678901234",
    "https://evil.example/https://www.linkedin.com/posts/a-activity-7264912345678901234",
    "https://evil.example\\@www.linkedin.com/posts/a-activity-7264912345678901234",
    "https://evil.example#@www.linkedin.com/posts/a-activity-7264912345678901234",
    "https://www.linkedin.com:8443/posts/a-activity-7264912345678901234",
    "https://www.linkedin.com:99999/posts/a-activity-7264912345678901234",
    "https://www.linkedin.com./posts/a-activity-7264912345678901234",
    "https://www.linkedín.com/posts/a-activity-7264912345678901234",
    "https://www.linkedin。com/posts/a-activity-7264912345678901234",
    "https://127.0.0.1/posts/a-activity-7264912345678901234",
    "https://[::1]/posts/a-activity-7264912345678901234",
    "https://[www.linkedin.com/posts/a-activity-7264912345678901234",
    'https://www.linkedin.com/posts/a"onmouseover=x-activity-7264912345678901234',
    "https://www.linkedin.com/posts/<script>-activity-7264912345678901234",
    "https://www.linkedin.com/posts/a\r\nSet-Cookie:x-activity-7264912345678901234",
    "https://www.linkedin.com/posts/a\0-activity-7264912345678901234",
    "https://www.linkedin.com/posts/\u202ea-activity-7264912345678901234",
    "https://www.linkedin.com/",
    "https://www.linkedin.com/in/alice/",
    "https://www.linkedin.com/redirect?url=https://evil.example/-activity-7264912345678901234",
    "https://www.linkedin.com/posts/a-activity-7264912345678901234" + "x" * 1000,
    "https://x.com/alice/status/1859123456789012345",
]


@pytest.mark.parametrize("pasted", HOSTILE)
def test_what_is_no_post_there_is_refused(pasted: str) -> None:
    with pytest.raises(NoSuchPost):
        post_at(WAYS["linkedin"], pasted)


@pytest.mark.parametrize("slug", WAYS)
@pytest.mark.parametrize("pasted", [*HOSTILE[:28], "a." * 490 + "/", "https://x.com/" + "a/" * 490])
def test_no_way_takes_a_hostile_address(slug: str, pasted: str) -> None:
    with pytest.raises(NoSuchPost):
        post_at(WAYS[slug], pasted)


@pytest.mark.parametrize("slug", WAYS)
def test_every_way_is_declared_whole(slug: str) -> None:
    way: ByHand = WAYS[slug]

    assert way.explanation
    assert bool(way.hosts) == bool(way.posts)
    assert all("(?P<id>" in pattern for pattern in way.posts)
    assert all(host == host.lower() and "/" not in host for host in way.hosts)
    assert way.opens.startswith(("https://", "mailto:")) or not way.opens
    assert 2000 <= way.max_address_chars <= 8000
