import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.people.signals import person_joined


class Place(models.Model):
    """Where people work: an office, a shop, a city."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(models.QuerySet["Person"]):
    def present(self) -> "PersonQuerySet":
        """People who can sign in: not departed."""
        return self.filter(is_active=True)


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None, *, name: str) -> "Person":
        person = self.model(email=self.normalize_email(email), name=name)
        person.set_password(password)
        person.save(using=self._db)
        return person

    @transaction.atomic
    def create_superuser(self, email: str, password: str | None, *, name: str) -> "Person":
        """Let an administrator in, as `manage.py createsuperuser` does, and tell the apps above."""
        person = self.create_user(email, password, name=name)
        person.is_superuser = True
        person.save(update_fields=["is_superuser"])
        RoleGrant.objects.create(person=person, role=Role.ADMINISTRATOR)
        person_joined.send(sender=Person, person=person, now=timezone.now())
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who works here and signs in. What they may do is in their role grants."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Amsterdam")
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), related_name="people", blank=True)
    place = models.ForeignKey(
        Place,
        verbose_name=_("place"),
        on_delete=models.SET_NULL,
        related_name="people",
        null=True,
        blank=True,
    )
    joined_at = models.DateTimeField(auto_now_add=True)
    is_active = models.BooleanField(_("works here"), default=True)
    # From here runs how long what is left of a person who left may be kept.
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Tells the redirect that a visitor is the sharer, without telling it who that is.
    visitor_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = PersonManager.from_queryset(PersonQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        # allauth looks people up by their address in small letters; with a capital nobody could sign in.
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this person in."""
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def roles(self) -> frozenset[str]:
        """The roles beyond employee, read once per instance."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(self.grants.values_list("role", flat=True))
        return self._roles

    def has_role(self, role: str) -> bool:
        return self.is_active and role in self.roles

    def has_perm(self, perm: str, obj: models.Model | AnonymousUser | None = None) -> bool:
        """Whether Django's admin lets this person do it: administrators everything, others nothing."""
        return self.has_role(Role.ADMINISTRATOR)

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_role(Role.ADMINISTRATOR)


class Role(models.TextChoices):
    """What one may do besides sharing, which everyone may."""

    EDITOR = "editor", _("editor")
    WEBCARE = "webcare", _("webcare")
    MANAGER = "manager", _("manager")
    ADMINISTRATOR = "administrator", _("administrator")


class RoleGrant(models.Model):
    """One role of one person. A manager's grant names a team, or none for the whole company."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "team"], name="one_grant_per_role_and_team"),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(team=None),
                name="one_grant_per_role_without_team",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.MANAGER) | models.Q(team=None), name="only_managers_have_a_team"
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class ForgottenPassword(models.Model):
    """Somebody asked for a link to choose a password, and it has not left yet.

    An address that nobody here has leaves a row too, without a person and without the address, so that the
    request does the same work for both. Rows live for minutes: see resetting.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", null=True)
    asked_at = models.DateTimeField()
    mail_after = models.DateTimeField()


class LookQuerySet(models.QuerySet["Look"]):
    def visible_to(self, person: Person) -> "LookQuerySet":
        """Looks at the person. Whom one has looked at oneself is shown to those people, not here."""
        return self.filter(person=person)


class Look(models.Model):
    """Somebody opened what the hub knows of another person: one line for each day and kind of datum."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    viewer = models.ForeignKey(Person, on_delete=models.SET_NULL, related_name="+", null=True)
    datum = models.SlugField(max_length=30)
    on = models.DateField()
    at = models.DateTimeField()

    objects = LookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "person", "datum", "on"], name="one_look_a_day"),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="look_at_person")]
