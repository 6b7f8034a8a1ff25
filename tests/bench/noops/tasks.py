from celery import shared_task

from tests.bench.noops.settings import NOOPS_DONE


@shared_task
def noop() -> None:
    with NOOPS_DONE.open("ab", buffering=0) as done:
        done.write(b".")
