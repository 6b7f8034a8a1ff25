import secrets
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import LazySettings

from advocacy.lib.addresses import permit
from advocacy.links.minting import ALPHABET, CannotMint, disable, enable, mint
from advocacy.links.models import TrackedLink
from advocacy.people.models import Person

STORY = "https://news.example.com/2026/light?from=hub&to=world#more"

HOSTILE = [
    "",
    "   ",
    "news.example.com/story",
    "//evil.example.com/story",
    "///evil.example.com",
    "/stories/1/",
    "https://",
    "https:///story",
    "https:story",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://news.example.com/story",
    "gopher://news.example.com/",
    "mailto:alice@example.com",
    "https://alice:secret@news.example.com/",
    "https://news.example.com@evil.example.com/",
    "https://news.example.com\\@evil.example.com/",
    "https:\\\\evil.example.com\\",
    "https://news.example.com/\r\nSet-Cookie: a=b",
    "https://news.example.com/\nLocation: https://evil.example.com",
    "https://news.example.com/\x00",
    "https://news.example.com/\x85",
    "https://news.example.com:0/",
    "https://news.example.com:99999/",
    "https://news.example.com:port/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/",
    "https://bad host.example.com/",
    "https://news.example.com/" + "a" * 1000,
]


def test_a_link_leads_to_the_story_and_is_its_persons(alice: Person, now: datetime) -> None:
    link = mint(STORY, person=alice, now=now)

    kept = TrackedLink.objects.get()
    assert kept == link
    assert (kept.target_url, kept.person, kept.minted_at, kept.disabled_at) == (STORY, alice, now, None)
    assert kept.address.endswith(f"/s/{kept.code}")


def test_codes_are_long_unambiguous_and_no_words(alice: Person, now: datetime) -> None:
    codes = [mint(STORY, person=alice, now=now).code for _ in range(50)]

    assert len(set(codes)) == 50
    assert all(len(code) >= 7 and set(code) <= set(ALPHABET) for code in codes)
    assert not set(ALPHABET) & set("01OIl" + "aeiouyAEIOUY")


def test_a_code_that_exists_is_not_given_twice(
    alice: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = mint(STORY, person=alice, now=now)
    signs: Iterator[str] = iter([*taken.code, *taken.code, *"7777777"])
    monkeypatch.setattr(secrets, "choice", lambda _alphabet: next(signs))

    link = mint("https://news.example.com/other", person=alice, now=now)

    assert link.code == "7777777"
    taken.refresh_from_db()
    assert taken.target_url == STORY


@pytest.mark.parametrize("address", HOSTILE)
def test_no_link_leads_anywhere_but_to_a_web_page(address: str, alice: Person, now: datetime) -> None:
    with pytest.raises(CannotMint) as refusal:
        mint(address, person=alice, now=now)

    assert str(refusal.value)
    assert not TrackedLink.objects.exists()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("HTTPS://News.Example.COM/Story", "https://news.example.com/Story"),
        ("https://nieuws.example.com/cafés en ijs", "https://nieuws.example.com/caf%C3%A9s%20en%20ijs"),
        ("https://bücher.example.com/", "https://xn--bcher-kva.example.com/"),
        ("https://news.example.com/#/één", "https://news.example.com/#/%C3%A9%C3%A9n"),
        ("https://news.example.com/a%2Fb%0D%0Ac", "https://news.example.com/a%2Fb%0D%0Ac"),
        ("  https://news.example.com/  ", "https://news.example.com/"),
        ("https://news.example.com:8443/", "https://news.example.com:8443/"),
    ],
)
def test_an_address_is_kept_as_it_will_be_sent(written: str, kept: str, alice: Person, now: datetime) -> None:
    link = mint(written, person=alice, now=now)

    assert link.target_url == kept
    assert kept.isascii()


def test_only_story_hosts_when_they_are_named(alice: Person, now: datetime, settings: LazySettings) -> None:
    settings.STORY_HOSTS = ["News.example.com"]

    assert mint("https://news.EXAMPLE.com/story", person=alice, now=now).pk
    for elsewhere in ("https://evil.example.org/", "https://news.example.com.evil.example.org/"):
        with pytest.raises(CannotMint, match="do not lead to"):
            mint(elsewhere, person=alice, now=now)


def test_a_private_server_only_when_the_administrator_named_it(alice: Person, now: datetime) -> None:
    permit(["127.0.0.1:4999"])

    assert mint("http://127.0.0.1:4999/story", person=alice, now=now).pk
    with pytest.raises(CannotMint):
        mint("http://127.0.0.1:5000/story", person=alice, now=now)


def test_a_short_link_leads_to_no_other_short_link(
    alice: Person, now: datetime, settings: LazySettings
) -> None:
    settings.SHORT_LINK_URL = "https://go.example.com/s/"

    with pytest.raises(CannotMint, match="short link itself"):
        mint("https://GO.example.com/s/abc", person=alice, now=now)


def test_disabling_and_enabling(alice: Person, now: datetime) -> None:
    link = mint(STORY, person=alice, now=now)

    disable(link, now)
    assert TrackedLink.objects.get().disabled_at == link.disabled_at == now

    enable(link)
    assert TrackedLink.objects.get().disabled_at is None
