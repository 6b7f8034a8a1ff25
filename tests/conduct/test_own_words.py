"""How much of a post is one's own: the worked examples, and what may not change the figure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advocacy.conduct.own_words import Band, own_words

SUGGESTION = (
    "Vandaag openen we ons nieuwe distributiecentrum in Utrecht. Met 4.000 zonnepanelen wekken we meer "
    "stroom op dan we verbruiken. Lees hier het hele verhaal."
)
FIRST_SENTENCE = "Vandaag openen we ons nieuwe distributiecentrum in Utrecht."
OWN_SENTENCE = "Gisteren liep ik hier nog met mijn dochter over een kaal en modderig bouwterrein."
REWRITTEN = (
    "Drie winters lang stond mijn team hier met natte voeten te meten. Toen niemand erin geloofde, tekende "
    "Fatima een dak vol glas. Nu wekken we meer stroom op, en zij glimlacht. Zo'n collega gun ik iedereen."
)
SWAPPED = (
    "Vandaag openden we ons nieuwe distributiecentrum te Utrecht. Met 4.000 zonnepanelen maken we meer "
    "stroom dan wij gebruiken. Lees hier het hele verhaal."
)


@pytest.mark.parametrize(
    ("post", "share", "own", "score", "band"),
    [
        (f"{SUGGESTION} https://hub.example/s/abc #duurzaam", 0.00, 0, 0, Band.TAKEN),
        (FIRST_SENTENCE, 0.00, 0, 0, Band.TAKEN),
        (f"{OWN_SENTENCE} {SUGGESTION}", 0.36, 14, 34, Band.EDITED),
        (REWRITTEN, 0.86, 31, 86, Band.OWN),
        ("Supertrots op mijn collega's!", 1.00, 4, 27, Band.EDITED),
        (SWAPPED, 0.29, 7, 14, Band.TAKEN),
    ],
    ids=["unchanged", "shortened", "sentence in front", "rewritten", "short", "synonyms"],
)
def test_the_worked_examples(post: str, share: float, own: int, score: int, band: Band) -> None:
    measured = own_words(post, [SUGGESTION])

    assert round(measured.share, 2) == share
    assert (measured.own, measured.score, measured.band) == (own, score, band)


def test_every_suggestion_counts_and_a_run_of_two_does_not() -> None:
    assert own_words("een twee drie vier vijf", ["een twee drie", "drie vier vijf"]).own == 0
    assert own_words("een twee zes vier vijf", ["een twee drie vier vijf"]).own == 5


def test_a_line_that_the_hub_offered_is_nobodys_own() -> None:
    line = "Ik werk bij Zomerwaard."

    assert own_words(f"{line} Mooie dag gehad", [SUGGESTION], offered=[line]).words == 3


def test_a_post_without_words_has_none_of_its_own() -> None:
    assert own_words("🎉 #trots", [SUGGESTION]).share == 0.0
    assert own_words("", []).score == 0


@settings(deadline=None)
@given(post=st.text(max_size=300), suggestion=st.text(max_size=300))
def test_shares_and_scores_stay_within_their_range(post: str, suggestion: str) -> None:
    measured = own_words(post, [suggestion])

    assert 0 <= measured.own <= measured.words
    assert 0.0 <= measured.share <= 1.0
    assert 0 <= measured.score <= 100


@settings(deadline=None)
@given(text=st.text(alphabet="abc de", min_size=3, max_size=80))
def test_a_copy_is_never_own_whatever_its_length(text: str) -> None:
    measured = own_words(text, [text])

    assert measured.own == 0 or measured.words < 3
