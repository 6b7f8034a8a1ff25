"""What a platform must tell the hub, and how it may fail.

One file in `connectors/` with one `Connector` subclass is a platform. It knows no Django, no Celery and no
model: it gets plain values, speaks HTTP through `advocacy.lib.http` and answers with a `Receipt` or with one
of four failures.
"""

import math
import os
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID


def gettext_noop(text: str) -> str:
    """Mark a label or an explanation for translation; the screen that draws it translates."""
    return text


class Code(StrEnum):
    """Why a platform said no, in words that the hub translates. A connector may add none of its own."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    # The platform is still busy with it: a picture being processed, a post not indexed yet.
    NOT_READY = "not_ready"
    # The token has run out: refresh it. The connection itself is fine.
    EXPIRED = "expired"
    # The permission was taken back or never was: only the owner can mend it.
    REVOKED = "revoked"
    # The hub has the account's tokens, and lost the key that reads them.
    KEY_LOST = "key_lost"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a word, no password
    # The account's own password was typed where an app password is asked.
    MAIN_PASSWORD = "main_password"  # noqa: S105
    SIGN_IN_FAILED = "sign_in_failed"
    # The server does not offer to sign in there, or this hub is not where servers could look it up.
    NO_SIGN_IN = "no_sign_in"
    NO_SUCH_ACCOUNT = "no_such_account"
    # Another account signed in than the one whose handle was typed.
    OTHER_ACCOUNT = "other_account"
    NO_SUCH_SERVER = "no_such_server"
    ADDRESS_BLOCKED = "address_blocked"
    # The server no longer knows the hub's registration: register again.
    APP_UNKNOWN = "app_unknown"
    # What the administrator set up there is not right: an id, a secret, a product that was not asked for.
    APP_WRONG = "app_wrong"
    # The platform has retired the version of its interface that the hub speaks.
    APP_OUTDATED = "app_outdated"
    # The company's credit at the platform is used up.
    NO_CREDIT = "no_credit"
    ACCOUNT_BLOCKED = "account_blocked"
    FORBIDDEN = "forbidden"
    REFUSED = "refused"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    # The same words were posted from this account a short while ago.
    DUPLICATE = "duplicate"
    # More links, hashtags or mentions than the platform takes in one post.
    TOO_MANY = "too_many"
    # The platform takes no post without a picture.
    NEEDS_PICTURE = "needs_picture"
    # The platform could not get the picture from the hub's address.
    PICTURE_NOT_FETCHED = "picture_not_fetched"
    # Another post stands under this post's key.
    KEY_TAKEN = "key_taken"
    # The request left and no answer came, or an answer that says neither yes nor no.
    NO_ANSWER = "no_answer"
    UNCLEAR_ANSWER = "unclear_answer"


# What nobody but an administrator can mend, for everyone on the platform at once.
OF_THE_APP = frozenset({Code.APP_WRONG, Code.APP_OUTDATED, Code.NO_CREDIT})


class Failure(Exception):
    """A platform's no. `code` is one of `Code`, `detail` the platform's own reason.

    `detail` may be shown to the owner of the share; it never holds a secret.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class TryLater(Failure):
    """Nothing was posted; the same draft may be sent again after `wait`."""

    def __init__(self, code: str, detail: str = "", *, wait: timedelta) -> None:
        super().__init__(code, detail)
        self.wait = wait


class Rejected(Failure):
    """The platform looked at the post and will not have it. Sending it again unchanged is useless."""


class Repeated(Rejected):
    """The platform refuses a repeat of a recent post; nothing was posted.

    `remote_id` is that post's where the platform names it. It is no proof that this draft stands: the words
    may be those of another share, or of one that was taken back.
    """

    def __init__(self, detail: str = "", *, remote_id: str = "", url: str = "") -> None:
        super().__init__(Code.DUPLICATE, detail)
        self.remote_id = remote_id
        self.url = url


class Disconnected(Failure):
    """The permission is gone or spent: refresh it, or ask the owner to connect again."""


class OutcomeUnknown(Failure):
    """The request left and no full answer came back. Look before anything is sent again."""


@dataclass(frozen=True)
class Access:
    """The connection to call with. Secrets are left out of `repr`.

    `host` is the server of the account without a scheme, such as `mastodon.example` or `127.0.0.1:2583`.
    `data` holds what this platform needs besides (a client id, an instance's limits); no secrets. `app` is
    the hub's registration there; it comes along only where a token is renewed. `key` is the private key to
    which the tokens are bound, on platforms that do so.
    """

    host: str
    remote_id: str
    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    app: "App | None" = None
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Identity:
    """Whose account it is, as the platform says. `handle` comes without a leading @."""

    remote_id: str
    handle: str
    display_name: str = ""
    url: str = ""
    avatar_url: str = ""


