"""How many voices a story has."""

from time import process_time

import pytest

from advocacy.conduct.coaching.word_lists import listed
from advocacy.conduct.voices import (
    Coverage,
    Post,
    Sound,
    effective_number,
    sizes_of_clusters,
    sound_of,
    viewpoint_coverage,
    voices_of,
)

PASTED = "In onze werkplaats leren twintig mensen een nieuw vak en dat is mooi om te zien"
NEAR_COPY = "In onze werkplaats leren twintig mensen een nieuw vak en dat is prachtig om te zien"
OWN = [
    "Samira stond vandaag voor het eerst alleen boven",
    "Mijn opa zei altijd dat lood eerlijk materiaal is",
    "Wie wil er zaterdag komen solderen, ik zet koffie",
    "Vroeger knipte ik haren, nu knip ik koperen buizen",
    "Een klep vervangen zonder natte mouwen blijft lastig",
    "Halverwege de trap bedacht ik waarom dit werk bij me past",
    "Regen op het dak klinkt beter als je er onder staat",
    "De bus wil niet starten maar wij wel",
    "Drie keer gezakt en nu geef ik zelf les",
    "Oude pompen vertellen meer dan hun typeplaatje",
]


@pytest.mark.parametrize(
    ("texts", "clusters", "voices", "evenness"),
    [
        ([PASTED] * 8 + OWN[:2], [1, 1, 8], 1.89, 0.10),
        ([PASTED] * 4 + [NEAR_COPY] + OWN[:5], [1, 1, 1, 1, 1, 5], 4.47, 0.39),
        (OWN, [1] * 10, 10.00, 1.00),
    ],
)
def test_pasted_posts_are_one_voice(
    texts: list[str], clusters: list[int], voices: float, evenness: float
) -> None:
    heard = voices_of([Post(person=number % 5, text=text) for number, text in enumerate(texts)])

    assert sorted(sizes_of_clusters(texts)) == clusters
    assert heard
    # The worked examples are rounded, 1.895 downwards.
    assert heard.effective == pytest.approx(voices, abs=0.006)
    assert round(heard.evenness, 2) == evenness


def test_few_posts_or_few_people_are_persons_and_have_no_figure() -> None:
    assert voices_of([Post(person=number, text=text) for number, text in enumerate(OWN[:9])]) is None
    assert voices_of([Post(person=number % 4, text=text) for number, text in enumerate(OWN)]) is None


def test_one_person_who_wrote_most_of_it_is_not_shown() -> None:
    people = [0] * 6 + [1, 2, 3, 4]

    assert voices_of([Post(person, text) for person, text in zip(people, OWN, strict=True)]) is None


def test_what_resembles_what_resembles_it_is_one_cluster() -> None:
    chain = ["a b c d e f g h", "c d e f g h i j", "e f g h i j k l"]

    assert sizes_of_clusters(chain) == [3]


def test_posts_without_words_are_alone() -> None:
    assert sizes_of_clusters(["🎉", "💚", "🎉"]) == [1, 1, 1]
    assert effective_number([1, 1, 1]) == pytest.approx(3)


def posts(texts: list[str], key_points: str = "", *, people: int = 5) -> list[Post]:
    words = listed(key_points)
    return [Post(number % people, text, words) for number, text in enumerate(texts)]


def test_a_post_touches_a_viewpoint_by_one_of_its_words() -> None:
    texts = ["Repareren is leuker", "Taart!", "Wij gooien niets weg", "Ik HERSTELDE hem zelf"] * 3

    assert viewpoint_coverage(posts(texts, "repareren, herstel*\n\nniets weg")) == Coverage(9, 12)
    assert viewpoint_coverage(posts(texts, "koken")) == Coverage(0, 12)


@pytest.mark.parametrize(
    ("texts", "key_points", "sound"),
    [
        ([f"Solderen. {text}" for text in OWN], "solderen", Sound.CHOIR),
        ([PASTED] * 8 + OWN[:2], "vak", Sound.ECHO),
        (OWN, "solderen", Sound.STORIES),
        ([PASTED] * 8 + OWN[:2], "solderen", Sound.FEW),
    ],
)
def test_voices_and_points_together_are_a_choir_an_echo_or_stories(
    texts: list[str], key_points: str, sound: Sound
) -> None:
    said = posts(texts, key_points)
    voices, coverage = voices_of(said), viewpoint_coverage(said)

    assert voices
    assert coverage
    assert sound_of(voices, coverage) is sound


def test_few_posts_about_stories_with_key_points_have_no_coverage() -> None:
    assert viewpoint_coverage(posts(OWN)) is None
    assert viewpoint_coverage(posts(OWN[:9], "ketel") + posts(OWN)) is None
    assert viewpoint_coverage(posts(OWN, "ketel", people=4)) is None


def test_a_thousand_different_texts_are_told_apart_in_no_time() -> None:
    texts = [f"post {number} tells {number * 7} things about {number * 11} pumps" for number in range(1000)]

    began = process_time()
    sizes = sizes_of_clusters(texts * 2)

    assert sizes == [2] * 1000
    # Compared one by one these took two seconds.
    assert process_time() - began < 0.5
