"""Errands at many platforms for many accounts, on threads of our own: a slow host holds up nobody else.

As many bells would fill every thread of the worker when a host stalls, and keep it from sending.
"""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.db import connection

from advocacy.platforms.models import AccountQuerySet

logger = logging.getLogger(__name__)

Errand = Callable[[int], None]
# A platform and one of its servers.
Host = tuple[str, str]
# At the same time, and of these at one host.
ABREAST, AT_ONE_HOST = 8, 4


def go_round(errand: Errand, waiting: Callable[[], AccountQuerySet]) -> None:
    """Do the errand once for each account that waits, also for those that begin to wait meanwhile.

    `waiting` is asked anew whenever there is room. The errand gets the id of an account.
    """
    seen: set[int] = set()
    on_their_way: dict[Future[None], Host] = {}
    with ThreadPoolExecutor(ABREAST, thread_name_prefix="errand") as pool:
        while True:
            busy = Counter(on_their_way.values())
            unseen = waiting().exclude(pk__in=seen).a_few_of_each_host(AT_ONE_HOST)
            for account_id, *host in unseen[: ABREAST * AT_ONE_HOST]:
                at = (host[0], host[1])
                if len(on_their_way) < ABREAST and busy[at] < AT_ONE_HOST:
                    busy[at] += 1
                    seen.add(account_id)
                    on_their_way[pool.submit(_alone, errand, account_id)] = at
            if not on_their_way:
                return
            back, _others = wait(on_their_way, return_when=FIRST_COMPLETED)
            for one in back:
                del on_their_way[one]


def _alone(errand: Errand, account_id: int) -> None:
    try:
        errand(account_id)
    except Exception:
        # The others have errands of their own; this one is begun again by the next bell.
        logger.exception("an errand for account %s broke", account_id)
    finally:
        connection.close()
