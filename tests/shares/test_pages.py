"""The pages of a sharer, through the front door."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy.people.models import Person, Team
from advocacy.platforms.connector import Receipt
from advocacy.platforms.models import Account
from advocacy.shares.models import Draft, Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.settling import published_values
from advocacy.stories.models import Story, SuggestedText, Topic
from tests.shares.paper import Paper

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]


def composed(account: Account, **changes: str) -> dict[str, str]:
    """What the browser sends when nothing else was touched."""
    return {
        "text": "Proud of this.",
        "language": "en",
        "accounts": str(account.pk),
        "attach": "",
        "when": "now",
    } | changes


def test_the_wall_shows_what_is_open_for_me(
    story: Story, alice: Person, charlie: Person, support: Team, as_person: AsPerson
) -> None:
    Story.objects.update(for_everyone=False)
    story.for_teams.add(support)

    assert story.title in as_person(alice).get("/shares/").content.decode()
    assert story.title not in as_person(charlie).get("/shares/").content.decode()


def test_the_wall_finds_by_word_topic_and_language(story: Story, alice: Person, as_person: AsPerson) -> None:
    topic = Topic.objects.create(name="Repair")
    story.topics.add(topic)
    wall = as_person(alice)

    for query, found in [
        ("words=throw", True),
        ("words=throw+nonsense", False),
        (f"topic={topic.pk}", True),
        ("topic=99999", True),  # a topic that is gone filters nothing
        ("language=nl", False),
        ("page=9999", True),
    ]:
        assert (story.title in wall.get(f"/shares/?{query}").content.decode()) is found, query


def test_the_wall_asks_the_database_the_same_number_of_questions_however_many_stories(
    story: Story,
    erin: Person,
    alice: Person,
    as_person: AsPerson,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = as_person(alice)
    client.get("/shares/")  # the first look writes the session
    with django_assert_num_queries(QUERIES_OF_THE_WALL):
        client.get("/shares/")

    now = timezone.now()
    for number in range(15):
        more = Story.objects.create(
            title=f"Story {number}", url="https://stories.example/", for_everyone=True, created_by=erin,
            created_at=now, changed_at=now, published_at=now, opens_at=now,
        )  # fmt: skip
        more.topics.add(Topic.objects.get_or_create(name="Topic")[0])

    with django_assert_num_queries(QUERIES_OF_THE_WALL):
        client.get("/shares/")


QUERIES_OF_THE_WALL = 11


def test_three_clicks_from_the_wall_to_a_share(
    story: Story, account: Account, alice: Person, as_person: AsPerson
) -> None:
    """Without JavaScript: open the composer, take a suggestion, share."""
    suggestion = SuggestedText.objects.create(story=story, text="Look what we mended!", language="en")
    browser = as_person(alice)

    wall = browser.get("/shares/").content.decode()
    assert f"/shares/{story.pk}/compose/" in wall
    browser.get(f"/shares/{story.pk}/compose/")
    started = browser.post(
        f"/shares/{story.pk}/draft/", composed(account, text="", start=str(suggestion.pk)), follow=True
    )
    assert "Look what we mended!" in started.content.decode()
    shared = browser.post(f"/shares/{story.pk}/create/", composed(account, text=suggestion.text), follow=True)

    assert shared.redirect_chain == [("/shares/mine/", 302)]
    assert Share.objects.get().text == "Look what we mended!"


def test_a_share_at_a_moment_is_in_the_queue_in_my_own_time(
    story: Story, account: Account, alice: Person, as_person: AsPerson
) -> None:
    moment = (
        (timezone.now() + timedelta(days=2))
        .astimezone(alice.zone)
        .replace(hour=9, minute=30, second=0, microsecond=0)
    )

    as_person(alice).post(
        f"/shares/{story.pk}/create/", composed(account, when="later", at=moment.strftime("%Y-%m-%dT%H:%M"))
    )

    assert Share.objects.get().due_at == moment
    assert Share.objects.get().state == State.SCHEDULED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": ""}, "own words"),
        ({"text": "long " * 60}, "too long for Paper"),
        ({"accounts": ""}, "at least one account"),
        ({"when": "later", "at": ""}, "Choose a day and a time"),
        ({"when": "later", "at": "yesterday-ish"}, "Enter a valid date"),
        ({"attach": "999-square"}, "valid choice"),
    ],
)
def test_an_error_says_what_to_do_and_keeps_what_was_typed(
    story: Story, account: Account, alice: Person, as_person: AsPerson, changes: dict[str, str], said: str
) -> None:
    sent = {name: value for name, value in composed(account, **changes).items() if value}

    answer = as_person(alice).post(f"/shares/{story.pk}/create/", sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert sent.get("text", "") in page
    assert not Share.objects.exists()


def test_words_typed_for_a_story_that_closed_meanwhile_are_not_lost(
    story: Story, account: Account, alice: Person, as_person: AsPerson
) -> None:
    Story.objects.update(closes_at=timezone.now() - timedelta(minutes=1))

    answer = as_person(alice).post(f"/shares/{story.pk}/create/", composed(account, text="Precious words"))

    assert answer.status_code == 422
    assert "Precious words" in answer.content.decode()


def test_a_draft_is_kept_as_one_types_and_is_mine_alone(
    story: Story, account: Account, alice: Person, bob: Person, as_person: AsPerson
) -> None:
    checked = as_person(alice).post(
        f"/shares/{story.pk}/draft/", composed(account, text="Half a sen"), headers={"HX-Request": "true"}
    )

    assert "Draft saved" in checked.content.decode()
    assert Draft.objects.get().text == "Half a sen"
    address = f"/shares/{story.pk}/compose/"
    assert "Half a sen" in as_person(alice).get(address).content.decode()
    assert "Half a sen" not in as_person(bob).get(address).content.decode()
    assert "Half a sen" not in as_person(bob).get("/shares/").content.decode()


def test_nobody_sees_or_changes_a_colleagues_share(
    share: Share, bob: Person, erin: Person, as_person: AsPerson
) -> None:
    for colleague in (bob, erin):
        browser = as_person(colleague)
        assert browser.get(f"/shares/mine/{share.pk}/").status_code == 404
        for verb in ("cancel", "restore", "reschedule", "reword", "there", "again"):
            assert (
                browser.post(f"/shares/mine/{share.pk}/{verb}/", {"text": "x", "now": "yes"}).status_code
                == 404
            )
    share.refresh_from_db()
    assert share.state == State.SCHEDULED


def test_cancel_undo_move_and_reword_from_the_page(
    story: Story, share: Share, alice: Person, as_person: AsPerson
) -> None:
    browser = as_person(alice)
    address = f"/shares/mine/{share.pk}/"

    browser.post(f"{address}cancel/")
    assert "Undo" in browser.get(address).content.decode()
    browser.post(f"{address}restore/")
    browser.post(f"{address}reword/", {"text": "Said anew."})
    moment = (timezone.now() + timedelta(days=3)).astimezone(alice.zone).replace(second=0, microsecond=0)
    browser.post(f"{address}reschedule/", {"at": moment.strftime("%Y-%m-%dT%H:%M")})

    share.refresh_from_db()
    assert (share.state, share.text, share.due_at) == (State.SCHEDULED, "Said anew.", moment)


def test_my_page_lists_my_shares_with_where_each_stands(
    share: Share, alice: Person, as_person: AsPerson
) -> None:
    page = as_person(alice).get("/shares/mine/").content.decode()

    assert share.story.title in page
    assert "Goes out on" in page


def test_the_editor_sees_how_a_text_fits_everywhere(erin: Person, as_person: AsPerson) -> None:
    answer = as_person(erin).post("/shares/count/", {"text": "👩‍👩‍👧‍👦" * 300})

    counted = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())
    assert "Bluesky" in counted
    assert "too long" in counted


def test_a_forged_form_reaches_nothing_of_a_colleague(
    story: Story,
    account: Account,
    alice: Person,
    bob: Person,
    make_account: Callable[[Person], Account],
    as_person: AsPerson,
) -> None:
    hers = make_account(bob)

    answer = as_person(alice).post(f"/shares/{story.pk}/create/", composed(account, accounts=str(hers.pk)))

    assert answer.status_code == 422
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "with a \0 inside"},
        {"text": "x" * 100_000},
        {"accounts": "99999999999999999999"},
        {"accounts": "'; drop"},
        {"language": "xx"},
        {"attach": "1-landscape"},
        {"when": "never"},
        {"when": "later", "at": "9999-12-31T23:59"},
        {"submission": "not-a-uuid"},
    ],
)
def test_hostile_input_is_answered_kindly_and_kept_as_far_as_possible(
    story: Story, account: Account, alice: Person, as_person: AsPerson, changes: dict[str, str]
) -> None:
    browser = as_person(alice)

    for address in (f"/shares/{story.pk}/create/", f"/shares/{story.pk}/draft/"):
        assert browser.post(address, composed(account, **changes)).status_code in {302, 422}
    assert browser.post("/shares/count/", changes).status_code == 200
    assert browser.get(f"/shares/{story.pk}/compose/").status_code == 200


def test_an_address_that_is_no_web_address_is_never_linked_to(share: Share) -> None:
    values = published_values(Receipt("1", "javascript:alert(1)"), at=timezone.now())

    assert values["remote_url"] == ""


def test_an_autosave_that_comes_in_after_the_share_leaves_no_ghost_of_a_draft(
    story: Story, account: Account, alice: Person, as_person: AsPerson
) -> None:
    browser = as_person(alice)
    typed = composed(account, submission=str(uuid4()))
    browser.post(f"/shares/{story.pk}/create/", typed)

    late = browser.post(f"/shares/{story.pk}/draft/", typed, headers={"HX-Request": "true"})

    assert late.status_code == 200
    assert not Draft.objects.exists()


def test_lines_end_on_every_platform_as_they_do_in_the_counter(
    story: Story, account: Account, paper: type[Paper], alice: Person, as_person: AsPerson
) -> None:
    """A browser sends two signs for the end of a line; posts and counters know one."""
    as_person(alice).post(f"/shares/{story.pk}/create/", composed(account, text="One.\r\n\r\nTwo.\r\n"))
    Share.objects.update(state=State.SCHEDULED)
    publish_due(clock=timezone.now)

    share = Share.objects.get()
    assert paper.ledger[-1].text == f"One.\n\nTwo.\n\n{share.link.address}"
