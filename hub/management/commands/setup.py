"""Bring a checkout to where the hub can start; safe to run at any time, and after a run that was cut off."""

from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from advocacy.conduct.starting import load_starter_code
from advocacy.people.models import Person
from advocacy.platforms.rehearsing import give_rehearsal_to_everyone
from hub.collecting import collect_static_files
from hub.demo.loading import make_company
from hub.demo.welcoming import password_of_demo


class Command(BaseCommand):
    help = (
        "Bring the database and the static files up to date. A database without people gets the demo "
        "company; who signs in there, and how, is written to demo-people.json in VAR_DIR."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave a database without people empty")

    def handle(self, *, no_demo: bool, **_options: object) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        collect_static_files()
        if not no_demo and not Person.objects.exists():
            self.stdout.write("Loading the demo company.")
            # First the password, then the people: cut off in between, the next run finds it and goes on.
            make_company(password_of_demo(), now=timezone.now())
        # A company of its own finds the starter code on its administrator's desk.
        load_starter_code(now=timezone.now())
        give_rehearsal_to_everyone(now=timezone.now())
        if not Person.objects.exists():
            self.stdout.write("Ready. Make the first administrator: manage.py createsuperuser")
