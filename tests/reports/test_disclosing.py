"""The rules by which a figure is a group's and not a person's, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from advocacy.reports.disclosing import (
    Amounts,
    is_safe,
    together,
    withheld,
    withheld_cells,
    withheld_stretches,
)
from advocacy.reports.windows import MONTH, MONTH_BEFORE, QUARTER, QUARTER_BEFORE


def people(*amounts: int, first: int = 1) -> dict[int, int]:
    """Return what each of some people brought, numbered from `first`."""
    return {first + number: amount for number, amount in enumerate(amounts)}


@pytest.mark.parametrize(
    ("amounts", "shown"),
    [
        (people(), False),
        (people(9, 9, 9, 9), False),
        (people(9, 9, 9, 9, 9), True),
        # Who took part and brought nothing counts as a person.
        (people(9, 9, 9, 0, 0), True),
        # One of six brought 40 of 45.
        (people(40, 2, 1, 1, 1, 0), False),
        # Exactly half is not more than half.
        (people(10, 4, 3, 2, 1), True),
        (people(11, 4, 3, 2, 1), False),
        # Under five it is only said to be under five.
        (people(4, 0, 0, 0, 0), True),
        (people(5, 0, 0, 0, 0), False),
    ],
)
def test_a_sum_is_shown_with_five_people_and_nobody_for_more_than_half(amounts: Amounts, shown: bool) -> None:
    assert is_safe(amounts) is shown


def test_one_hidden_team_takes_the_next_smallest_along() -> None:
    """Else everyone's total less the others would be its figure."""
    teams = {
        "Tech": people(*[1] * 9, first=10),
        "Sales": people(*[1] * 4, first=20),
        "Ops": people(*[1] * 11, first=30),
    }

    assert withheld(teams) == {"Sales", "Tech"}


def test_two_hidden_teams_that_together_are_a_group_hide_each_other() -> None:
    teams = {
        "Tech": people(*[1] * 9, first=10),
        "Sales": people(*[1] * 4, first=20),
        "Law": people(*[1] * 2, first=30),
    }

    assert withheld(teams) == {"Sales", "Law"}


def test_two_hidden_teams_that_are_still_too_few_take_a_third_along() -> None:
    teams = {
        "Tech": people(*[1] * 9, first=10),
        "Sales": people(*[1] * 2, first=20),
        "Law": people(*[1] * 2, first=30),
        "Ops": people(*[1] * 20, first=40),
    }

    assert withheld(teams) == {"Sales", "Law", "Tech"}


def test_a_team_of_which_nobody_shared_looks_like_one_of_which_few_did() -> None:
    teams = {"Tech": people(*[1] * 9), "Ops": people(*[1] * 11, first=20), "Quiet": people()}

    assert withheld(teams) == {"Quiet", "Tech"}


def test_a_star_hidden_behind_a_group_in_which_it_still_stands_out_hides_more() -> None:
    teams = {
        "Star": people(90, 1, 1, 1, 1, first=10),
        "Small": people(*[2] * 6, first=20),
        "Large": people(*[20] * 6, first=30),
    }

    assert withheld(teams) == {"Star", "Small", "Large"}


def test_nothing_is_hidden_without_need() -> None:
    assert withheld({"Tech": people(*[1] * 9), "Ops": people(*[1] * 5, first=20)}) == set()


AMOUNTS = some.dictionaries(some.integers(1, 12), some.integers(0, 30), max_size=9)


@given(some.dictionaries(some.sampled_from("abcdefg"), AMOUNTS, max_size=6))
def test_whatever_is_left_of_a_known_sum_is_itself_a_group(parts: dict[str, dict[int, int]]) -> None:
    hidden = withheld(parts)

    assert all(is_safe(parts[part]) for part in parts.keys() - hidden)
    rest = together(parts[part] for part in hidden)
    # Or nothing at all is shown, and there is nothing to subtract.
    assert not hidden or is_safe(rest) or hidden == parts.keys()


