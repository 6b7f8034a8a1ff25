"""The administrator keeps the code in the hub: next version, both languages, consultation, force."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from advocacy.conduct import editing
from advocacy.conduct.activating import About, CannotActivate, activate, consult, describe_version
from advocacy.conduct.editing import CannotEdit, Rewritten, Words, next_code, rewrite, start_version
from advocacy.conduct.models import Item, Kind, Proposal, Version
from advocacy.notices.models import Notice
from advocacy.people.models import Person
from tests.conduct.conftest import NextVersion

AsPerson = Callable[[Person], Client]
NEXT = "/code/desk/next/"


def typed(client: Client, path: str, **changed: str) -> dict[str, str]:
    """Return what the form on the page would send, with some fields typed over."""
    form: Any = client.get(path).context["form"]
    values = {field.html_name: field.value() for field in form}
    sent = {
        name: "on" if value is True else str(value or "")
        for name, value in values.items()
        if value is not False
    }
    return {**sent, **changed}


def stale(version: Version) -> list[str]:
    items = version.items.in_order()
    return [item.code for item in items if item.stale_languages(version.source_language)]


def test_the_starter_code_waits_on_the_desk_and_comes_into_force_from_there(
    ada: Person, as_person: AsPerson, starter: Version, client: Client
) -> None:
    keeper = as_person(ada)
    assert "lies ready" in keeper.get("/code/desk/").content.decode()

    keeper.post(f"{NEXT}consult/")
    keeper.post(f"{NEXT}activate/")

    assert Version.objects.in_force().get().number == "1.0"
    assert "Share nothing confidential" in client.get("/code/").content.decode()


def test_a_change_of_the_source_leaves_the_translation_stale_until_somebody_has_looked(
    ada: Person, as_person: AsPerson, starter: Version
) -> None:
    keeper, rule = as_person(ada), f"{NEXT}rules/D08/"

    keeper.post(rule, typed(keeper, rule, why_nl="Webcare helpt binnen een uur."))
    assert stale(starter) == ["D08"]
    assert "English is stale" in keeper.get(NEXT).content.decode()
    assert "The translation is stale" in keeper.get(rule).content.decode()

    keeper.post(rule, typed(keeper, rule, why_en="Webcare helps within the hour."))
    assert stale(starter) == []


def test_a_translation_that_is_still_right_is_said_to_be_so(
    ada: Person, as_person: AsPerson, starter: Version
) -> None:
    keeper, rule = as_person(ada), f"{NEXT}rules/D08/"
    keeper.post(rule, typed(keeper, rule, why_nl="Een vraag is een klant aan de deur; webcare helpt graag."))
    assert stale(starter) == ["D08"]

    keeper.post(rule, typed(keeper, rule, still_right_en="on"))

    assert stale(starter) == []


def test_what_is_stale_or_unexplained_does_not_come_into_force(
    ada: Person, as_person: AsPerson, code: Version
) -> None:
    keeper, rule = as_person(ada), f"{NEXT}rules/D08/"
    keeper.post("/code/desk/start/")
    keeper.post(rule, typed(keeper, rule, why_nl="Anders."))

    answer = keeper.post(f"{NEXT}activate/")

    said = answer.content.decode()
    assert answer.status_code == 422
    assert "D08: the words in English are missing or stale." in said
    assert "Say in a sentence what changed" in said
    assert "put it to your colleagues first" in said
    assert Version.objects.in_force().get() == code


def test_a_whole_round_from_start_to_force(
    ada: Person, alice: Person, as_person: AsPerson, code: Version
) -> None:
    keeper, colleague = as_person(ada), as_person(alice)
    keeper.post("/code/desk/start/")
    new_rule = f"{NEXT}rules/new/do/"
    words = {"title_nl": "Lach", "why_nl": "Dat helpt.", "title_en": "Laugh", "why_en": "It helps."}
    keeper.post(new_rule, typed(keeper, new_rule, **words))
    about = {"summary_nl": "Er mag gelachen worden.", "summary_en": "You may laugh.", "is_material": "on"}
    keeper.post(NEXT, typed(keeper, NEXT, council_asked_on="2026-11-01", **about))
    assert colleague.get("/code/consultation/").status_code == 404

    keeper.post(f"{NEXT}consult/")
    assert "You may laugh." in colleague.get("/code/consultation/").content.decode()
    assert "Laugh" not in colleague.get("/code/").content.decode()
    keeper.post(f"{NEXT}activate/")

    version = Version.objects.in_force().get()
    code.refresh_from_db()
    assert version.number == "2.0"
    assert str(version.council_asked_on) == "2026-11-01"
    assert version.items.get(code="D11").kind == Kind.DO
    assert code.status == Version.Status.RETIRED
    assert "Laugh" in colleague.get("/code/").content.decode()


def test_ids_are_never_given_out_twice(code: Version, next_version: NextVersion, now: datetime) -> None:
    words = Rewritten(words={"nl": Words("Nieuw", "Daarom."), "en": Words("New", "Because.")})
    version = start_version(now=now)
    assert editing.add_item(version, Kind.DONT, words).code == "X11"
    editing.discard_version(version)
    Item.objects.filter(version=code, code="X10").update(is_in_use=False)

    assert next_code(Kind.DONT) == "X11"
    assert next_code(Kind.PRINCIPLE) == "P8"


def test_what_is_in_force_does_not_change(code: Version, now: datetime) -> None:
    item = code.items.get(code="P1")
    words = {"nl": Words("Iets anders", "Zomaar."), "en": Words("Other", "Just so.")}

    with pytest.raises(CannotEdit):
        rewrite(item, Rewritten(words=words))
    with pytest.raises(CannotEdit):
        editing.discard_version(code)
    with pytest.raises(CannotActivate):
        activate(code, now=now)
    describe_version(code, About(summaries={}, is_material=False))

    code.refresh_from_db()
    assert code.summaries
    assert item.wordings.get(language="en").title == "You are a face, not a mouthpiece"


def test_there_is_one_next_version(ada: Person, as_person: AsPerson, code: Version, now: datetime) -> None:
    keeper = as_person(ada)
    keeper.post("/code/desk/start/")

    said = keeper.post("/code/desk/start/", follow=True).content.decode()

    assert "being written already" in said
    assert Version.objects.in_the_making().count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(made_at=now)


def test_a_next_version_can_be_thrown_away(ada: Person, as_person: AsPerson, code: Version) -> None:
    keeper = as_person(ada)
    keeper.post("/code/desk/start/")

    keeper.post(f"{NEXT}discard/")

    assert Version.objects.get() == code
    assert keeper.get(NEXT).status_code == 404


def test_a_copy_has_words_of_its_own(code: Version, now: datetime) -> None:
    version = start_version(now=now)

    assert version.items.count() == code.items.count() == 45
    assert not stale(version)
    words = {"nl": Words("Anders", "Daarom."), "en": Words("Other", "Because.")}
    rewrite(version.items.get(code="P1"), Rewritten(words=words))
    assert code.items.get(code="P1").wordings.get(language="nl").title != "Anders"


@pytest.mark.parametrize("who", ["alice", "erin", "dana"])
def test_the_desk_is_the_administrators(
    who: str, as_person: AsPerson, code: Version, request: pytest.FixtureRequest, now: datetime
) -> None:
    consult(start_version(now=now), now=now)
    client = as_person(request.getfixturevalue(who))

    gets = [f"/code/desk/{rest}" for rest in ("", "next/", "next/rules/P1/", "next/rules/new/do/")]
    posts = [f"/code/desk/{rest}" for rest in ("start/", "next/consult/", "next/activate/", "next/discard/")]

    assert {client.get(path).status_code for path in gets} == {404}
    assert {client.post(path).status_code for path in posts} == {404}


def test_an_employee_proposes_and_hears_what_comes_of_it(
    alice: Person, ada: Person, as_person: AsPerson, code: Version
) -> None:
    as_person(alice).post("/code/propose/", {"item_code": "D06", "text": "What of a customer who asks?"})
    proposal = Proposal.objects.get()
    keeper = as_person(ada)
    assert "What of a customer who asks?" in keeper.get("/code/desk/").content.decode()

    keeper.post(f"/code/desk/proposals/{proposal.pk}/", {"state": "accepted", "words": "Good point."})
    again = keeper.post(f"/code/desk/proposals/{proposal.pk}/", {"state": "declined", "words": "No."})

    page = as_person(alice).get("/code/propose/").content.decode()
    inbox = as_person(alice).get("/notices/").content.decode()
    assert again.status_code == 302
    assert "Good point." in page
    assert "taken up" in page
    assert re.search(r"Your proposal for our code is taken up.*Good point\.", inbox, re.DOTALL)
    assert list(Notice.objects.values_list("person__name", "kind").order_by("pk")) == [
        ("Ada", "code_proposed"),
        ("Alice", "proposal_answered"),
    ]
    assert "A colleague would change" in as_person(ada).get("/notices/").content.decode()


def test_a_proposal_must_say_something_about_a_rule_that_there_is(
    alice: Person, as_person: AsPerson, code: Version
) -> None:
    client = as_person(alice)

    assert client.post("/code/propose/", {"item_code": "Z9", "text": "?"}).status_code == 422
    assert client.post("/code/propose/", {"item_code": "", "text": " "}).status_code == 422
    assert not Proposal.objects.exists()


def test_colleagues_do_not_see_each_others_proposals(
    alice: Person, bob: Person, as_person: AsPerson, code: Version
) -> None:
    as_person(alice).post("/code/propose/", {"text": "A canary of Alice"})

    assert "A canary of Alice" not in as_person(bob).get("/code/propose/").content.decode()
