"""A counter to kill: `python -m tests.links.counter <now>` gets ready, says so, and waits for a line."""

import os
import sys
from datetime import datetime

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.links.serving")
    django.setup()

    from advocacy.links.counting import count_clicks

    print("ready", flush=True)
    sys.stdin.readline()
    count_clicks(datetime.fromisoformat(sys.argv[1]))
