from datetime import datetime
from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.lib.fields import EncryptedTextField, Unreadable
from advocacy.people.models import Person
from advocacy.platforms.connector import (
    Access,
    App,
    Auth,
    Channel,
    Code,
    Connector,
    Disconnected,
    Refreshes,
    StatesLimits,
    channel_called,
    channels,
)


class SwitchedOff(models.Model):
    """A platform that an administrator has switched off. As long as the row is there, it is off."""

    platform = models.SlugField(max_length=30, unique=True)
    switched_at = models.DateTimeField()

    class Meta:
        verbose_name = _("platform that is switched off")
        verbose_name_plural = _("platforms that are switched off")

    def __str__(self) -> str:
        return self.platform


class AppRegistrationQuerySet(models.QuerySet["AppRegistration"]):
    def in_use(self) -> "AppRegistrationQuerySet":
        return self.filter(removed_at=None)


class AppRegistration(models.Model):
    """The hub's own registration at one server of a platform."""

    platform = models.SlugField(max_length=30)
    host = models.CharField(max_length=255)
    client_id = models.CharField(max_length=1000)
    client_secret = EncryptedTextField(blank=True)
    redirect_uri = models.URLField(max_length=500)
    registered_at = models.DateTimeField()
    # When the platform last let the hub in, of what an administrator set up.
    tested_at = models.DateTimeField(null=True, blank=True)
    # Set while only an administrator can mend it; nothing is sent by it meanwhile.
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_reason = models.CharField(max_length=60, blank=True)
    # Out of use, and kept only to end permissions with.
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AppRegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration at a server")
        verbose_name_plural = _("registrations at servers")
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "host", "redirect_uri"], name="one_registration_per_server"
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.host}"

    @property
    def is_of_this_address(self) -> bool:
        """Whether the hub still lives where this server knows it."""
        return self.redirect_uri.startswith(f"{settings.HUB_URL}/")

    def app(self) -> App:
        """Return what to call with; a secret in the environment stands before the one that is kept."""
        kind = channels().get(self.platform)
        secret = (kind.secret_in_environment() if kind else "") or self.client_secret
        return App(host=self.host, client_id=self.client_id, client_secret=secret)


