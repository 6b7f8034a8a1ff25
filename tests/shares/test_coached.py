"""The coach in the composer, by the front door: what it holds up, what it never does, and what is kept."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.conduct.models import RemarkCount
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.changing import reword_share
from advocacy.shares.models import Draft, Share, State
from advocacy.shares.sharing import CannotShare
from advocacy.stories.models import Story, SuggestedText
from tests.conduct.corpus import written_examples

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]
CITIZEN_NUMBER = "The customer with BSN 204460931 wants his letter, I work at Zomerwaard."
INSULT = "I work at Zomerwaard and some idiot cut the cable."
SAMPLE = "Our workshop gives two thousand machines a year a second life, and that is how it should be."
# Two of them, with a link, fit on Paper.
SHORT = 70  # characters
BEGGING = [one.text for one in written_examples() if one.should_speak and len(one.text) < SHORT]


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


def composed(account: Account, text: str, **changes: str) -> dict[str, str]:
    return {
        "text": text,
        "language": "en",
        "accounts": str(account.pk),
        "attach": "",
        "when": "now",
    } | changes


def test_a_hint_holds_nothing_up(story: Story, account: Account, browser: Client) -> None:
    answer = browser.post(f"/shares/{story.pk}/create/", composed(account, "What a lovely story!!!"))

    assert answer.status_code == 302
    assert Share.objects.get().text == "What a lovely story!!!"


def test_a_question_costs_one_more_click(story: Story, account: Account, browser: Client) -> None:
    asked = browser.post(f"/shares/{story.pk}/create/", composed(account, INSULT))

    assert asked.status_code == 422
    assert "“idiot” may hurt" in asked.content.decode()
    assert INSULT in asked.content.decode()
    assert not Share.objects.exists()

    sent = browser.post(f"/shares/{story.pk}/create/", composed(account, INSULT, confirmed="C20"))

    assert sent.status_code == 302
    assert Share.objects.get().text == INSULT


def test_a_yes_to_one_question_is_no_yes_to_the_next(story: Story, account: Account, browser: Client) -> None:
    worse = f"{INSULT} Call him on +31 6 12345678."

    asked = browser.post(f"/shares/{story.pk}/create/", composed(account, worse, confirmed="C20"))

    assert asked.status_code == 422
    assert 'value="C04,C20"' in asked.content.decode()


def test_what_the_law_forbids_is_not_sent_and_it_says_which(
    story: Story, account: Account, browser: Client
) -> None:
    every = ",".join(check.id for check in CHECKS)

    refused = browser.post(
        f"/shares/{story.pk}/create/", composed(account, CITIZEN_NUMBER, confirmed=every, dismissed="C02")
    )

    assert refused.status_code == 422
    assert "citizen service number" in refused.content.decode()
    assert "Uitvoeringswet AVG" in refused.content.decode()
    assert "Share it anyway" not in refused.content.decode()
    assert not Share.objects.exists()


def test_words_changed_later_are_held_to_the_same_law(share: Share, now: datetime) -> None:
    with pytest.raises(CannotShare, match="citizen service number"):
        reword_share(share, text=CITIZEN_NUMBER, now=now)

    reword_share(share, text=INSULT, now=now)

    assert Share.objects.get().text == INSULT


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.sampled_from(BEGGING), min_size=1, max_size=2))
def test_no_remark_but_the_three_stops_a_send(
    texts: list[str], story: Story, account: Account, browser: Client
) -> None:
    """Press the button, say yes where it asks, and it goes: whatever the coach had to say."""
    Share.objects.all().delete()
    text = " ".join(texts)
    page = browser.get(f"/shares/{story.pk}/compose/").context["coached"]
    assert not page.asks_about

    answer = browser.post(f"/shares/{story.pk}/create/", composed(account, text))
    if answer.status_code == 422 and answer.context["asks_first"]:
        confirmed = answer.context["coached"].asked
        answer = browser.post(f"/shares/{story.pk}/create/", composed(account, text, confirmed=confirmed))

    if answer.status_code == 422:
        stopping = {remark.id for remark in answer.context["coached"].shown if remark.stops}
        assert stopping
        assert stopping <= {"C02", "C09", "C17"}
    else:
        assert Share.objects.get().text == text


def test_remarks_come_while_typing_three_at_most_and_can_be_left(
    story: Story, account: Account, browser: Client
) -> None:
    words = "THIS IS TRULY NOT TO BE BELIEVED PEOPLE!!! #one #two #three #four #five #six best in the world"

    typed = browser.post(
        f"/shares/{story.pk}/draft/", composed(account, words), headers={"HX-Request": "true"}
    )
    ids = [remark.id for remark in typed.context["coached"].shown]

    assert len(ids) == 3
    assert typed.content.decode().count("<summary>Why?</summary>") == 3

    left = browser.post(
        f"/shares/{story.pk}/draft/",
        composed(account, words, dismissed=ids[0]),
        headers={"HX-Request": "true"},
    )

    assert ids[0] not in [remark.id for remark in left.context["coached"].shown]
    assert f'<input type="hidden" name="dismissed" value="{ids[0]}">' in left.content.decode()


def test_without_javascript_a_remark_is_left_and_the_words_stay(
    story: Story, account: Account, browser: Client
) -> None:
    page = browser.post(
        f"/shares/{story.pk}/draft/", composed(account, "What a lovely story!", dismissed="C12")
    )

    assert page.status_code == 200
    assert "What a lovely story!" in page.content.decode()
    assert "Readers can" not in page.content.decode()


def test_a_line_that_says_the_tie_is_offered_and_never_added(
    story: Story, account: Account, browser: Client
) -> None:
    typed = browser.post(
        f"/shares/{story.pk}/draft/",
        composed(account, "What a lovely story."),
        headers={"HX-Request": "true"},
    )
    offers = typed.context["coached"].offers

    assert len(offers) == 3
    assert Draft.objects.get().text == "What a lovely story."

    browser.post(
        f"/shares/{story.pk}/draft/", composed(account, "What a lovely story.", offer=offers[0].text)
    )
    assert Draft.objects.get().text == offers[0].text
    browser.post(f"/shares/{story.pk}/create/", composed(account, "What a lovely story."))
    assert Share.objects.get().text == "What a lovely story."


@pytest.mark.parametrize("pressed", ["offer", "mute", "start"])
def test_without_javascript_the_moment_that_was_chosen_stays_whatever_is_pressed(
    pressed: str, story: Story, account: Account, browser: Client
) -> None:
    suggestion = SuggestedText.objects.create(story=story, text=SAMPLE, language="en")
    value = {"offer": "I work here.", "mute": "C12", "start": str(suggestion.pk)}[pressed]
    typed = composed(account, "What a lovely story.", when="later", at="2030-01-02T10:30")

    page = browser.post(f"/shares/{story.pk}/draft/", typed | {pressed: value}, follow=True)

    assert page.status_code == 200
    assert page.context["form"]["when"].value() == "later"
    assert 'value="2030-01-02T10:30"' in page.content.decode()


def test_the_author_sees_the_share_of_own_words(story: Story, account: Account, browser: Client) -> None:
    SuggestedText.objects.create(story=story, text=SAMPLE, language="en")

    page = browser.post(
        f"/shares/{story.pk}/draft/",
        composed(account, f"{SAMPLE} Mine was a pump from 1998."),
        headers={"HX-Request": "true"},
    )

    # Six of 24: a quarter of the words, and less than fifteen.
    assert (
        "<strong>Still nearly the sample:</strong> 25% own words, score 10 of 100." in page.content.decode()
    )


def test_remarks_are_counted_once_a_post_and_only_when_it_is_sent(
    story: Story, account: Account, browser: Client
) -> None:
    typed = browser.post(
        f"/shares/{story.pk}/draft/", composed(account, "Lovely!!!"), headers={"HX-Request": "true"}
    )
    assert typed.context["coached"].seen == ["C12", "C19"]
    assert not RemarkCount.objects.exists()

    browser.post(
        f"/shares/{story.pk}/create/",
        {**composed(account, "Lovely! I work at Zomerwaard."), "seen": ["C12", "C19", "nonsense"]},
    )
    browser.post(f"/shares/{story.pk}/create/", composed(account, "Lovely, this story."))

    counts = RemarkCount.objects.order_by("check_id").values_list("check_id", "shown", "left")
    assert list(counts) == [("C12", 2, 1), ("C19", 1, 0)]


@pytest.fixture
def herd(
    share: Share, copies_of: Callable[..., list[Share]], make_person: Callable[..., Person]
) -> list[Share]:
    """Five colleagues who posted nearly the sample an hour ago."""
    share.delete()
    made = []
    for number in range(5):
        colleague = make_person(f"Colleague{number}")
        made += copies_of(
            share,
            1,
            person=colleague,
            text=f"Wow! {SAMPLE}",
            state=State.PUBLISHED,
            published_at=timezone.now() - timedelta(hours=1),
        )
    return made


def test_the_fifth_of_a_herd_is_told_a_number_and_asked_once(
    herd: list[Share], story: Story, account: Account, browser: Client
) -> None:
    text = f"Look: {SAMPLE} I work at Zomerwaard."

    asked = browser.post(f"/shares/{story.pk}/create/", composed(account, text))

    assert asked.status_code == 422
    assert "5 colleagues say nearly this on Paper today" in asked.content.decode()
    assert "Colleague0" not in asked.content.decode()
    assert "Wow!" not in asked.content.decode()
    assert (
        browser.post(f"/shares/{story.pk}/create/", composed(account, text, confirmed="herd")).status_code
        == 302
    )


@pytest.mark.parametrize("change", ["older", "fewer people", "other story", "other platform", "own words"])
def test_what_is_no_herd_is_not_asked_about(
    change: str, herd: list[Share], story: Story, account: Account, browser: Client, bob: Person
) -> None:
    everyone = Share.objects.filter(pk__in=[one.pk for one in herd])
    text = f"Look: {SAMPLE} I work at Zomerwaard."
    if change == "older":
        everyone.update(published_at=timezone.now() - timedelta(hours=25))
    elif change == "fewer people":
        everyone.filter(pk__in=[one.pk for one in herd[:2]]).update(person=bob)
    elif change == "other story":
        story.pk = None
        story.save()
        everyone.update(story=story)
        story = Story.objects.earliest("pk")
    elif change == "other platform":
        account.pk = None
        account.platform, account.remote_id = "rehearsal", "elsewhere"
        account.save()
        everyone.update(account=account)
        account = Account.objects.get(platform="paper")
    else:
        text = "I work at Zomerwaard and I mended a pump from 1998 myself last week."

    answer = browser.post(f"/shares/{story.pk}/create/", composed(account, text))

    assert answer.status_code == 302


def test_who_takes_a_quiet_moment_is_not_asked_about_the_herd(
    herd: list[Share], story: Story, account: Account, browser: Client
) -> None:
    text = f"Look: {SAMPLE} I work at Zomerwaard."

    answer = browser.post(f"/shares/{story.pk}/create/", composed(account, text, when="quiet"))

    assert answer.status_code == 302


def test_nothing_is_kept_of_what_was_said_about_unsent_words(
    story: Story, account: Account, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Type, leave a remark, be asked and refused: only the draft is a row more, and no line tells of it."""
    before = _everything()
    with caplog.at_level(logging.DEBUG):
        for words in (INSULT, CITIZEN_NUMBER):
            for address in ("draft", "create"):
                browser.post(
                    f"/shares/{story.pk}/{address}/",
                    composed(account, words, dismissed="C12"),
                    headers={"HX-Request": "true"} if address == "draft" else {},
                )

    added = _everything() - before
    assert {kind for kind, _row in added} <= {"shares.draft"}
    for _kind, row in added:
        assert "C20" not in row
        assert "C12" not in row
    assert not [line for line in caplog.messages if "C20" in line or "idiot" in line or "204460931" in line]


def _everything() -> set[tuple[str, str]]:
    """Return every row of every table, but for the visit itself."""
    return {
        (model._meta.label_lower, serialize("json", [row]))
        for model in apps.get_models()
        if model._meta.app_label != "sessions"
        for row in model._default_manager.all()
    }