def weeks(*numbers: int) -> list[Amounts]:
    """Return thirteen weeks, newest first, in which so many people shared once each, the others nobody."""
    return [people(*[1] * number) for number in (*numbers, *[0] * (13 - len(numbers)))]


def week(ago: int) -> range:
    return range(ago, ago + 1)


def test_a_busy_company_hides_nothing() -> None:
    assert withheld_stretches(weeks(*[8] * 13), people(*[1] * 8)) == set()


def test_a_company_of_four_hides_everything() -> None:
    hidden = withheld_stretches(weeks(*[4] * 13), people(*[1] * 4))

    assert {QUARTER, MONTH, MONTH_BEFORE, QUARTER_BEFORE, *map(week, range(13))} <= hidden


def test_a_quiet_week_in_a_month_that_is_shown_takes_another_along() -> None:
    hidden = withheld_stretches(weeks(8, 2, 6, 9, *[8] * 9), people())

    assert {week(1), week(2)} == hidden & set(map(week, range(13)))
    assert MONTH not in hidden


def test_a_week_without_anybody_is_no_secret() -> None:
    hidden = withheld_stretches(weeks(8, 0, 6, 9, *[8] * 9), people())

    assert not hidden & set(map(week, range(13)))


def test_a_month_before_that_is_too_small_is_not_what_the_quarter_leaves_either() -> None:
    """The quarter less this month less its last five weeks would be the month before."""
    hidden = withheld_stretches(weeks(8, 8, 8, 8, 1, 0, 0, 0, 8, 8, 8, 8, 8), people(*[1] * 8))

    assert MONTH_BEFORE in hidden
    assert week(4) in hidden
    in_the_rest = hidden & set(map(week, range(8, 13)))
    assert in_the_rest, "one of them hides the small month"
    assert not {QUARTER, MONTH} & hidden


@given(some.lists(AMOUNTS, min_size=13, max_size=13), AMOUNTS)
def test_no_two_periods_leave_a_few_people_between_them(
    company: list[dict[int, int]], before: dict[int, int]
) -> None:
    """What a longer period has beyond shorter ones that are shown in it is a group, or nothing is shown."""
    hidden = withheld_stretches(company, before)

    for long, shorts in [
        (QUARTER, [MONTH]), (QUARTER, [MONTH, MONTH_BEFORE]), (MONTH, [week(0)]), (MONTH, [week(0), week(1)]),
        (QUARTER, [week(0)]), (QUARTER, [MONTH, *map(week, range(4, 13))]),
        (MONTH, [week(ago) for ago in range(4) if week(ago) not in hidden]),
    ]:  # fmt: skip
        if long in hidden or any(short in hidden for short in shorts):
            continue
        taken = {ago for short in shorts for ago in short}
        rest = together(company[ago] for ago in long if ago not in taken)
        assert not rest or is_safe(rest)


def test_a_table_hides_no_single_cell_of_a_known_row_or_column() -> None:
    few, many = people(1, 1), people(*[1] * 6)
    cells = {
        ("Mon", "Bluesky"): few, ("Mon", "Mastodon"): many, ("Mon", "LinkedIn"): people(*[2] * 7),
        ("Tue", "Bluesky"): many, ("Tue", "Mastodon"): people(*[3] * 7), ("Tue", "LinkedIn"): many,
        ("Wed", "Bluesky"): people(*[4] * 9), ("Wed", "Mastodon"): many, ("Wed", "LinkedIn"): many,
    }  # fmt: skip

    hidden = withheld_cells(
        cells, known_rows=["Mon", "Tue", "Wed"], known_columns=["Bluesky", "Mastodon", "LinkedIn"]
    )

    assert ("Mon", "Bluesky") in hidden
    for line in (0, 1):
        for name in {cell[line] for cell in hidden}:
            assert len({cell for cell in hidden if cell[line] == name}) > 1
