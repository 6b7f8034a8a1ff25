"""Saying what one has to do with it: what is recognised, how much is asked, and what is offered."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advocacy.conduct.coaching.disclosing import Rung, disclosed_in, is_enough, offers, rung_for
from advocacy.conduct.coaching.reading import Reading
from advocacy.conduct.coaching.situations import About, House, Situation
from tests.conduct.corpus import NOW, ZOMERWAARD

AT_WORK = Situation(now=NOW, language="nl", house=ZOMERWAARD, about=About.WORK)
REGULATED = replace(ZOMERWAARD, is_regulated=True)
CLAIM = "De stilste pomp die ik ken."
RUNGS = {
    Rung.NOTHING: replace(AT_WORK, about=About.OTHERS),
    Rung.EMPLOYER: AT_WORK,
    Rung.BEFORE_THE_CLAIM: replace(AT_WORK, about=About.PRODUCT),
    Rung.PRIZE: replace(AT_WORK, has_reward=True),
    Rung.REGULATED: replace(AT_WORK, house=REGULATED, needs_approval=True),
}


def always(text: str) -> bool:
    return True


@pytest.mark.parametrize(("rung", "situation"), RUNGS.items())
def test_the_kind_of_story_decides_how_much_is_asked(rung: Rung, situation: Situation) -> None:
    assert rung_for(Reading(CLAIM, language="nl"), situation) == rung


def test_naming_the_employer_asks_for_the_tie_also_in_somebody_elses_story() -> None:
    elsewhere = RUNGS[Rung.NOTHING]

    assert rung_for(Reading("Zomerwaard doet dit ook"), elsewhere) == Rung.EMPLOYER


@pytest.mark.parametrize(("rung", "situation"), list(RUNGS.items())[1:])
@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_what_is_offered_says_enough_and_every_offer_is_another(
    rung: Rung, situation: Situation, language: str
) -> None:
    situation = replace(situation, language=language)

    for turn in range(6):
        offered = offers(Reading(CLAIM, language=language), situation, fits=always, turn=turn)

        assert len(set(offered)) == 3
        for offer in offered:
            assert offer.text == f"{offer.line} {CLAIM}"
            assert is_enough(Reading(offer.text, language=language), situation), offer


def test_offers_take_turns_so_that_not_everyone_says_the_same() -> None:
    first = {offers(Reading(CLAIM), AT_WORK, fits=always, turn=turn)[0].line for turn in range(6)}

    assert len(first) >= 5


@settings(deadline=None)
@given(limit=st.integers(min_value=0, max_value=200))
def test_an_offer_fits_the_platform_or_is_not_made(limit: int) -> None:
    offered = offers(Reading(CLAIM), AT_WORK, fits=lambda text: len(text) <= limit)

    assert all(len(offer.text) <= limit for offer in offered)


@pytest.mark.parametrize("turn", range(8))
def test_praise_in_english_is_always_offered_an_ad_line_too(turn: int) -> None:
    praise = replace(RUNGS[Rung.BEFORE_THE_CLAIM], language="en")

    lines = [offer.line for offer in offers(Reading(CLAIM, language="en"), praise, fits=always, turn=turn)]

    assert any(line.startswith("#ad ") for line in lines)
    assert not all(line.startswith("#ad ") for line in lines)


def test_who_has_said_it_gets_no_offer_and_nothing_is_ever_appended() -> None:
    said = Reading("Bij ons bij Zomerwaard leren twintig mensen een vak.", language="nl")

    assert is_enough(said, AT_WORK)
    assert offers(said, AT_WORK, fits=always) == []
    assert offers(Reading(CLAIM), RUNGS[Rung.NOTHING], fits=always) == []
    assert offers(Reading(CLAIM), replace(AT_WORK, house=House()), fits=always) == []


def test_below_the_fold_is_not_said() -> None:
    long = Reading("Een mooie dag op het dak met veel zon. " * 6 + "Ik werk bij Zomerwaard.", language="nl")

    assert is_enough(long, replace(AT_WORK, platform="mastodon"))
    assert not is_enough(long, replace(AT_WORK, platform="linkedin"))


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("#ad een mooi dak", True),
        ("Een mooi dak #dak #zon #advertentie", True),
        ("Een mooi dak #dak #advertentie #zon", False),
        ("Een mooi dak #adelaar", False),
        ("Ik maak kans op een taart met dit bericht", True),
    ],
)
def test_an_advertising_tag_stands_first_or_last_in_its_row(text: str, shows: bool) -> None:
    assert disclosed_in(Reading(text, language="nl"), RUNGS[Rung.PRIZE]).prize is shows


@pytest.mark.parametrize("tail", ["#spon", "#collab", "#partner", "#ee", "@zomerwaard"])
def test_what_says_nothing_to_readers_does_not_count(tail: str) -> None:
    assert disclosed_in(Reading(f"Mooi dak {tail}"), AT_WORK).tie is None
