"""How long the coach takes over 3,000 characters, ordinary and hostile: at most 50 ms each.

    python -m tests.bench.coach

The situation has what makes work: suggestions of the same length, lists of 1,000 customers and 100
competitors, a story in words. Hostile texts are those that make a careless pattern slow. Each is timed a
number of times on one processor, and the middle one counts. Seconds are those of the processor.
"""

import os
import sys
from dataclasses import replace
from statistics import median
from time import process_time

import django

from tests.conduct.corpus import NOW, ZOMERWAARD, written_examples

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

# ruff: noqa: E402 - the coach speaks through Django's translations, which are set up above
from advocacy.conduct.coaching.situations import About, Situation
from advocacy.conduct.coaching.speaking import remarks_on

CHARS = 3000
ROUNDS = 11
MOST = 50  # milliseconds


def main() -> int:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    slow = [name for name, text in texts().items() if not _is_quick(name, text)]
    print(f"{'Too slow: ' + ', '.join(slow) if slow else 'All within'} {MOST} ms for {CHARS} characters.")
    return 1 if slow else 0


def texts() -> dict[str, str]:
    """Return texts of 3,000 characters, by name."""
    written = written_examples()
    pieces = {
        "ordinary posts": " ".join(one.text for one in written if one.check == "ordinary"),
        "everything wrong": "\n".join(one.text for one in written if one.should_speak),
        "one word": "a",
        "spaces": " ",
        "line ends": "\n",
        "digits": "1",
        "digits apart": "1 2 ",
        "numbers": "204460931 111222334 06 1234567 ",
        "almost accounts": "NL91 ABNA 0417 1643 01 ",
        "almost mails": "a.b.c@d.e.f.",
        "almost addresses": "http://a@",
        "tags": "#a",
        "postcodes": "1234 AB ",
        "amounts": "omzet 1.2.3.4,5 ",
        "marks": "!?",
        "capitals": "AB CD ",
        "password": "wachtwoord: ",
        "backslashes": "\\\\a",
        "hyphens": "a-",
        "sentences": "ik bij Zomerwaard. ",
        "combining marks": "a\u0301",
    }
    return {name: (piece * (CHARS // len(piece) + 1))[:CHARS] for name, piece in pieces.items()}


def _is_quick(name: str, text: str) -> bool:
    house = replace(
        ZOMERWAARD,
        clients=tuple(f"Klant {number} BV" for number in range(1000)),
        competitors=tuple(f"Rivaal{number}" for number in range(100)),
    )
    situation = Situation(
        now=NOW,
        language="nl",
        platform="linkedin",
        house=house,
        about=About.WORK,
        suggestions=(text[::-1], text),
        published_text=text,
    )
    spent = median(_milliseconds(text, situation) for _round in range(ROUNDS))
    print(f"{name:18} {spent:7.1f} ms")
    return spent <= MOST


def _milliseconds(text: str, situation: Situation) -> float:
    start = process_time()
    remarks_on(text, situation)
    return 1000 * (process_time() - start)


if __name__ == "__main__":
    sys.exit(main())
