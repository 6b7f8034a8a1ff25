from celery import shared_task
from django.utils import timezone

from advocacy.lib.bells import at_most
from advocacy.platforms import ending, following, limiting, reminding, tokens
from advocacy.platforms.going_round import go_round
from advocacy.platforms.models import Account


@shared_task
@at_most(1)
def renew_tokens() -> None:
    tokens.forget_the_future(now=timezone.now())
    go_round(renew_token, lambda: Account.objects.due_for_renewal(timezone.now()))


@shared_task
@at_most(1)
def end_permissions() -> None:
    go_round(end_permission, Account.objects.permission_to_end)


@shared_task
def end_permission(account_id: int) -> None:
    ending.end_permission(account_id, now=timezone.now())


@shared_task
@at_most(1)
def count_followers() -> None:
    go_round(count_followers_of, lambda: Account.objects.to_ask_for_followers(timezone.now()))


@shared_task
@at_most(1)
def read_limits() -> None:
    go_round(read_limits_for, lambda: Account.objects.to_read_limits_for(timezone.now()))


@shared_task
def remind() -> None:
    reminding.remind(now=timezone.now())


@shared_task
def forget_removed_apps() -> None:
    ending.forget_removed_apps(now=timezone.now())


def renew_token(account_id: int) -> None:
    tokens.renew(account_id, now=timezone.now())


def count_followers_of(account_id: int) -> None:
    following.count_followers(account_id, now=timezone.now())


def read_limits_for(account_id: int) -> None:
    limiting.read_limits(account_id, now=timezone.now())