class AccountQuerySet(models.QuerySet["Account"]):
    def connected(self) -> "AccountQuerySet":
        """Not taken away by the owner; it may be broken."""
        return self.filter(disconnected_at=None)

    def of_known_platforms(self) -> "AccountQuerySet":
        """Without those of a platform whose file was taken out of the hub."""
        return self.filter(platform__in=list(channels()))

    def working(self) -> "AccountQuerySet":
        return self.connected().of_known_platforms().filter(broken_at=None)

    def switched_on(self) -> "AccountQuerySet":
        return self.exclude(platform__in=SwitchedOff.objects.values("platform"))

    def switched_off(self) -> "AccountQuerySet":
        """Of platforms that an administrator has switched off."""
        return self.filter(platform__in=SwitchedOff.objects.values("platform"))

    def out_of_use(self) -> "AccountQuerySet":
        """Neither working nor to be used before its owner connects again."""
        is_removed = ~Q(platform__in=list(channels()))
        return self.filter(is_removed | Q(disconnected_at__isnull=False) | Q(broken_at__isnull=False))

    def let_in(self, now: datetime) -> "AccountQuerySet":
        """Working, with a token that is good at the moment."""
        return self.working().filter(Q(fresh_until=None) | Q(fresh_until__gt=now))

    def of(self, person: Person) -> "AccountQuerySet":
        """What the person has connected. Where they post by hand there is nothing to connect."""
        return self.connected().filter(person=person, by_hand=False).order_by("connected_at", "pk")

    def due_for_renewal(self, now: datetime) -> "AccountQuerySet":
        """Working, with a token near its end or halfway, and nobody renewing it at this moment."""
        return self.working().filter(
            Q(renew_after=None) | Q(renew_after__lte=now),
            Q(renewing_until=None) | Q(renewing_until__lte=now),
            Q(fresh_until__lte=now) | Q(renew_from__lte=now),
        )

    def to_ask_for_followers(self, now: datetime) -> "AccountQuerySet":
        """Working, let in at the moment, and not asked for a while."""
        return self.let_in(now).filter(Q(ask_followers_at=None) | Q(ask_followers_at__lte=now), by_hand=False)

    def to_read_limits_for(self, now: datetime) -> "AccountQuerySet":
        """Let in at the moment, on a server that states limits of its own and was not asked for a while."""
        slugs = [slug for slug, kind in channels().items() if issubclass(kind, StatesLimits)]
        due = self.let_in(now).filter(Q(read_limits_at=None) | Q(read_limits_at__lte=now))
        return due.filter(platform__in=slugs, by_hand=False)

    def sharing_a_permission_with(self, account: "Account") -> "AccountQuerySet":
        """Their owner's other accounts at this registration, where one permission is for all."""
        others = self.connected().filter(person=account.person_id, registration=account.registration_id)
        return others.exclude(pk=account.pk)

    def a_few_of_each_host(self, few: int) -> QuerySet["Account", tuple[int, str, str]]:
        """Return id, platform and host of at most so many at each: no host stands before the others."""
        number = Window(RowNumber(), partition_by=[F("platform"), F("host")], order_by=F("pk").asc())
        numbered = self.annotate(number=number).filter(number__lte=few).order_by("number", "pk")
        return numbered.values_list("pk", "platform", "host")

    def kept(self) -> "AccountQuerySet":
        """Without what only holds the tokens of an earlier sign-in until they are ended."""
        return self.filter(replaced=False)

    def permission_to_end(self) -> "AccountQuerySet":
        """Disconnected, while the permission at the platform may still stand."""
        return self.filter(disconnected_at__isnull=False, end_permission_by__isnull=False)


