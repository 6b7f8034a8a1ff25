from celery import shared_task
from django.utils import timezone

from advocacy.platforms import ending, following, reminding, tokens
from advocacy.platforms.models import Account


@shared_task
def renew_tokens() -> None:
    """Ring for each account whose token is near its end: one slow platform holds up nobody else."""
    for account_id in Account.objects.due_for_renewal(timezone.now()).values_list("pk", flat=True):
        renew_token.delay(account_id)


@shared_task
def renew_token(account_id: int) -> None:
    tokens.renew(account_id, now=timezone.now())


@shared_task
def end_permissions() -> None:
    for account_id in Account.objects.permission_to_end().values_list("pk", flat=True):
        end_permission.delay(account_id)


@shared_task
def end_permission(account_id: int) -> None:
    ending.end_permission(account_id, now=timezone.now())


@shared_task
def count_followers() -> None:
    """Ring for each account that was not asked for a while: one slow platform holds up nobody else."""
    for account_id in Account.objects.to_ask_for_followers(timezone.now()).values_list("pk", flat=True):
        count_followers_of.delay(account_id)


@shared_task
def count_followers_of(account_id: int) -> None:
    following.count_followers(account_id, now=timezone.now())


@shared_task
def remind() -> None:
    reminding.remind(now=timezone.now())


@shared_task
def forget_removed_apps() -> None:
    ending.forget_removed_apps(now=timezone.now())
