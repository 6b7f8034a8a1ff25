"""What editors and the administrator tell the coach, by the front doors: an editor's page, then the composer.

Each remark that needs a fact speaks where it should, is silent where it should not, and only the three that
rest on a law keep anything from being sent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.people.models import Person, Role
from advocacy.platforms.by_hand import ways_by_hand
from advocacy.platforms.models import Account
from advocacy.shares.changing import reschedule_share, reword_share
from advocacy.shares.coaching import Before, coach
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.sharing import CannotShare, Post
from advocacy.stories.cutting import cut_picture
from advocacy.stories.models import Picture, Story, Topic
from tests.lib.pictures import exif_with_traces
from tests.shares.paper import Paper
from tests.stories.paper_forms import Values, form_on, text_of

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]
MINE = "I work at Zomerwaard and I saw this happen from my own bench."
ADVICE = "I work at Zomerwaard. In your situation I would buy one now."
CLOCK = "%Y-%m-%dT%H:%M"


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


@pytest.fixture
def desk(erin: Person, as_person: AsPerson) -> Client:
    """The editor's browser."""
    return as_person(erin)


@pytest.fixture
def ada(make_person: Callable[..., Person]) -> Person:
    """The administrator."""
    return make_person("Ada", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def house(ada: Person, as_person: AsPerson) -> Callable[..., None]:
    """Return how the administrator teaches the coach a fact of the house."""
    page, address = as_person(ada), reverse("conduct:coach_house")

    def teach(**facts: str) -> None:
        form = form_on(page.get(address), "form.form")
        assert page.post(address, form | facts).status_code == 302

    return teach


@pytest.fixture
def told(desk: Client, story: Story) -> Callable[..., None]:
    """Return how the editor tells something of the story."""
    address = reverse("stories:edit", args=[story.pk])

    def tell(**facts: str) -> None:
        answer = desk.post(address, {**form_on(desk.get(address)), **facts, "do": "save"})
        assert answer.status_code == 302, text_of(answer)
        story.refresh_from_db()

    return tell


@pytest.fixture
def opened(browser: Client, story: Story, account: Account) -> Callable[..., Values]:
    """Return what the composer's form would send, as it stands on the page, with these words."""

    def fill(text: str = MINE, **changes: str) -> Values:
        form = form_on(browser.get(f"/shares/{story.pk}/compose/"), "#composer")
        form |= {"text": [text], "language": ["en"], "accounts": [account.key], "when": ["now"]}
        return form | {name: [value] for name, value in changes.items()}

    return fill


@pytest.fixture
def said(browser: Client, story: Story, opened: Callable[..., Values]) -> Callable[..., set[str]]:
    """Return which remarks stand while one types."""

    def ids(text: str = MINE, **changes: str) -> set[str]:
        typed = browser.post(
            f"/shares/{story.pk}/draft/", opened(text, **changes), headers={"HX-Request": "true"}
        )
        return set(typed.context["coached"].standing)

    return ids


@pytest.fixture
def pressed(browser: Client, story: Story, opened: Callable[..., Values]) -> Callable[..., set[str]]:
    """Press the button, say yes wherever it asks, and return what stops it all the same."""

    def press(text: str = MINE, **changes: str) -> set[str]:
        every = ",".join(check.id for check in CHECKS)
        filled = opened(text, **changes)
        answer = browser.post(f"/shares/{story.pk}/create/", filled)
        if answer.status_code == 422:
            answer = browser.post(f"/shares/{story.pk}/create/", filled | {"confirmed": [every]})
        if answer.status_code == 302:
            return set()
        return {remark.id for remark in answer.context["coached"].shown if remark.stops}

    return press


def on_the_clock(at: datetime) -> str:
    """Return the moment as everybody here types it."""
    return at.astimezone(ZoneInfo("Europe/Amsterdam")).strftime(CLOCK)


Say = Callable[..., set[str]]
Tell = Callable[..., None]


def test_a_story_of_which_nothing_is_told_makes_no_remark(said: Say) -> None:
    assert said() == set()


def test_a_reward_asks_to_say_so_and_does_not_stop(told: Tell, said: Say, pressed: Say) -> None:
    told(has_reward="on")

    assert said() == {"C13"}
    assert said(f"{MINE} #ad") == set()
    assert pressed() == set()
    assert Share.objects.get().text == MINE


def test_a_reward_offers_lines_that_say_so(
    told: Tell, opened: Callable[..., Values], browser: Client, story: Story
) -> None:
    told(has_reward="on")

    page = browser.post(f"/shares/{story.pk}/draft/", opened(), headers={"HX-Request": "true"})

    assert [offer.line.startswith("#ad") for offer in page.context["coached"].offers] == [True] * 3


def test_praise_of_a_product_has_an_ad_line_for_english_readers(
    told: Tell, opened: Callable[..., Values], browser: Client, story: Story
) -> None:
    told(about="product")
    lines = {}

    for language in ("en", "nl"):
        page = browser.post(
            f"/shares/{story.pk}/draft/",
            opened("A lovely machine.", language=language),
            headers={"HX-Request": "true"},
        )
        assert "C12" in page.context["coached"].standing
        lines[language] = [offer.line for offer in page.context["coached"].offers]

    assert any(line.startswith("#ad ") for line in lines["en"])
    assert not any("#ad" in line for line in lines["nl"])


def test_a_story_of_others_asks_for_no_tie(told: Tell, said: Say) -> None:
    assert "C12" in said("A lovely machine.")

    told(about="others")

    assert "C12" not in said("A lovely machine.")


def test_an_embargo_asks_to_wait_and_a_later_moment_is_the_answer(
    told: Tell, said: Say, pressed: Say, now: datetime
) -> None:
    told(embargo_until=on_the_clock(now + timedelta(days=2)))

    assert said() == {"C09"}
    assert said(when="later", at=on_the_clock(now + timedelta(days=1))) == {"C09"}
    assert said(when="later", at=on_the_clock(now + timedelta(days=3))) == set()
    assert pressed() == set()
    assert Share.objects.exists()


def test_a_quiet_moment_is_found_after_the_embargo(
    told: Tell, said: Say, pressed: Say, now: datetime
) -> None:
    embargo = (now + timedelta(days=2)).replace(second=0, microsecond=0)
    told(embargo_until=on_the_clock(embargo), is_inside_information="on")

    assert said(when="quiet") == set()
    assert pressed(when="quiet") == set()
    assert Share.objects.get().due_at > embargo


def test_inside_information_is_not_sent_before_its_moment_however_it_is_tried(
    told: Tell, pressed: Say, browser: Client, story: Story, opened: Callable[..., Values], now: datetime
) -> None:
    told(embargo_until=on_the_clock(now + timedelta(days=2)), is_inside_information="on")

    assert pressed() == {"C09"}
    assert pressed(when="later", at=on_the_clock(now + timedelta(days=1))) == {"C09"}
    assert not Share.objects.exists()
    page = browser.post(f"/shares/{story.pk}/create/", opened())
    assert "Market Abuse Regulation" in page.content.decode()

    assert pressed(when="later", at=on_the_clock(now + timedelta(days=3))) == set()
    share = Share.objects.get()
    with pytest.raises(CannotShare, match="inside information"):
        reschedule_share(share, at=now + timedelta(hours=1), now=now)
    reword_share(share, text="Other words of mine.", now=now)


def test_a_passed_embargo_is_no_embargo(story: Story, said: Say, pressed: Say, now: datetime) -> None:
    Story.objects.filter(pk=story.pk).update(
        embargo_until=now - timedelta(minutes=1), is_inside_information=True
    )

    assert said() == set()
    assert pressed() == set()


def test_what_became_inside_information_later_waits_in_the_queue(
    share: Share, paper: type[Paper], told: Tell, now: datetime
) -> None:
    told(embargo_until=on_the_clock(now + timedelta(hours=2)), is_inside_information="on")
    due = share.due_at + timedelta(minutes=1)

    publish_due(clock=lambda: due)

    share.refresh_from_db()
    assert share.state == State.SCHEDULED

    Story.objects.filter(pk=share.story_id).update(embargo_until=due)
    publish_due(clock=lambda: due)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED


def test_nobody_is_called_to_post_inside_information_by_hand(
    told: Tell, pressed: Say, alice: Person, now: datetime
) -> None:
    at = now + timedelta(hours=1)
    (way, *_others) = ways_by_hand(alice)
    assert pressed(accounts=way.key, when="later", at=on_the_clock(at + timedelta(minutes=1))) == set()
    told(embargo_until=on_the_clock(now + timedelta(hours=3)), is_inside_information="on")

    publish_due(clock=lambda: at + timedelta(minutes=2))
    assert Share.objects.get().state == State.SCHEDULED

    Story.objects.update(embargo_until=at)
    publish_due(clock=lambda: at + timedelta(minutes=2))
    assert Share.objects.get().state == State.WAITING


def test_approval_by_law_is_asked_of_the_story_alone_and_only_in_a_regulated_house(
    told: Tell, house: Tell, said: Say, pressed: Say
) -> None:
    told(needs_approval="on")
    assert said() == set()

    house(is_regulated="on", approver="Compliance desk", approval_hours="4")
    assert said() == {"C17"}
    assert pressed() == {"C17"}
    assert not Share.objects.exists()

    told(approval="Doris, 20 November, file 12")
    assert "C17" not in said()
    assert pressed() == set()


def test_who_approves_and_how_soon_is_told(
    told: Tell, house: Tell, browser: Client, story: Story, opened: Callable[..., Values]
) -> None:
    told(needs_approval="on")
    house(is_regulated="on", approver="Compliance desk", approval_hours="4")

    page = browser.post(f"/shares/{story.pk}/create/", opened())

    assert "Compliance desk usually answers within 4 hours" in page.content.decode()


def test_personal_advice_is_asked_about_in_a_regulated_house(house: Tell, said: Say, pressed: Say) -> None:
    assert "C16" not in said(ADVICE)

    house(is_regulated="on")

    assert "C16" in said(ADVICE)
    assert "C16" not in said()
    assert pressed(ADVICE) == set()


def test_a_storm_is_told_to_everyone_or_to_who_it_is_about(
    house: Tell, story: Story, said: Say, pressed: Say
) -> None:
    house(storm="a fire in the Zwolle workshop")
    assert said() == {"C11"}

    house(storm_topics="Repair")
    assert said() == set()
    story.topics.add(Topic.objects.create(name="repair"))
    assert said() == {"C11"}
    assert pressed() == set()

    house(storm="")
    assert said() == set()


def test_a_story_that_changed_since_is_looked_at_first(
    told: Tell, browser: Client, story: Story, opened: Callable[..., Values]
) -> None:
    before = opened()
    told(title="We repair nearly everything")

    asked = browser.post(f"/shares/{story.pk}/create/", before)

    assert asked.status_code == 422
    assert "has changed since you began" in text_of(asked)
    assert form_on(asked, "#composer")["read_at"] == before["read_at"]
    sent = browser.post(f"/shares/{story.pk}/create/", before | {"confirmed": ["C10"]})
    assert sent.status_code == 302


def test_a_draft_of_before_the_change_is_told_so_and_one_of_after_it_is_not(
    told: Tell, browser: Client, story: Story, opened: Callable[..., Values]
) -> None:
    browser.post(f"/shares/{story.pk}/draft/", opened())
    told(title="We repair nearly everything")

    page = browser.get(f"/shares/{story.pk}/compose/")
    assert page.context["coached"].standing == ["C10"]

    # As one types on, the draft is saved, and who comes back to it has seen the new version.
    browser.post(f"/shares/{story.pk}/draft/", form_on(page, "#composer"))
    assert browser.get(f"/shares/{story.pk}/compose/").context["coached"].standing == []


@pytest.mark.parametrize("nonsense", ["", "yesterday", "2026-13-45T00:00:00+00:00", "2026-01-01T00:00:00"])
def test_a_page_that_does_not_say_when_it_was_read_is_told_nothing_of_changes(
    nonsense: str, told: Tell, said: Say
) -> None:
    told(title="We repair nearly everything")

    assert said(read_at=nonsense) == set()


@pytest.mark.parametrize(
    ("because", "words"),
    [("the figures were wrong", "withdrawn: the figures were wrong"), ("", "the editors took it back")],
)
def test_who_writes_about_a_withdrawn_story_is_told_why(
    because: str,
    words: str,
    desk: Client,
    browser: Client,
    story: Story,
    opened: Callable[..., Values],
) -> None:
    before = opened()
    withdrawn = desk.post(
        reverse("stories:withdraw", args=[story.pk]), {"because": because, "do": "save"}, follow=True
    )
    assert because in text_of(withdrawn)

    typed = browser.post(f"/shares/{story.pk}/draft/", before, headers={"HX-Request": "true"})

    assert "C10" in typed.context["coached"].standing
    assert words in typed.content.decode()


def test_of_a_story_that_was_brought_back_nothing_is_said(desk: Client, story: Story, said: Say) -> None:
    desk.post(reverse("stories:withdraw", args=[story.pk]), {"because": "a mistake"})
    desk.post(reverse("stories:reopen", args=[story.pk]))

    assert said() == set()


def test_a_story_that_has_closed_is_told_to_be_old(story: Story, said: Say, now: datetime) -> None:
    Story.objects.filter(pk=story.pk).update(closes_at=now - timedelta(minutes=1))

    assert said() == {"C10"}


@pytest.mark.parametrize(("has_place", "remarks"), [(True, {"C24"}), (False, set())])
def test_a_picture_of_which_the_place_was_taken_out_is_told(
    has_place: bool, remarks: set[str], desk: Client, story: Story, said: Say, pressed: Say
) -> None:
    file = BytesIO()
    exif = exif_with_traces() if has_place else Image.Exif()
    Image.new("RGB", (1200, 900), "navy").save(file, "JPEG", exif=exif)
    file.seek(0)
    file.name = "bench.jpg"
    address = reverse("stories:edit", args=[story.pk])
    page = desk.post(address, {**form_on(desk.get(address)), "do": "upload", "uploads": file})
    desk.post(address, {**form_on(page), "picture_alt": ["A workbench"], "do": "save"})
    picture = Picture.objects.get()
    cut_picture(picture.pk, now=timezone.now())

    assert said(attach=f"{picture.pk}-square") == remarks
    assert said(attach="") == set()
    assert ("camera number" in text_of(desk.get(address))) is has_place
    assert pressed(attach=f"{picture.pk}-square") == set()


def test_of_two_posts_the_remark_stands_for_both(
    told: Tell, story: Story, account: Account, alice: Person, now: datetime
) -> None:
    """The rules behind the composer: what is told of the story holds for each of its posts."""
    told(has_reward="on")
    posts = [Post(account=account, text=text, language="en") for text in (f"{MINE} #ad", MINE)]

    coached = coach(story, posts, person=alice, at=now, now=now, before=Before())

    assert coached.asks_about == {"C13"}


def test_all_facts_at_once_stop_only_what_a_law_stops(
    told: Tell, house: Tell, pressed: Say, story: Story, now: datetime
) -> None:
    house(storm="a fire", competitors="Thermax", internal_hosts="wiki.zomerwaard.example")
    told(has_reward="on", about="product", embargo_until=on_the_clock(now + timedelta(days=1)))
    text = f"{ADVICE} Better than Thermax, see https://wiki.zomerwaard.example/merel"

    assert pressed(text) == set()

    told(is_inside_information="on", needs_approval="on")
    house(is_regulated="on")
    assert pressed(text) == {"C09", "C17"}


def test_who_speaks_for_us_may_sound_official_and_nobody_else(
    said: Say, house: Tell, alice: Person, bob: Person
) -> None:
    official = "I write this on behalf of Zomerwaard."
    house(spokespeople=bob.email)
    assert "C14" in said(official)

    house(spokespeople=f"{bob.email}\n{alice.email.upper()}")

    assert "C14" not in said(official)
