"""An address becomes the start of a story, read through real sockets from stand-in websites on loopback."""

import codecs
import gzip
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.utils.translation import gettext, override
from hypothesis import given, settings
from hypothesis import strategies as st

from advocacy.lib.http import permit
from advocacy.stories.describing import Page, clean_text, describe
from advocacy.stories.reading import CannotRead, read_page, read_picture
from tests.lib.hostile import hostile_addresses
from tests.lib.servers import Canary, StandIn, Visit, canary, stand_in

Serve = Callable[..., StandIn]
HERE = "https://news.example/2026/wall"


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as running:

        def start(
            html: str | bytes = b"", *, status: str = "200 OK", media_type: str = "text/html"
        ) -> StandIn:
            body = html.encode() if isinstance(html, str) else html
            headers = (f"Content-Type: {media_type}",)
            return running.enter_context(stand_in(lambda v: v.answer(body, status=status, headers=headers)))

        yield start


@pytest.fixture
def misbehave() -> Iterator[Callable[[Callable[[Visit], None]], StandIn]]:
    with ExitStack() as running:
        yield lambda behaviour: running.enter_context(stand_in(behaviour))


@pytest.fixture
def bird() -> Iterator[Canary]:
    with canary() as listening:
        yield listening


def test_a_page_with_open_graph_tags_is_read_in_full(serve: Serve) -> None:
    site = serve(
        """<!doctype html><html lang="en"><head><meta charset="utf-8">
        <title>Not this | Nieuws</title>
        <meta name="twitter:title" content="Nor this">
        <meta property="og:title" content="De nieuwe gevel &amp; meer">
        <meta property="og:description" content="Vanaf maandag
            zie je hem.">
        <meta property="og:image" content="/media/gevel 1.jpg?w=1200">
        <meta property="og:site_name" content="Nieuws van Bakker">
        <meta property="og:locale" content="nl_NL">
        </head><body><h1>Kop</h1></body>"""
    )

    assert read_page(f"{site.url}/gevel#foto") == Page(
        url=f"{site.url}/gevel#foto",
        title="De nieuwe gevel & meer",
        description="Vanaf maandag zie je hem.",
        image_url=f"{site.url}/media/gevel%201.jpg?w=1200",
        site_name="Nieuws van Bakker",
        language="nl",
    )


def test_twitters_tags_come_second() -> None:
    html = """<title>Third</title><meta name="description" content="third">
        <meta name="twitter:title" content="Second"><meta property="twitter:description" content="second">
        <meta name="twitter:image" content="//cdn.example/2.png"><meta property="og:title" content=" ">"""

    page = describe(html, url=HERE)

    assert (page.title, page.description) == ("Second", "second")
    assert page.image_url == "https://cdn.example/2.png"


def test_plain_html_comes_last() -> None:
    html = """<html lang="en-GB"><head><base href="/assets/"><title>A <b>wall</b></title>
        <meta name="Description" content="Of bricks."><link rel="image_src" href="wall.webp"></head>"""

    assert describe(html, url="https://www.news.example/wall") == Page(
        url="https://www.news.example/wall",
        title="A wall",
        description="Of bricks.",
        image_url="https://www.news.example/assets/wall.webp",
        site_name="news.example",
        language="en",
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:image/png;base64,AAAA",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://news.example/a.png",
        "http://user:word@news.example/a.png",
        "http://[::1/a.png",
        "https://news.example/" + "a" * 2000,
        "",
    ],
)
def test_a_picture_that_is_no_web_address_is_dropped_for_the_next(address: str) -> None:
    both = f'<meta property="og:image" content="{address}"><meta name="twitter:image" content="/b.png">'

    assert describe(f'<meta property="og:image" content="{address}">', url=HERE).image_url == ""
    assert describe(both, url=HERE).image_url == "https://news.example/b.png"


def test_an_address_of_a_picture_is_made_safe_to_write_anywhere() -> None:
    html = """<meta property="og:image" content="/a b&quot;><script>'é%20.png">"""

    assert describe(html, url=HERE).image_url.endswith("/a%20b%22%3E%3Cscript%3E'%C3%A9%20.png")


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<meta property="og:locale" content="nl_BE"><html lang="en">', "nl"),
        ('<html lang="NL">', "nl"),
        ('<html lang="fry-NL">', "fry"),
        ('<meta http-equiv="Content-Language" content="de, en">', "de"),
        ('<html lang="">', ""),
        ('<html lang="dutch">', ""),
        ('<html lang="1337">', ""),
    ],
)
def test_the_language_is_a_code_or_nothing(html: str, language: str) -> None:
    assert describe(html, url=HERE).language == language


