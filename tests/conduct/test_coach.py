"""What the coach says, and what it never does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.conduct.coaching.noticing import Check, Level, Notice
from advocacy.conduct.coaching.reading import Reading
from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.conduct.coaching.situations import About, House, Media, Situation
from advocacy.conduct.coaching.speaking import remarks_on, to_show
from advocacy.conduct.coaching.word_lists import WordLists, Words
from tests.conduct.corpus import (
    NOW,
    ORDINARY,
    ZOMERWAARD,
    Tally,
    held_out_examples,
    how_many,
    tally,
    total,
    written_examples,
)

# How long it may take is measured elsewhere, on a machine that does nothing else.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LEGAL = {"C02", "C09", "C17"}
BSN = "Klant met BSN 204460931 zoekt zijn brief."
EVERY_WORD = [
    BSN,
    *(example.text for example in written_examples() if example.should_speak),
]

texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(EVERY_WORD), max_size=3).map(" ".join))
situations = st.builds(
    Situation,
    now=st.just(NOW),
    language=st.sampled_from(["nl", "en", "de"]),
    platform=st.sampled_from(["", "linkedin", "x", "mastodon"]),
    house=st.builds(
        replace,
        st.just(ZOMERWAARD),
        is_regulated=st.booleans(),
        sells_to_consumers=st.booleans(),
    ),
    media=st.sampled_from([(), (Media(),), (Media(alt="A roof", had_location=True),)]),
    about=st.sampled_from(About),
    suggestions=st.lists(st.sampled_from(EVERY_WORD), max_size=2).map(tuple),
    free_from=st.sampled_from([None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
    inside_information=st.booleans(),
    withdrawn_because=st.sampled_from(["", "the photo was wrong"]),
    has_newer_version=st.booleans(),
    has_reward=st.booleans(),
    needs_approval=st.booleans(),
    is_approved=st.booleans(),
    storm=st.sampled_from(["", "the fire"]),
    is_spokesperson=st.booleans(),
    near_equals=st.integers(min_value=0, max_value=9),
)


@pytest.mark.parametrize("check", [check.id for check in CHECKS])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_remark_has_its_examples(check: str, language: str) -> None:
    counts = how_many(written_examples())

    assert counts[check, language, True] >= 5
    assert counts[check, language, False] >= 10


def test_the_coach_says_what_it_should_and_is_silent_where_it_should() -> None:
    counts = tally(written_examples())

    assert [check for check, one in counts.items() if min(one.precision, one.recall) < 0.9] == []


def test_it_does_as_well_on_examples_that_the_rules_were_not_made_with() -> None:
    unseen = total(tally(held_out_examples()))

    assert min(unseen.precision, unseen.recall) >= 0.9


def test_no_example_was_looked_at_twice() -> None:
    """An ordinary post may be anywhere; one that asks for a remark is either held out or not."""
    written = {example.text for example in written_examples() if example.should_speak}
    held_out = {example.text for example in held_out_examples() if example.should_speak}

    assert not written & held_out


def test_a_wrong_remark_and_a_missed_one_show_in_the_figures() -> None:
    assert Tally(asked=10, found=9, quiet=10, wrong=1).precision == 0.9
    assert Tally(asked=10, found=8).recall == 0.8
    assert any(example.check == ORDINARY for example in held_out_examples())


def test_there_are_25_remarks_and_three_of_them_name_a_law() -> None:
    assert sorted(check.id for check in CHECKS) == [f"C{number:02}" for number in range(1, 26)]
    assert {check.id for check in CHECKS if check.legal_duty} == LEGAL


@patiently
@given(text=texts, situation=situations)
def test_nothing_but_the_three_legal_duties_stops_a_send(text: str, situation: Situation) -> None:
    stopping = {remark.id for remark in remarks_on(text, situation) if remark.stops}

    assert stopping <= LEGAL


@patiently
@given(text=texts, situation=situations)
def test_remarks_come_worst_first_once_each_with_reason_and_rule(text: str, situation: Situation) -> None:
    remarks = remarks_on(text, situation)

    levels = [remark.level for remark in remarks]
    assert levels == sorted(levels, reverse=True)
    assert len({remark.id for remark in remarks}) == len(remarks)
    assert len(to_show(remarks)) == min(3, len(remarks))
    for remark in remarks:
        assert remark.text
        assert remark.because
        assert remark.rule
        assert "%(" not in remark.text
        assert remark.span is None or 0 <= remark.span.start < remark.span.end <= len(text)


@patiently
@given(text=texts, situation=situations)
def test_equal_facts_give_equal_remarks(text: str, situation: Situation) -> None:
    assert remarks_on(text, situation) == remarks_on(text, situation)


@patiently
@given(text=texts, situation=situations, dismissed=st.sets(st.sampled_from([check.id for check in CHECKS])))
def test_only_a_hint_is_dismissed(text: str, situation: Situation, dismissed: set[str]) -> None:
    remarks = remarks_on(text, situation)

    hidden = {remark.id for remark in remarks} - {
        remark.id for remark in to_show(remarks, dismissed=dismissed)
    }
    weighty = [remark.id for remark in remarks if not remark.can_dismiss]
    assert not hidden & set(weighty[:3])


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_without_a_law_cannot_stop_a_send_even_if_it_asks_to(check: Check) -> None:
    level = check.level_of(Notice(level=Level.BLOCK))

    assert (level == Level.BLOCK) is (check.id in LEGAL)


def test_a_citizen_number_stops_only_where_there_is_hardly_a_doubt() -> None:
    situation = Situation(now=NOW, language="nl")

    def level(text: str) -> Level | None:
        return next((remark.level for remark in remarks_on(text, situation) if remark.id == "C02"), None)

    assert level("BSN 204460931") == Level.BLOCK
    assert level("204 460 931") == Level.BLOCK
    assert level("204460931") == Level.CONFIRM
    # Two hundred million, written with dots.
    assert level("204.460.931") == Level.CONFIRM
    assert level("ordernummer 204460931") is None
    assert level("BSN 204460932") is None


def test_inside_information_is_held_and_plain_news_is_asked_about() -> None:
    early = Situation(now=NOW, free_from=NOW + timedelta(minutes=1))

    assert [one.level for one in remarks_on("Hoera", early)] == [Level.CONFIRM]
    inside = replace(early, inside_information=True)
    assert [one.level for one in remarks_on("Hoera", inside)] == [Level.BLOCK]
    assert remarks_on("Hoera", replace(early, now=NOW + timedelta(minutes=1))) == []


def test_figures_in_a_closed_period_are_said_more_sharply() -> None:
    text = "De omzet steeg met 9%"
    now = Situation(now=NOW, house=ZOMERWAARD)
    closed = replace(now, now=datetime(2027, 1, 31, tzinfo=UTC))

    (open_remark,), (closed_remark,) = remarks_on(text, now), remarks_on(text, closed)

    assert open_remark.text != closed_remark.text


def test_what_the_story_itself_says_is_public() -> None:
    situation = Situation(now=NOW, published_text="De omzet steeg met 9% naar 45,2 miljoen euro.")

    assert remarks_on("De omzet steeg met 9 procent, naar 45,2 mln", situation) == []
    assert [one.id for one in remarks_on("De omzet steeg met 19%", situation)] == ["C08"]


def test_an_administrators_words_take_the_place_of_ours() -> None:
    ours = Situation(now=NOW)
    theirs = replace(ours, lists=replace(WordLists(), insults=Words(nl=("pannenkoek*",))))

    assert remarks_on("Wat een pannenkoekenbakker is dat", ours) == []
    assert [one.id for one in remarks_on("Wat een pannenkoekenbakker is dat", theirs)] == ["C20"]
    assert remarks_on("Wat een sukkel is dat", theirs) == []


def test_an_empty_house_and_an_empty_text_get_no_remark() -> None:
    assert remarks_on("", Situation(now=NOW)) == []
    assert remarks_on("Vandaag op het dak.", Situation(now=NOW, house=House())) == []


@pytest.mark.parametrize(("language", "word"), [("nl", "sukkels"), ("en", "morons")])
def test_a_text_is_read_in_the_language_it_is_in_whatever_was_chosen(language: str, word: str) -> None:
    text = {"nl": f"Dat zijn wel de {word} van de buurt", "en": f"Those are the {word} of the town"}[language]

    for chosen in ("nl", "en"):
        assert [one.id for one in remarks_on(text, Situation(now=NOW, language=chosen))] == ["C20"]


def test_a_text_without_any_word_is_read() -> None:
    assert remarks_on("🎉🎉🎉", Situation(now=NOW, house=ZOMERWAARD)) == []


def test_what_is_not_meant_is_left_out_of_a_list() -> None:
    green = Words(en=("green", "-green beans", "beans", "-baked beans on toast"))

    def found(text: str) -> list[str]:
        reading = Reading(text)
        return [reading.at(span) for span in reading.find(green)]

    assert found("Green beans and green paint") == ["green"]
    assert found("Beans and baked beans") == ["Beans", "beans"]
    assert found("baked beans on toast") == []


def test_a_name_that_begins_with_a_minus_is_a_name() -> None:
    """Editors type key points as they like, and an organisation may call a product anything."""
    reading = Reading("Half of it is zero, says Minus.")

    assert reading.has(["- zero"])
    assert reading.has(["-minus"])


def test_what_belongs_to_somebody_is_found_by_their_name() -> None:
    reading = Reading("Thermax's pump, Van Os's bread and it's my colleague\u2019s van")

    for name in ("Thermax", "van os", "colleague"):
        assert reading.has([name])
