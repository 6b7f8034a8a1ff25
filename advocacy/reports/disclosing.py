"""Which figures may be shown without saying something about one person.

A figure is a sum of what several people brought. It is shown when at least five people stand behind it and
none of them brought more than half. Who knows a sum and all its parts but one knows that one too: so what is
left when the shown parts are taken from the sum must itself be such a figure, and as many more parts are
withheld, smallest first, as that takes.

Not guarded against: what colleagues know of each other besides, one of five subtracting their own part, and
who writes down today's figures to subtract them from tomorrow's.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from advocacy.reports.windows import MONTH, MONTH_BEFORE, QUARTER, QUARTER_BEFORE, REST

MIN_PEOPLE = 5
# A sum below this is shown as "fewer than 5", which says nothing about anybody's part in it.
MIN_FIGURE = 5

# What each person brought to one figure, by their id. Who took part without bringing any is in it with 0.
Amounts = Mapping[int, int]
Part = TypeVar("Part")
Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)
Cell = TypeVar("Cell", bound=tuple[Hashable, Hashable])


def is_safe(amounts: Amounts) -> bool:
    """Say whether this sum can be shown: five people or more, and nobody for more than half of it."""
    total = sum(amounts.values())
    if len(amounts) < MIN_PEOPLE:
        return False
    return total < MIN_FIGURE or 2 * max(amounts.values()) <= total


def together(parts: Iterable[Amounts]) -> Amounts:
    total: Counter[int] = Counter()
    for amounts in parts:
        # Not `update` of a Counter: who is in it with 0 stays in it.
        for person, amount in amounts.items():
            total[person] += amount
    return total


def withheld(parts: Mapping[Part, Amounts], *, unshown: Collection[Part] = ()) -> set[Part]:
    """Return which parts of a known sum not to show. `unshown` are parts that are not shown anyway."""
    hidden = {part for part, amounts in parts.items() if part in unshown or not is_safe(amounts)}
    shown = sorted((part for part in parts if part not in hidden), key=lambda part: _size(parts[part]))
    while hidden and shown and not is_safe(together(parts[part] for part in hidden)):
        hidden.add(shown.pop(0))
    return hidden


def withheld_stretches(weeks: Sequence[Amounts], before: Amounts) -> set[range]:
    """Return which sums of the company's weeks not to show: single weeks, months and quarters.

    `weeks` are the last thirteen, newest first, and `before` is the sum of the thirteen before them. A week
    in which nobody did anything is no secret.
    """
    hidden = set() if is_safe(before) else {QUARTER_BEFORE}
    single = {range(ago, ago + 1): amounts for ago, amounts in enumerate(weeks)}
    if not is_safe(together(weeks)):
        return hidden | {QUARTER, MONTH, MONTH_BEFORE} | single.keys()
    months = {month: together(weeks[ago] for ago in month) for month in (MONTH, MONTH_BEFORE, REST)}
    hidden_months = withheld({month: some for month, some in months.items() if some}, unshown={REST})
    known = [{month} for month in months.keys() - hidden_months] + [hidden_months]
    for stretch in known:
        weeks_in_it = {ago for month in stretch for ago in month}
        hidden |= withheld({week: some for week, some in single.items() if some and week[0] in weeks_in_it})
    return hidden | (hidden_months - {REST})


def withheld_cells(
    cells: Mapping[tuple[Row, Column], Amounts],
    *,
    known_rows: Collection[Row],
    known_columns: Collection[Column],
    unshown: Collection[tuple[Row, Column]] = (),
) -> set[tuple[Row, Column]]:
    """Return which cells of a table not to show, where the sums of some rows and columns are known.

    `unshown` are cells that are not shown anyway.
    """
    hidden = {cell for cell, amounts in cells.items() if cell in unshown or not is_safe(amounts)}
    rows, columns = _lines(cells, 0), _lines(cells, 1)
    lines = [line for row, line in rows.items() if row in known_rows]
    lines += [line for column, line in columns.items() if column in known_columns]
    while more := {cell for line in lines for cell in _withheld_in_line(line, hidden)} - hidden:
        hidden |= more
    return hidden


def _lines(cells: Mapping[Cell, Amounts], which: Literal[0, 1]) -> dict[Hashable, dict[Cell, Amounts]]:
    lines: defaultdict[Hashable, dict[Cell, Amounts]] = defaultdict(dict)
    for cell, amounts in cells.items():
        lines[cell[which]][cell] = amounts
    return lines


def _withheld_in_line(line: Mapping[Part, Amounts], unshown: Collection[Part]) -> set[Part]:
    """Return what not to show of a row or column: never one cell alone.

    A single one could be worked out, and even if that says nothing about anybody, it was hidden for another.
    """
    hidden = withheld(line, unshown=unshown)
    others = sorted(line.keys() - hidden, key=lambda part: _size(line[part]))
    return hidden | set(others[:1]) if len(hidden) == 1 else hidden


def _size(amounts: Amounts) -> tuple[int, int]:
    return len(amounts), sum(amounts.values())
