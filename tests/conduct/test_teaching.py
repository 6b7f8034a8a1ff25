"""An administrator teaches the coach its words and tries them out; how often it spoke is about nobody."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.test import Client

from advocacy.conduct.coach_forms import FACT_LABELS, LIST_LABELS
from advocacy.conduct.knowing import FACT_NAMES, LIST_NAMES, knowledge
from advocacy.conduct.models import RemarkCount, Taught
from advocacy.conduct.tallying import tallied, tally_remarks
from advocacy.people.models import Person

AsPerson = Callable[[Person], Client]
DESK = "/code/desk/coach/"


@pytest.fixture
def desk(ada: Person, as_person: AsPerson) -> Client:
    return as_person(ada)


def tried(desk: Client, text: str, language: str = "nl") -> list[str]:
    answer = desk.post(DESK, {"text": text, "language": language, "about": "others"})
    return [remark.id for remark in answer.context["remarks"]]


def house_as_shown(desk: Client) -> dict[str, str]:
    form = desk.get(f"{DESK}house/").context["form"]
    return {name: str(value) for name in form.fields if (value := form[name].value()) not in (False, None)}


def test_a_word_that_is_taught_is_noticed_and_one_that_is_taken_out_is_not(desk: Client) -> None:
    assert tried(desk, "Wat een pannenkoek is dat") == []

    saved = desk.post(f"{DESK}insults/", {"nl": "pannenkoek*\nkoekwaus", "en": "", "both": ""})

    assert saved.status_code == 302
    assert tried(desk, "Wat een pannenkoeken zijn dat") == ["C20"]
    assert tried(desk, "Wat een sukkel is dat") == []


def test_a_list_that_is_put_back_is_no_change_any_more(desk: Client) -> None:
    as_it_came = {
        name: str(desk.get(f"{DESK}insults/").context["form"][name].value()) for name in ("nl", "en", "both")
    }
    desk.post(f"{DESK}insults/", {"nl": "pannenkoek", "en": "", "both": ""})
    assert Taught.objects.count() == 1

    desk.post(f"{DESK}insults/", as_it_came)

    assert not Taught.objects.exists()


def test_what_is_taught_of_the_house_is_known_to_the_coach(desk: Client) -> None:
    facts = house_as_shown(desk) | {
        "competitors": "Thermax\nDe Ketelkoning",
        "closed_periods": "2027-01-01 2027-02-15",
        "public_facts": "In 2025 was onze omzet 41,5 miljoen euro.",
    }

    assert desk.post(f"{DESK}house/", facts).status_code == 302

    known = knowledge().house
    assert known.competitors == ("Thermax", "De Ketelkoning")
    assert known.closed_periods == ((date(2027, 1, 1), date(2027, 2, 15)),)
    assert known.phone_region == "NL"
    assert known.sells_to_consumers
    assert not known.is_regulated
    assert tried(desk, "Dan had je maar niet naar de ketelkoning moeten gaan") == ["C18"]
    assert tried(desk, "De omzet was 41,5 miljoen euro") == []
    assert set(Taught.objects.values_list("name", flat=True)) == {
        "competitors",
        "closed_periods",
        "public_facts",
    }


def test_what_goes_on_and_who_approves_is_taught_and_taken_back(desk: Client) -> None:
    before = house_as_shown(desk)
    facts = {"storm": "a fire in Zwolle", "storm_topics": "Repair", "approver": "Ada", "approval_hours": "4"}

    assert desk.post(f"{DESK}house/", before | facts).status_code == 302

    known = knowledge().house
    assert (known.storm, known.storm_topics) == ("a fire in Zwolle", ("Repair",))
    assert (known.approver, known.approval_hours) == ("Ada", 4)
    assert house_as_shown(desk)["approval_hours"] == "4"

    desk.post(f"{DESK}house/", before)
    assert not Taught.objects.exists()


def test_nobody_approves_in_less_than_no_time(desk: Client) -> None:
    assert desk.post(f"{DESK}house/", house_as_shown(desk) | {"approval_hours": "-1"}).status_code == 422


def test_a_period_that_is_none_is_said_so(desk: Client) -> None:
    for wrong in ("2027-02-15 2027-01-01", "januari", "2027-01-01"):
        answer = desk.post(f"{DESK}house/", house_as_shown(desk) | {"closed_periods": wrong})

        assert answer.status_code == 422, wrong
        assert "2027-01-01 2027-02-15" in answer.content.decode()
    assert not Taught.objects.exists()


def test_the_bench_keeps_nothing_of_what_was_tried(desk: Client, ada: Person) -> None:
    desk.get(DESK)
    before = everything()

    assert tried(desk, "Klant met BSN 204460931 belt") == ["C02"]

    assert everything() == before


def everything() -> set[str]:
    return {
        serialize("json", [row])
        for model in apps.get_models()
        if model._meta.app_label != "sessions"
        for row in model._default_manager.all()
    }


@pytest.mark.parametrize("page", ["", "house/", "insults/"])
def test_the_coach_is_taught_by_administrators_alone(
    page: str, alice: Person, erin: Person, dana: Person, as_person: AsPerson
) -> None:
    for person in (alice, erin, dana):
        assert as_person(person).get(f"{DESK}{page}").status_code == 404


def test_a_list_that_does_not_exist_is_not_there(desk: Client) -> None:
    assert desk.get(f"{DESK}nonsense/").status_code == 404


def test_every_list_and_every_fact_has_a_name_for_people() -> None:
    assert set(LIST_LABELS) == set(LIST_NAMES)
    assert set(FACT_LABELS) == set(FACT_NAMES)


@pytest.mark.parametrize("name", LIST_NAMES)
def test_every_list_opens_and_is_saved_unchanged(name: str, desk: Client) -> None:
    form = desk.get(f"{DESK}{name}/").context["form"]

    desk.post(f"{DESK}{name}/", {field: str(form[field].value()) for field in ("nl", "en", "both")})

    assert not Taught.objects.exists()


@pytest.mark.django_db
def test_a_week_with_fewer_than_ten_is_not_shown(now: datetime) -> None:
    for _time in range(9):
        tally_remarks({"C12"}, left={"C12"}, now=now)
    assert tallied(now) == []

    tally_remarks({"C12"}, left=set(), now=now)

    (counted,) = tallied(now)
    assert (counted.check_id, counted.shown, counted.left) == ("C12", 10, 9)
    assert not counted.asks_for_review
    assert tallied(now + timedelta(weeks=14)) == []


@pytest.mark.django_db
def test_a_remark_that_most_people_leave_is_to_be_looked_at_again(now: datetime) -> None:
    for number in range(30):
        tally_remarks({"C12", "C15"}, left={"C12"} if number < 22 else {"C12", "C15"}, now=now)

    assert {one.check_id: one.asks_for_review for one in tallied(now)} == {"C12": True, "C15": False}


@pytest.mark.django_db
def test_a_count_knows_no_person_and_no_post(now: datetime) -> None:
    tally_remarks({"C12", "nonsense"}, left=set(), now=now)

    assert {field.name for field in RemarkCount._meta.get_fields()} == {
        "id",
        "week_begins_on",
        "check_id",
        "shown",
        "left",
    }
    assert RemarkCount.objects.get().check_id == "C12"
