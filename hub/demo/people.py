"""The people of the company, their teams, places, roles and accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from advocacy.people.models import Person, Place, Role, RoleGrant, Team
from advocacy.platforms.connector import Code
from advocacy.platforms.models import Account
from advocacy.platforms.rehearsing import give_rehearsal
from hub.demo.calendar import seeded
from hub.demo.company import DOMAIN, PLACES, TEAMS
from hub.demo.employees import EMPLOYEES, Employee

REHEARSAL = "rehearsal"
# When everyone was asked to connect their accounts.
CONNECTED = timedelta(days=120)
# Since when the accounts elsewhere let us in no more. It keeps them out of use: nothing is ever sent there.
BROKEN = timedelta(hours=2)


@dataclass(frozen=True)
class Colleague:
    """An employee as the hub knows them, with their accounts by platform."""

    employee: Employee
    person: Person
    joined_at: datetime
    left_at: datetime | None
    accounts: Mapping[str, Account]

    def works_at(self, moment: datetime) -> bool:
        return self.joined_at <= moment and (self.left_at is None or moment < self.left_at)

    def accounts_elsewhere(self, moment: datetime) -> list[Account]:
        """Return the accounts on other networks that still let us in at that moment."""
        elsewhere = (account for platform, account in self.accounts.items() if platform != REHEARSAL)
        return [account for account in elsewhere if account.broken_at and moment < account.broken_at]


Cast = Mapping[str, Colleague]


def make_people(password: str, *, now: datetime) -> Cast:
    """Make everyone, all with the same password, and return them by name."""
    # One hash for all: the hasher is slow on purpose.
    hashed = make_password(password)
    teams = {name: Team.objects.create(name=name) for name in TEAMS}
    places = {name: Place.objects.create(name=name) for name in PLACES}
    cast = {}
    for employee in EMPLOYEES:
        person = Person.objects.create(
            email=employee.email,
            name=employee.name,
            password=hashed,
            language=employee.language,
            time_zone=employee.time_zone,
            place=places[employee.place],
        )
        person.teams.add(teams[employee.team])
        cast[employee.name] = _settle_in(employee, person, teams[employee.team], now=now)
    return cast


def _settle_in(employee: Employee, person: Person, team: Team, *, now: datetime) -> Colleague:
    joined_at = now - timedelta(days=employee.joined)
    # The column takes the moment of the insert by itself.
    Person.objects.filter(pk=person.pk).update(joined_at=joined_at)
    for role in employee.roles:
        _grant(person, role, team)
    connected_at = max(joined_at, now - CONNECTED)
    accounts = {REHEARSAL: give_rehearsal(person, now=connected_at)}
    for platform in employee.elsewhere:
        accounts[platform] = _account_elsewhere(employee, person, platform, at=connected_at, now=now)
    left_at = None if employee.left is None else now - timedelta(days=employee.left)
    return Colleague(employee, person, joined_at, left_at, accounts)


def _grant(person: Person, role: str, team: Team) -> None:
    if role == "team manager":
        RoleGrant.objects.create(person=person, role=Role.MANAGER, team=team)
    else:
        RoleGrant.objects.create(person=person, role=role)


def _account_elsewhere(
    employee: Employee, person: Person, platform: str, *, at: datetime, now: datetime
) -> Account:
    """Make an account on another network as history only: no token, no such host, and marked broken."""
    broken_at = now - (BROKEN if employee.broken is None else timedelta(days=employee.broken))
    chance = seeded(f"account of {employee.name}")
    is_bluesky = platform == "bluesky"
    remote_id = f"did:plc:{chance.getrandbits(120):024x}"[:32] if is_bluesky else str(chance.getrandbits(57))
    return Account.objects.create(
        person=person,
        platform=platform,
        host=f"{'pds' if is_bluesky else 'social'}.{DOMAIN}",
        remote_id=remote_id,
        handle=f"{employee.handle}.{DOMAIN}" if is_bluesky else f"{employee.handle}@social.{DOMAIN}",
        display_name=employee.name,
        connected_at=at,
        tokens_at=at,
        broken_at=broken_at,
        broken_reason=Code.EXPIRED,
    )
