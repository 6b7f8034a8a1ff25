"""Letting an account go: out of use at once, and then ended at the platform as well."""

from datetime import datetime, timedelta

from django.db import transaction

from advocacy.lib.bells import ring
from advocacy.people.models import Person
from advocacy.platforms import tasks
from advocacy.platforms.connector import Revokes
from advocacy.platforms.models import Account
from advocacy.platforms.signals import account_disconnected

# How long to try. The tokens are kept for this, encrypted and for nothing else.
END_WITHIN = timedelta(hours=1)


@transaction.atomic
def disconnect(account: Account, *, now: datetime) -> None:
    """Stop using the account at once, and ring for the end of the permission. Twice is the same as once."""
    mine = Account.objects.connected().select_for_update(of=("self",)).filter(pk=account.pk).first()
    if mine is None:
        return
    mine.disconnected_at = now
    mine.renewal = mine.renewing_until = None
    if isinstance(mine.channel, Revokes) and mine.token:
        mine.end_permission_by = now + END_WITHIN
    else:
        mine.forget_tokens()
    mine.save()
    account_disconnected.send(sender=Account, account=mine, now=now)
    ring(tasks.end_permission, mine.pk)


def end_what_is_replaced(account: Account, *, now: datetime) -> None:
    """Set the tokens apart that the account has now, and ring for their end; the next ones are on their way.

    Only where they are good beside the next ones. To be called in the transaction that replaces them.
    """
    channel = account.channel
    if not (account.token and isinstance(channel, Revokes) and channel.keeps_earlier_sign_ins):
        return
    earlier = Account.objects.create(
        person=account.person,
        platform=account.platform,
        host=account.host,
        remote_id=account.remote_id,
        token=account.token,
        refresh_token=account.refresh_token,
        proof_key=account.proof_key,
        data=account.data,
        registration=account.registration,
        connected_at=account.connected_at,
        disconnected_at=now,
        end_permission_by=now + END_WITHIN,
        replaced=True,
    )
    ring(tasks.end_permission, earlier.pk)


@transaction.atomic
def disconnect_all_of(person: Person, *, now: datetime) -> None:
    """Let go of everything that someone who leaves had connected."""
    for account in Account.objects.of(person):
        disconnect(account, now=now)