# Charsets


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("utf-8", "utf-8"),
        ("ISO-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("latin1", "cp1252"),
        ("iso-8859-15", "iso8859-15"),
        ('"utf-8"', "utf-8"),
    ],
)
def test_the_header_names_the_charset(serve: Serve, charset: str, codec: str) -> None:
    html = '<meta charset="shift_jis"><title>Café “Zeeën” kost € 5</title>'.replace("“", '"').replace(
        "”", '"'
    )
    site = serve(html.encode(codec), media_type=f"text/html; charset={charset}")

    assert read_page(site.url).title == 'Café "Zeeën" kost € 5'


@pytest.mark.parametrize(
    "html",
    [
        '<script charset="utf-8"></script><meta charset="windows-1252"><title>Zeeën</title>'.encode("cp1252"),
        b'<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>Zee\xc3\xabn</title>',
        "<title>Zeeën</title>".encode(),
        "<title>Zeeën</title>".encode("cp1252"),
        codecs.BOM_UTF8 + '<meta charset="iso-8859-1"><title>Zeeën</title>'.encode(),
        codecs.BOM_UTF16_LE + "<title>Zeeën</title>".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "<title>Zeeën</title>".encode("utf-16-be"),
        '<meta charset="hex"><title>Zeeën</title>'.encode(),
        '<meta charset="unicode_escape"><title>Zeeën</title>'.encode(),
        '<meta charset="no-such-thing"><title>Zeeën</title>'.encode(),
    ],
)
def test_without_the_header_the_page_or_its_bytes_tell(serve: Serve, html: bytes) -> None:
    assert read_page(serve(html).url).title == "Zeeën"


def test_bytes_that_fit_no_charset_are_replaced_not_refused(serve: Serve) -> None:
    html = '<meta charset="utf-8"><title>Zeeën, cafés en b'.encode() + b"\xeb</title>"

    assert read_page(serve(html).url).title == "Zeeën, cafés en b�"


@pytest.mark.parametrize(
    ("said", "codec"),
    [("utf-8", "cp1252"), ("iso-8859-1", "utf-8"), ("windows-1252", "utf-8"), ("iso-8859-15", "utf-8")],
)
@pytest.mark.parametrize("where", ["header", "page"])
def test_a_charset_that_the_bytes_belie_is_not_believed(
    serve: Serve, said: str, codec: str, where: str
) -> None:
    html = "<title>Zeeën, cafés en bieën</title>"
    in_page = f'<meta charset="{said}">{html}' if where == "page" else html
    media_type = f"text/html; charset={said}" if where == "header" else "text/html"

    assert read_page(serve(in_page.encode(codec), media_type=media_type).url).title == "Zeeën, cafés en bieën"


# Texts


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two\n\tlines\u2028three ", "two lines three"),
        ("<b>bold</b> <script>alert(1)</script>and<style>p{}</style> plain", "bold and plain"),
        ("1 < 2 > 0 and I <3 you", "1 < 2 > 0 and I <3 you"),
        ("&lt;img src=x onerror=alert(1)&gt;<i>x</i>", "x"),
        ("<scr<script>ipt>alert(1)</script>", "ipt>alert(1)"),
        ("<img src=x onerror=alert(1)", ""),
        ("<<b>script>alert(1)<<b>/script>Hi", "Hi"),
        ("<\x00script>alert(1)</script>Hi <&#8238;b>", "Hi"),
        ("<<<<<b>b>b>b>img src=x onerror=alert(1)>", "img src=x onerror=alert(1)>"),
        ("a\x00b\x07c\x1b[31m\x7f\x85", "abc[31m"),
        ("safe\u202egnp.exe\u2066\ufeff\u200b\u00ad", "safegnp.exe"),
        ("e\u0301te\u0301", "été"),
        (
            "familie \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "familie \U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("half \ud800 sign", "half sign"),
        ("one two three four", "one two…"),
    ],
)
def test_texts_become_plain(raw: str, clean: str) -> None:
    assert clean_text(raw, max_chars=13 if raw.startswith("one") else 200) == clean


