"""Whatever stands in the database, it stays words: every page and mail, with scripts in every text."""

import email
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page

from tests.browsing import window
from tests.commands.screenshots import demo_people, sign_in
from tests.hub.poisoning import PAYLOADS
from tests.hub.test_every_page import INSIDE, OUTSIDE, ROLES, kind_of, links_on
from tests.running import RunningHub, running_hub

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What none of our pages has, and a link that does something else than lead somewhere.
ALIVE = """() => [...document.querySelectorAll('*')].flatMap(one => [
    ...(['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'STYLE'].includes(one.tagName) ? [one.outerHTML] : []),
    ...[...one.attributes].filter(its => /^(on|hx-on)/i.test(its.name)).map(() => one.outerHTML),
    ...['href', 'src', 'action', 'formAction'].filter(name => typeof one[name] === 'string' && one[name]
        && one.hasAttribute(name) && !/^(https?:|mailto:|blob:|data:image)/.test(one[name]))
        .map(() => one.outerHTML),
]).map(html => html.slice(0, 200))"""


@pytest.fixture(scope="module")
def hub() -> Iterator[RunningHub]:
    with running_hub(programs=("web",), demo=True) as hub:
        yield hub


def walk(page: Page, paths: tuple[str, ...], seen: Counter[str]) -> list[str]:
    """Follow every link to a new kind of page, from here on; return what came alive there."""
    found: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if "policy" in said.text.lower():
            found.append(f"{page.url} says {said.text}")

    def ask(dialog: Dialog) -> None:
        found.append(f"{page.url} asks {dialog.message}")
        dialog.dismiss()

    page.on("console", hear)
    page.on("dialog", ask)
    page.on("pageerror", lambda error: found.append(f"{page.url} says {error}"))
    waiting = [*links_on(page), *paths]
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        seen[kind] += 1
        if kind and seen[kind] == 1:
            answer = page.goto(path)
            alive: list[str] = page.evaluate(ALIVE)
            found += [f"{path} holds {html}" for html in alive]
            if answer and answer.status >= 500:
                found.append(f"{path} answers {answer.status}")
            waiting += links_on(page)
    return found


def mails(hub: RunningHub) -> list[EmailMessage]:
    """Let the hub mail all notices of the demo company once more; return what it wrote."""
    hub.ask(
        "from django.utils import timezone\n"
        "from advocacy.notices.mailing import mail_due\n"
        "from advocacy.notices.models import Notice\n"
        "Notice.objects.update(mailed_at=None, read_at=None, mail_tries=0)\n"
        "answer = mail_due(now=timezone.now())"
    )
    written = [path.read_text() for path in (hub.folder / "mail").iterdir()]
    found = [one.strip() for text in written for one in text.split("-" * 79)]
    return [email.message_from_string(one, EmailMessage, policy=default) for one in found if one]


def test_no_page_of_anybody_s_runs_what_was_written_into_it(hub: RunningHub, browser: Browser) -> None:
    poisoned = hub.ask("from tests.hub.poisoning import poison\nanswer = poison()")
    found: list[str] = []
    seen: Counter[str] = Counter()

    with window(browser, hub.url) as page:
        found += walk(page, OUTSIDE, seen)
    for role in ROLES:
        [person] = [one for one in demo_people(hub) if one["role"] == role]
        with window(browser, hub.url) as page:
            sign_in(page, person)
            found += walk(page, INSIDE, seen)
    letters = mails(hub)
    with window(browser, hub.url) as page:
        for letter in letters:
            part = letter.get_body(("html",))
            assert part
            page.set_content(part.get_content())
            # Mails bring their own styles, and nothing else.
            alive: list[str] = page.evaluate(ALIVE.replace("'STYLE'", "'SCRIPT'"))
            found += [f"mail {letter['Subject']} holds {html}" for html in alive]

    assert isinstance(poisoned, list)
    print(
        f"P13: {len(PAYLOADS)} payloads in {len(poisoned)} fields on {len(seen)} kinds of pages "
        f"and in {len(letters)} mails"
    )
    assert not found, "\n".join(found)
    assert len(PAYLOADS) >= 100
    assert len(poisoned) > 30
    assert len(seen) > 30
    assert letters