class Account(models.Model):
    """A person's own account on a platform: connected to the hub, or one they post to by hand.

    Of one by hand the hub knows the platform and the person, and nothing else.
    """

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.CASCADE, related_name="accounts"
    )
    platform = models.SlugField(_("platform"), max_length=30)
    host = models.CharField(max_length=255)
    remote_id = models.CharField(max_length=255)
    handle = models.CharField(max_length=255, blank=True)
    by_hand = models.BooleanField(default=False)
    display_name = models.CharField(max_length=255, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    token = EncryptedTextField(blank=True)
    refresh_token = EncryptedTextField(blank=True)
    # The private key that the tokens are bound to, on platforms that do so.
    proof_key = EncryptedTextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # What the connector needs besides; never secrets.
    data = models.JSONField(default=dict, blank=True)
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True, blank=True)
    # Set when the platform no longer lets us in; shares wait until the owner has connected again.
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_reason = models.CharField(max_length=60, blank=True)
    # When the token now kept was given to us.
    tokens_at = models.DateTimeField(null=True, blank=True)
    # Until when the token may be used without renewing it; None: it does not end.
    fresh_until = models.DateTimeField(null=True, blank=True)
    # From when on to get the next token while this one still serves; None: near its end.
    renew_from = models.DateTimeField(null=True, blank=True)
    # After a failed renewal: not before this moment again, chosen when, and how many failed in a row.
    renew_after = models.DateTimeField(null=True, blank=True)
    put_off_at = models.DateTimeField(null=True, blank=True)
    renew_failures = models.PositiveSmallIntegerField(default=0)
    # Who is renewing it, and until when nobody else may. No lock is held while the platform is asked.
    renewal = models.UUIDField(null=True, blank=True)
    renewing_until = models.DateTimeField(null=True, blank=True)
    # How many follow it, as the platform last said; None is "not measurable". When it said so, and when it is
    # asked again.
    followers = models.PositiveIntegerField(null=True, blank=True)
    followers_at = models.DateTimeField(null=True, blank=True)
    ask_followers_at = models.DateTimeField(null=True, blank=True)
    # When its server is asked next what fits there.
    read_limits_at = models.DateTimeField(null=True, blank=True)
    # Disconnected, and until when to try to end the permission at the platform; the tokens go after that.
    end_permission_by = models.DateTimeField(null=True, blank=True)
    # Of an earlier sign-in: a copy, disconnected from the start, that goes with its tokens.
    replaced = models.BooleanField(default=False)
    registration = models.ForeignKey(
        AppRegistration, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            # An account belongs to one person at a time.
            models.UniqueConstraint(
                fields=["platform", "host", "remote_id"],
                condition=Q(disconnected_at=None),
                name="one_owner_per_account",
            ),
            models.CheckConstraint(
                condition=Q(renewal=None, renewing_until=None)
                | Q(renewal__isnull=False, renewing_until__isnull=False),
                name="renewal_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["fresh_until"], condition=Q(fresh_until__isnull=False), name="account_to_renew"
            ),
        ]

    def __str__(self) -> str:
        if self.by_hand:
            return gettext("%(platform)s, by hand") % {"platform": self.channel.label}
        return f"{self.channel.label} {self.handle}"

    @property
    def key(self) -> str:
        """The name that it has in forms and drafts, where one by hand may not be kept yet."""
        return f"{self.platform}-by-hand" if self.by_hand else str(self.pk)

    @property
    def channel(self) -> Channel:
        return channel_called(self.platform)

    @property
    def connector(self) -> Connector:
        """The platform as something that the hub posts to, which it does to connected accounts only."""
        return cast(Connector, self.channel)

    @property
    def renews(self) -> bool:
        """Whether the hub itself can get a new token when this one ends."""
        return isinstance(self.channel, Refreshes) and bool(self.refresh_token)

    @property
    def auth(self) -> Auth:
        """How its owner signed in."""
        channel = self.channel
        return channel.auth if self.proof_key or channel.other_auth is None else channel.other_auth

    def forget_tokens(self) -> None:
        self.token = self.refresh_token = self.proof_key = ""
        self.expires_at = self.fresh_until = self.end_permission_by = None

    def is_fresh(self, now: datetime) -> bool:
        return self.fresh_until is None or now < self.fresh_until

    @property
    def has_lost_its_key(self) -> bool:
        """Whether what it needs to get in is there and can no longer be read."""
        return any(isinstance(one, Unreadable) for one in (self.token, self.refresh_token, self.proof_key))

    def access(self) -> Access:
        """Return what its connector gets in with. :raises Disconnected: its tokens cannot be read any more"""
        if self.has_lost_its_key:
            raise Disconnected(Code.KEY_LOST)
        return Access(
            host=self.host,
            remote_id=self.remote_id,
            token=self.token,
            refresh_token=self.refresh_token,
            expires_at=self.expires_at,
            data=self.data,
            key=self.proof_key,
        )


class SignInUnderWay(models.Model):
    """Someone was sent to a platform to sign in there, and is expected back once."""

    # SHA-256, in hex, of the state that travels along and of the browser's session.
    state_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    registration = models.ForeignKey(AppRegistration, on_delete=models.CASCADE, related_name="+")
    code_verifier = EncryptedTextField()
    # What the platform's own flow needs again when they come back.
    kept = EncryptedTextField(blank=True)
    begun_at = models.DateTimeField(db_index=True)


class Pace(models.Model):
    """How much of a platform's rate is used up, kept as the moment at which all of it is free again.

    Once with those who were given a turn and once with only those who went. All workers share it; `pacing`
    tells how it is used.
    """

    # Platform, kind of rate and whose it is: "mastodon host 10800 mastodon.example".
    scope = models.CharField(max_length=400, unique=True)
    free_at = models.DateTimeField()
    rested_at = models.DateTimeField()
    # When a worker last wrote this. Later than now: the clock has been set back since.
    written_at = models.DateTimeField()