@dataclass(frozen=True)
class Connection:
    """What a finished sign-in at the platform yields; `others` are more accounts that it opened."""

    access: Access
    identity: Identity
    others: "tuple[Connection, ...]" = ()


@dataclass(frozen=True)
class Image:
    """A picture to attach. `alt` describes it for who cannot see it.

    `url` is where the platform may fetch it, for a short time, on platforms that take no bytes.
    """

    content: bytes = field(repr=False)
    media_type: str
    alt: str
    width: int
    height: int
    url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Card:
    """The preview below a link, for platforms where the client makes it."""

    url: str
    title: str
    description: str = ""
    thumbnail: Image | None = None


@dataclass(frozen=True)
class Draft:
    """One post, complete and in the author's words.

    `text` is what the reader sees; where it should hold the link, the link is already in it. `key` and
    `record_key` were committed before this draft existed and are the same at every try; `at` is the moment
    the post bears.
    """

    key: UUID
    record_key: str
    at: datetime
    text: str
    language: str
    link: str = ""
    card: Card | None = None
    images: tuple[Image, ...] = ()
    # What `Prepares.prepare` returned for this draft, on platforms that post in two steps.
    prepared: str = ""


@dataclass(frozen=True)
class Receipt:
    """Proof that a post stands: the platform's own id, and its public address where there is one."""

    remote_id: str
    url: str = ""


@dataclass(frozen=True)
class Counted:
    """A text measured by a platform's own ruler. `used` and `limit` are in the platform's unit.

    `unit` is "graphemes" (what a reader sees as one character), "bytes" (UTF-8), "utf16" (code units),
    "weighted" (X) or "threads" (code points, and of emoji the bytes).
    """

    used: int
    limit: int
    unit: str
    too_long: bool

    @property
    def level(self) -> str:
        """Return ok, near (the last tenth) or over."""
        if self.too_long:
            return "over"
        return "near" if self.used * 10 >= self.limit * 9 else "ok"


@dataclass(frozen=True)
class Limits:
    """What fits. `max_image_bytes` and pixels are for one image; a ratio is width by height."""

    max_images: int
    max_alt_chars: int
    max_image_bytes: int
    image_types: tuple[str, ...] = ("image/jpeg", "image/png")
    max_image_pixels: int | None = None
    min_images: int = 0
    min_ratio: float = 0.0
    max_ratio: float = math.inf
    # Of each in one text; None where the platform has no bound.
    max_links: int | None = None
    max_hashtags: int | None = None
    max_mentions: int | None = None
    max_cashtags: int | None = None
    # For the picture of a card; None where it is the same.
    max_card_image_bytes: int | None = None


@dataclass(frozen=True)
class Rate:
    """At most so many posts in so much time: of one account, of all on one host, or of the hub's app.

    The hub counts posts only; where a platform counts calls, divide by the calls that a post with a picture
    takes.
    """

    posts: int
    per: timedelta
    of: Literal["account", "host", "app"] = "account"


@dataclass(frozen=True)
class Field:
    """One input of a connect screen. `name` is the key under which `connect` gets it; labels are in English
    and translated by the screen."""

    name: str
    label: str
    help: str = ""
    placeholder: str = ""
    initial: str = ""
    secret: bool = False
    required: bool = True


@dataclass(frozen=True)
class AppPassword:
    """Sign in by typing a handle and a password made for this hub."""

    fields: tuple[Field, ...]
    explanation: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class OAuth2:
    """Sign in at the platform. `fields` are asked first (an instance's host, say)."""

    scopes: tuple[str, ...]
    explanation: str
    permissions: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    pkce: bool = True


@dataclass(frozen=True)
class BuiltIn:
    """Everyone has it from the start; there is nothing to connect."""

    explanation: str


@dataclass(frozen=True)
class ByHand:
    """People post there themselves: the hub prepares words and picture, opens the way, and takes their word.

    `opens` is the address at which one writes a post; `addressing` fills it in. Empty: there is none.
    `hosts` are where a public post can be looked at, and `posts` how its address goes on there: regular
    expressions with the post's id as the group `id`. Without hosts a post has no address for others to open.
    """

    explanation: str
    opens: str = ""
    hosts: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    # Of the filled-in address; where it would be longer, the words are left out.
    max_address_chars: int = 8000
    needs_picture: bool = False


