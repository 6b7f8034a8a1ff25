"""Ring for the worker with empty tasks, wait until all are done, and print how many it did in a second.

python -m tests.bench.noops 3000
"""

import sys
import time

import django

django.setup()

from hub.celery import app  # noqa: E402
from tests.bench.noops.settings import NOOPS_DONE  # noqa: E402
from tests.bench.noops.tasks import noop  # noqa: E402

GIVES_UP_AFTER = 120  # seconds


def main(count: int) -> None:
    already = done()
    began = time.monotonic()
    with app.producer_or_acquire() as producer:
        for _ in range(count):
            noop.apply_async(producer=producer)
    while done() - already < count:
        if time.monotonic() - began > GIVES_UP_AFTER:
            sys.exit("the worker did not do them")
        time.sleep(0.005)
    print(count / (time.monotonic() - began))


def done() -> int:
    return NOOPS_DONE.stat().st_size if NOOPS_DONE.exists() else 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