@settings(max_examples=500)
@given(
    st.text(alphabet=st.sampled_from("ab <>/&;!-='\"ltgquoscrip\x00\n\u202e€é"), max_size=300),
    st.integers(5, 80),
)
def test_no_text_keeps_markup_control_signs_or_undue_length(raw: str, max_chars: int) -> None:
    clean = clean_text(raw, max_chars=max_chars)

    assert len(clean) <= max_chars
    assert clean == clean.strip()
    assert not any(f"<{sign}" in clean for sign in "ablgquoscrip/!")
    assert not set(clean) & set("\x00\n\u202e")


@given(st.text(max_size=400))
def test_any_text_can_be_described(html: str) -> None:
    page = describe(f"<title>{html}", url=HERE)

    assert len(page.title) <= 200
    page.title.encode()


# What cannot be read, in words that say what to do


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("401 Unauthorized", r"does not let the hub in \(it answered 401\).*page that everyone can open"),
        ("403 Forbidden", r"does not let the hub in \(it answered 403\)"),
        ("404 Not Found", r"nothing at this address \(the website answered 404\).*copy it again"),
        ("410 Gone", "nothing at this address"),
        ("429 Too Many", "too busy.*Try again in a few minutes"),
        ("500 Oops", r"has a problem.*answered 500"),
        ("304 Not Modified", "has a problem"),
    ],
)
def test_another_answer_than_a_page_is_told(serve: Serve, status: str, words: str) -> None:
    site = serve("<title>Error</title>", status=status)

    for read in (read_page, read_picture):
        with pytest.raises(CannotRead, match=words):
            read(site.url)


@pytest.mark.parametrize(
    "media_type", ["application/pdf", "image/png", "text/plain", "application/json", "TEXT/XML"]
)
def test_a_file_is_no_page(serve: Serve, media_type: str) -> None:
    with pytest.raises(CannotRead, match=r"not a web page but a file. Give the address of the page"):
        read_page(serve("<title>x</title>", media_type=media_type).url)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<h1>Only a heading</h1>",
        "<title> \n </title>",
        "<svg><title>Menu</title></svg>",
        "<title><!-- --></title>",
    ],
)
def test_a_page_without_a_title_is_told(serve: Serve, html: str) -> None:
    with pytest.raises(CannotRead, match="has no title"):
        read_page(serve(html.replace("<!-- -->", "\u200b")).url)


SIGN_IN, COOKIES = "asks to sign in first", "agree to cookies"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/login", SIGN_IN),
        ("/users/sign_in?next=/news", SIGN_IN),
        ("/oauth2/authorize", SIGN_IN),
        ("/wp-login.php", SIGN_IN),
        ("/Inloggen", SIGN_IN),
        ("/consent?siteKey=x&callbackUrl=%2Fnews", COOKIES),
        ("/cookiewall/", COOKIES),
        ("/nl/privacy-gate/index.html", COOKIES),
    ],
)
def test_a_page_behind_a_sign_in_or_a_cookie_wall_is_told(
    misbehave: Callable[..., StandIn], path: str, why: str
) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_request()
        if visit.path == "/news":
            return visit.answer(status="302 Found", headers=(f"Location: {path}",))
        return visit.answer(b"<title>Welcome</title>")

    site = misbehave(behaviour)

    with pytest.raises(CannotRead, match=why):
        read_page(f"{site.url}/news")
    assert read_page(f"{site.url}{path}").title == "Welcome"


def test_an_article_about_signing_in_may_be_redirected_to(misbehave: Callable[..., StandIn]) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_request()
        if visit.path == "/short":
            return visit.answer(status="301 Moved", headers=("Location: /2026/sso-explained-login-once",))
        return visit.answer(b"<title>SSO explained</title>")

    site = misbehave(behaviour)
    page = read_page(f"{site.url}/short")

    assert (page.title, page.url) == ("SSO explained", f"{site.url}/2026/sso-explained-login-once")


def test_a_server_that_does_not_answer_is_told(unused_port: int) -> None:
    permit([f"127.0.0.1:{unused_port}"])

    with pytest.raises(CannotRead, match=r"does not answer\. Try again"):
        read_page(f"http://127.0.0.1:{unused_port}/")


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_a_name_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    with pytest.raises(CannotRead, match=r"no website by this name\. Check the spelling"):
        read_page("https://gone.example/")