Auth = AppPassword | OAuth2 | BuiltIn | ByHand


@dataclass(frozen=True)
class Option:
    """What the people who run the hub may set in its environment, as `<SLUG>_<NAME>` in capitals.

    `pattern` is what a whole value must match; `meaning` is in English and says the unit.
    """

    name: str
    default: str
    pattern: str
    meaning: str


@dataclass(frozen=True)
class Price:
    """What the platform charges for a post, in US dollar. `per_picture` comes on top for each picture.

    `monthly_cap` is where the hub itself stops for the rest of the calendar month; None is nowhere.
    """

    plain: Decimal
    with_link: Decimal
    per_picture: Decimal
    monthly_cap: Decimal | None

    def of(self, *, links: int, pictures: int) -> Decimal:
        return (self.with_link if links else self.plain) + self.per_picture * pictures


_registry: dict[str, type["Channel"]] = {}


class Channel(ABC):
    """A platform whose rules we know: its ruler for text, its limits, its way of drawing a post."""

    slug: ClassVar[str] = ""
    label: ClassVar[str] = ""
    auth: ClassVar[Auth]
    # Another way in, for who cannot or will not use the first.
    other_auth: ClassVar[Auth | None] = None
    limits: ClassVar[Limits]
    # What the platform allows; the hub keeps below it by itself.
    rates: ClassVar[tuple[Rate, ...]] = ()
    # "client": we send title, description and thumbnail; "server": the platform reads the page; "none": none.
    card_by: ClassVar[str] = "server"
    # Whether the platform fetches pictures from an address instead of taking their bytes.
    fetches_images: ClassVar[bool] = False
    # Whether the link is written into the text. Where it is not, the platform carries it beside the text.
    link_in_text: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = ()
    # How people post there themselves, on a platform that the hub can post to as well.
    by_hand: ClassVar[ByHand | None] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.slug:
            _registry[cls.slug] = cls

    @property
    def way_by_hand(self) -> ByHand | None:
        """Return how people post there themselves; None where they cannot be helped with that."""
        return self.auth if isinstance(self.auth, ByHand) else self.by_hand

    def new_record_key(self, now: datetime) -> str:
        """Return the id that a post of ours shall have, where we may choose it; at most 20 characters."""
        return secrets.token_hex(10)

    @abstractmethod
    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        """Measure the text as this platform does. `data` is the account's own (an instance's limits)."""

    @classmethod
    def option(cls, name: str) -> str:
        """Return what is set. :raises ValueError: it is written in a way that it cannot be"""
        option = next(one for one in cls.options if one.name == name)
        variable = cls.variable(name)
        value = os.environ.get(variable, "").strip() or option.default
        if not re.fullmatch(option.pattern, value):
            raise ValueError(f"{variable} cannot be {value!r}: {option.meaning}")
        return value

    @classmethod
    def variable(cls, name: str) -> str:
        """Return the name that it has in the environment."""
        return f"{cls.slug}_{name}".upper()

    @classmethod
    def secret_in_environment(cls) -> str:
        """Return the secret of the hub's own registration there, for who keeps secrets out of databases."""
        return os.environ.get(cls.variable("client_secret"), "").strip()

    def does(self, ability: type) -> bool:
        """Tell whether it can, as it is set up, do what its class can: `Measures`, `Refreshes` and so on."""
        return isinstance(self, ability)

    def price(self) -> Price | None:
        """Return what posting costs; None where it costs nothing."""
        return None

    def serves_until(self) -> date | None:
        """Return when the platform retires the version that the hub speaks, at the earliest; None: never."""
        return None

    @property
    def shows_no_card(self) -> bool:
        """Whether a link stays plain words there."""
        return self.card_by == "none"

    def limits_for(self, data: Mapping[str, object]) -> Limits:
        """Return the limits of this account. `data` is the account's own; without it, the platform's."""
        return self.limits


class Connector(Channel):
    """A platform that the hub posts to."""

    # `publish` ends within this, uploads included; the hub's lease on a share is longer.
    publish_within: ClassVar[timedelta] = timedelta(seconds=40)

    @abstractmethod
    def publish(self, draft: Draft, access: Access) -> Receipt:
        """Post it once. Called after the attempt was committed; never called twice for one attempt.

        :raises TryLater: nothing was posted, and it may work later
        :raises Rejected: nothing was posted, and it will not work
        :raises Disconnected: nothing was posted; the permission is gone or spent
        :raises OutcomeUnknown: it may or may not have been posted
        """


