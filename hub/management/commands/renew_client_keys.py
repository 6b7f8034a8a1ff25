"""New keys for the hub itself, at servers that know it by one (Bluesky)."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from advocacy.platforms.renewing_keys import registrations_with_a_key, renew_key, replace_key


class Command(BaseCommand):
    help = (
        "Give the hub a new key at each server that knows it by one. Older keys stay while permissions rest "
        "on them; run it again later, and those that are no longer used go."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--stolen",
            action="store_true",
            help="the old keys are in wrong hands: they go at once, and people have to connect again",
        )

    def handle(self, *, stolen: bool, **_options: object) -> None:
        known = list(registrations_with_a_key())
        for registration in known:
            if stolen:
                replace_key(registration, now=timezone.now())
            else:
                renew_key(registration)
        self.stdout.write(f"{'replaced' if stolen else 'renewed'}={len(known)}")
