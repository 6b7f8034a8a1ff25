"""When two posts say nearly the same."""

import pytest

from advocacy.conduct.resembling import are_nearly_equal, runs_in

SUGGESTION = (
    "Vandaag openen we ons nieuwe distributiecentrum in Utrecht. Met 4.000 zonnepanelen wekken we meer "
    "stroom op dan we verbruiken. Lees hier het hele verhaal."
)


@pytest.mark.parametrize(
    ("post", "nearly"),
    [
        (SUGGESTION, True),
        (SUGGESTION.upper() + " 🎉🎉 #trots @zomerwaard https://hub.example/s/abc", True),
        ("Mooi! " + SUGGESTION, True),
        ("Ik stond vanmorgen met mijn dochter voor de deur. " + SUGGESTION, True),
        ("Vandaag openen we ons nieuwe distributiecentrum in Utrecht.", False),
        ("Supertrots op mijn collega's!", False),
        ("", False),
        ("🎉", False),
    ],
)
def test_a_pasted_text_is_known_again_and_own_words_are_not(post: str, nearly: bool) -> None:
    assert are_nearly_equal(runs_in(SUGGESTION), runs_in(post)) is nearly
    assert are_nearly_equal(runs_in(post), runs_in(SUGGESTION)) is nearly


def test_short_texts_are_compared_whole() -> None:
    assert are_nearly_equal(runs_in("Zo trots!"), runs_in("zo TROTS 💚"))
    assert not are_nearly_equal(runs_in("Zo trots!"), runs_in("Zo blij!"))
    assert not are_nearly_equal(runs_in("💚"), runs_in("💚"))