class Removed(Channel):
    """Stands for a platform whose file was taken out of the hub, while accounts and shares of it are kept.

    Nothing is sent there and nobody can connect; what is left is what people do there by themselves.
    """

    auth = ByHand(explanation="")
    limits = Limits(max_images=4, max_alt_chars=1500, max_image_bytes=10_000_000)
    card_by = "none"

    def __init__(self, slug: str) -> None:
        self.slug = slug  # type: ignore[misc]
        self.label = re.sub(r"[-_]+", " ", slug).title()  # type: ignore[misc]

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        return Counted(used=len(text), limit=5000, unit="utf16", too_long=False)


class Prepares(ABC):
    """Posts in two steps, of which the first is not public (a container at Threads and Instagram)."""

    @abstractmethod
    def prepare(self, draft: Draft, access: Access) -> str:
        """Do the first step and return its id, at most 255 characters; the hub keeps it before the second.

        Doing it twice leaves an unused id behind and no post. `publish` gets the id as `draft.prepared`.

        :raises TryLater, Rejected, Disconnected: as in `publish`; never OutcomeUnknown
        """


class Finds(ABC):
    """Can look on the account whether a post is there."""

    # Whether a second send of the same key cannot make a second post, so that "not there" may be sent again.
    repeats_safely: ClassVar[bool] = False

    @abstractmethod
    def find(self, draft: Draft, access: Access) -> Receipt | None:
        """Return the receipt of this very draft, or None when it certainly is not there now.

        :raises TryLater: could not look
        :raises Disconnected: may not look
        """


@dataclass(frozen=True)
class Reactions:
    """Counts as the platform reports them; None is "not measurable", never zero."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    impressions: int | None = None
    gone: bool = False


class Measures(ABC):
    """Can tell how a post does."""

    @abstractmethod
    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        """Return the counts now. A deleted post answers `Reactions(gone=True)`.

        :raises TryLater: could not look
        :raises Disconnected: may not look
        """


class CountsFollowers(ABC):
    """Can tell how many follow an account."""

    @abstractmethod
    def followers(self, access: Access) -> int | None:
        """Return how many there are now; None where that is not told for this account.

        :raises TryLater: could not look
        :raises Disconnected: may not look
        """


class StatesLimits(ABC):
    """Has many servers, of which each states limits of its own."""

    @abstractmethod
    def limits_at(self, host: str) -> Mapping[str, object]:
        """Return what a server states now, under the names it has in an account's `data`.

        What it does not state, or not at this moment, is left out.
        """


class Deletes(ABC):
    """Can take a post back."""

    @abstractmethod
    def delete(self, receipt: Receipt, access: Access) -> None:
        """Delete the post; one that is already gone is no error.

        :raises TryLater: nothing was deleted, and it may work later
        :raises Rejected: the platform refuses
        :raises Disconnected: the permission is gone
        """


class SignsIn(ABC):
    """Connects with what the person typed (an app password)."""

    @abstractmethod
    def sign_in(self, answers: Mapping[str, str]) -> Connection:
        """Exchange what was typed for a connection. The password is not kept.

        :raises Rejected: the answers are wrong; `detail` says which and why
        :raises TryLater: the platform could not be reached
        """


@dataclass(frozen=True)
class App:
    """The hub's own registration at a server."""

    host: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class SetUp:
    """How an administrator registers the hub at a platform where that is done by hand, once.

    `host` is the platform's own, under which the registration is kept; `portal` the address of the page to go
    to. `steps` are in English and translated by the screen, which adds the redirect address to paste.
    """

    host: str
    portal: str
    steps: tuple[str, ...]


class Registers(ABC):
    """Registers the hub at each server anew (Mastodon)."""

    @abstractmethod
    def host_from(self, answers: Mapping[str, str]) -> str:
        """Return the bare host that was meant. :raises Rejected: it is no host"""

    @abstractmethod
    def register(self, host: str, *, redirect_uri: str) -> App:
        """Register the hub. :raises Rejected: no such server there. :raises TryLater: not reached"""


class Redirects(ABC):
    """Connects by sending the browser to the platform (OAuth 2)."""

    # Of platforms that the hub cannot register itself at. With a code that was never given out, `exchange`
    # there ends in `APP_WRONG` or in `SIGN_IN_FAILED`: that is how the set-up is tested.
    set_up: ClassVar[SetUp | None] = None

    @abstractmethod
    def authorize_url(self, app: App, *, redirect_uri: str, state: str, code_challenge: str) -> str:
        """Return where to send the browser."""

    @abstractmethod
    def exchange(self, app: App, *, redirect_uri: str, code: str, code_verifier: str) -> Connection:
        """Trade the code for a connection. :raises Rejected, TryLater:"""