@pytest.mark.parametrize(
    "address", ["", "news", "ftp://news.example/", "http://a:b@news.example/", "http://0x7f.1/"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(CannotRead, match=r"not the address of a web page\. Copy it from your browser"):
        read_page(address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/", "http://169.254.169.254/latest/", "http://redis:6379/"]
)
def test_a_private_address_is_told(address: str) -> None:
    for read in (read_page, read_picture):
        with pytest.raises(CannotRead, match=r"not on the public internet.*ask your administrator"):
            read(address)


def test_a_plain_server_at_an_https_address_is_told(misbehave: Callable[..., StandIn]) -> None:
    site = misbehave(lambda visit: visit.say(b"HTTP/1.1 200 OK\r\n\r\n<title>x</title>"))

    with pytest.raises(CannotRead, match="not secure"):
        read_page(site.url.replace("http:", "https:"))


@pytest.mark.slow
def test_a_slow_page_is_told_after_three_seconds(misbehave: Callable[..., StandIn]) -> None:
    def one_byte_at_a_time(visit: Visit) -> None:
        visit.read_request()
        visit.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>")
        while not visit.over.wait(0.2):
            visit.say(b"x")

    began = time.monotonic()
    with pytest.raises(CannotRead, match=r"took too long to answer\. Try again"):
        read_page(misbehave(one_byte_at_a_time).url)

    assert 2.9 < time.monotonic() - began < 5


def test_an_endless_page_and_a_bomb_are_told(misbehave: Callable[..., StandIn]) -> None:
    def endless(visit: Visit) -> None:
        visit.read_request()
        visit.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Endless</title>")
        while True:
            visit.say(b"<p>more" * 1000)

    bomb = gzip.compress(b"<title>x</title>" + bytes(50_000_000), compresslevel=1)

    for behaviour in (endless, lambda v: v.answer(bomb, headers=("Content-Encoding: gzip",))):
        with pytest.raises(CannotRead, match="too large to read"):
            read_page(misbehave(behaviour).url)


def test_of_a_huge_page_the_start_will_do(serve: Serve) -> None:
    head = "<head><title>Zeeën</title><meta property='og:image' content='/roof.jpg'></head>"
    site = serve(head + "<p>één" * 400_000)

    page = read_page(site.url)

    assert (page.title, page.image_url) == ("Zeeën", f"{site.url}/roof.jpg")


def test_a_page_that_breaks_off_is_told(misbehave: Callable[..., StandIn]) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_request()
        visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<title>Half")

    with pytest.raises(CannotRead, match="broke off"):
        read_page(misbehave(behaviour).url)


def test_endless_redirects_are_told(misbehave: Callable[..., StandIn]) -> None:
    site = misbehave(lambda visit: visit.answer(status="302 Found", headers=("Location: /again",)))

    with pytest.raises(CannotRead, match="without end"):
        read_page(site.url)


def test_the_reason_is_in_the_language_of_who_reads_it() -> None:
    with pytest.raises(CannotRead) as caught:
        read_page("nonsense")
    english = str(caught.value)

    with override("nl"):
        assert str(caught.value) == gettext(english)


@pytest.mark.parametrize(
    "html", ["<div>" * 102_000, "<b></p>" * 73_000, "<a><b></a>" * 51_000, "<p><b>" * 85_000]
)
def test_a_page_made_to_keep_the_parser_busy_is_read_in_time(html: str) -> None:
    began = time.monotonic()

    page = describe(f"<title>Busy</title>{html}", url=HERE)

    assert page.title == "Busy"
    assert time.monotonic() - began < 2


# Pictures, and where no reading may lead


def test_a_picture_is_read_whatever_its_type_says(serve: Serve) -> None:
    assert read_picture(serve(b"\x89PNG...", media_type="text/html").url) == b"\x89PNG..."


def test_a_picture_has_its_bounds(serve: Serve) -> None:
    assert len(read_picture(serve(bytes(8_000_000)).url)) == 8_000_000
    with pytest.raises(CannotRead, match="too large"):
        read_picture(serve(bytes(8_000_001)).url)


@pytest.mark.parametrize("read", [read_page, read_picture])
def test_no_hostile_address_is_ever_read(
    bird: Canary, monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object]
) -> None:
    # The worst resolver there is: whatever it is asked, it points at the canary.
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, **__: [(0, 0, 0, "", ("127.0.0.1", port))])

    for address in hostile_addresses(bird.port):
        with pytest.raises(CannotRead):
            read(address)

    assert bird.is_silent
