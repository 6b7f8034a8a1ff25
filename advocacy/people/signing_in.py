"""How allauth is bent to the hub: nobody signs up unasked, names are names, and addresses are not kept."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person

logger = logging.getLogger(__name__)


class HubAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together. Try again, or choose a new password."
        ),
        "too_many_login_attempts": _(
            "That was tried too often. Wait five minutes, or choose a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        # Accounts come from the administrator.
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return a keyed hash of the address: it counts attempts, and no address stands in the cache."""
        address = truncate_ip(super().get_client_ip(request))
        return salted_hmac("rate limits", address, algorithm="sha256").hexdigest()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it, or note that it could not be: what was asked for is done, and everyone gets one answer."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            person = context.get("user")
            key = person.pk if isinstance(person, Person) else None
            logger.error(
                "mail %s to person %s could not be sent: %s", template_prefix, key, type(error).__name__
            )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        # The hub keeps the one address that the administrator gave, and tells nobody's IP address.
        self.send_mail(template_prefix, user.email, {"user": user})

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        person = context.get("user")
        language = person.language if isinstance(person, Person) else translation.get_language()
        words = {**context, "company_name": settings.COMPANY_NAME, "hub_url": settings.HUB_URL}
        with translation.override(language):
            mail: EmailMessage = super().render_mail(template_prefix, email, words, headers)
        return mail


def display_name(person: Person) -> str:
    return person.name