@dataclass(frozen=True)
class Destination:
    """The server where someone will sign in, and what is known of it and of them; no secrets."""

    host: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Departure:
    """Where to send the browser, and what must be known when it comes back. `kept` holds secrets."""

    url: str = field(repr=False)
    kept: str = field(default="", repr=False)


class Introduces(ABC):
    """Connects at servers where nobody registers: the hub introduces itself by an address that describes it.

    Such a server is found from what a person typed, is told of the sign-in before the browser gets there, and
    binds its tokens to a key. Source: draft-ietf-oauth-client-id-metadata-document, RFC 9126 and RFC 9449.
    """

    @abstractmethod
    def can_introduce(self, home: str) -> bool:
        """Tell whether servers can look up a hub at this address."""

    @abstractmethod
    def find_server(self, answers: Mapping[str, str]) -> Destination:
        """Find where to sign in. :raises Rejected: nowhere. :raises TryLater: could not be found out"""

    @abstractmethod
    def introduce(self, host: str, *, described_at: str, redirect_uri: str) -> App:
        """Return the hub's name and its own new key for this server; nothing is sent."""

    @abstractmethod
    def description(self, app: App, *, redirect_uri: str, name: str, home: str) -> Mapping[str, object]:
        """Return what stands at `described_at`, for anyone to read."""

    @abstractmethod
    def with_new_key(self, app: App, *, used_by: Iterable[Mapping[str, object]]) -> App:
        """Return the hub with a new key in front; of the others those stay that permissions rest on.

        `used_by` is what the accounts there have as `Access.data`.
        """

    @abstractmethod
    def set_out(
        self, app: App, destination: Destination, *, redirect_uri: str, state: str, code_challenge: str
    ) -> Departure:
        """Tell the server who will come. :raises Rejected, TryLater:"""

    @abstractmethod
    def come_back(self, app: App, *, kept: str, code: str, issuer: str, code_verifier: str) -> Connection:
        """Trade the code for a connection. `issuer` is who the browser says it comes from.

        :raises Rejected, TryLater:
        """


class Refreshes(ABC):
    """Has tokens that end and can be renewed."""

    # How long after a token was given the next one is fetched, while this one still serves; None: shortly
    # before its end.
    renews_after: ClassVar[timedelta | None] = None

    @abstractmethod
    def refresh(self, access: Access) -> Access:
        """Return the renewed access. The old refresh token is spent.

        :raises TryLater: nothing changed
        :raises Disconnected: the owner must connect again
        :raises OutcomeUnknown: the new tokens may have been made and lost
        """


class Revokes(ABC):
    """Can end its own permission."""

    # Whether that ends it for all accounts that the person connected there with one sign-in.
    revokes_all_at_once: ClassVar[bool] = False
    # Whether who signs in again gets a permission beside the earlier one, which has to be ended by itself.
    # Elsewhere both may be one: to end the earlier one would end the new one with it.
    keeps_earlier_sign_ins: ClassVar[bool] = False

    @abstractmethod
    def revoke(self, access: Access, app: App | None) -> None:
        """End the permission at the platform; already gone is no error.

        `app` is the hub's registration there, for platforms that have one.

        :raises TryLater: not reached
        :raises Rejected: the platform refuses
        """


class HearsOfEnds(ABC):
    """Is told by the platform itself when someone withdraws their permission there."""

    @abstractmethod
    def who_withdrew(self, app: App, form: Mapping[str, str]) -> str:
        """Return the id of who did: of the account, or what its `data` has as "person".

        :raises Rejected: it does not come from the platform
        """


def channels() -> dict[str, type[Channel]]:
    """Return every known platform by slug. Complete once `advocacy.platforms.connectors` is imported."""
    return dict(_registry)


def names_of_platforms() -> list[tuple[str, str]]:
    """Return slug and label of every known platform, by label."""
    known = ((slug, kind.label) for slug, kind in channels().items())
    return sorted(known, key=lambda one: one[1].lower())


def channel_called(slug: str) -> Channel:
    """Return the platform of this name, or what stands for one that the hub no longer knows."""
    kind = _registry.get(slug)
    return kind() if kind else Removed(slug)
