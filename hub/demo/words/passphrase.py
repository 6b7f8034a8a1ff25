"""The one password of the demo people, made anew at every set-up: words that are easy to read and to type."""

import secrets
from pathlib import Path

LENGTH = 4


def new_passphrase() -> str:
    words = Path(__file__).with_suffix(".txt").read_text().split()
    return "-".join(secrets.choice(words) for _word in range(LENGTH))
