"""Print how well the coach does on its examples, by remark and in total: `make coach-report`."""

import os
import sys

import django

LEAST = 0.9

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

# ruff: noqa: E402 - the coach speaks through Django's translations, which are set up above
from advocacy.conduct.coaching.remarks import CHECKS
from tests.conduct.corpus import Tally, held_out_examples, tally, total, written_examples


def main() -> int:
    written, held_out = tally(written_examples()), tally(held_out_examples())
    print("Of the examples that ask for a remark, how many got it; of the quiet ones, how many got it too.")
    print(f"{'':4} {'asked':>6} {'found':>6} {'quiet':>6} {'wrong':>6}   {'held out':>19}   {'level':8} says")
    for check in sorted(CHECKS, key=lambda one: one.id):
        level = f"{check.level.name.lower()}{'*' if check.legal_duty else ''}"
        rows = f"{_row(written[check.id], width=6)}   {_row(held_out[check.id], width=4)}"
        print(f"{check.id:4} {rows}   {level:8} {check.says}")
    print("* rests on a legal duty, and may stop a send.")
    seen, unseen = total(written), total(held_out)
    print(f"In total {_row(seen, width=6)}; held out {_row(unseen, width=4)}:")
    print(f"precision {unseen.precision:.3f} and recall {unseen.recall:.3f}, of which the lower one counts.")
    least = min(unseen.precision, unseen.recall)
    print(f"precision={seen.precision:.3f} recall={seen.recall:.3f} held_out={least:.3f}")
    return 0 if min(seen.precision, seen.recall, least) >= LEAST else 1


def _row(counts: Tally, *, width: int) -> str:
    return " ".join(f"{count:>{width}}" for count in (counts.asked, counts.found, counts.quiet, counts.wrong))


if __name__ == "__main__":
    sys.exit(main())
