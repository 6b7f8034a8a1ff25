"""Starts worker processes fast: everything is loaded once, then each is a fork of this one.

Reads `worker` or `beat` per line, answers with the process id. Every child is a whole Celery process.
"""

import logging
import os
import signal
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from hub.celery import app  # noqa: E402
from tests.crash import chore_points, points  # noqa: E402

logger = logging.getLogger(__name__)

COMMANDS = {
    "worker": "worker --pool threads --concurrency 2 --loglevel WARNING --hostname w{pid}@crash "
    "--without-gossip --without-mingle --without-heartbeat",
    "beat": "beat --loglevel WARNING",
}


def main() -> None:
    app.loader.import_default_modules()
    # Children are nobody's to wait for: a dead one is gone from /proc at once.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            live(line.strip())
        print(pid, flush=True)


def live(kind: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # The pipe to the parent is for process ids; what a worker says goes to a file.
    log = os.open(settings.VAR_DIR / "workers.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    points.install()
    chore_points.install()
    try:
        app.start(argv=COMMANDS[kind].format(pid=os.getpid()).split())
    except BaseException:
        logger.exception("a %s broke off", kind)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
