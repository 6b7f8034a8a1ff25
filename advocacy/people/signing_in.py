"""How allauth is bent to the hub: nobody signs up unasked, and names are names."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from advocacy.people.models import Person


class HubAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        # Accounts come from the administrator.
        return False


def display_name(person: Person) -> str:
    return person.name
