"""Which places on the network the hub may speak to. Rules only: nothing here opens a connection.

Python's `is_private` misses 100.64.0.0/10, its `is_global` is true for multicast, NAT64 and 6to4, and both
differ between patch versions; so an address must be global, not multicast, not reserved and in none of the
networks below.
Source: https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

_NEVER_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/8",
        # These carry an IPv4 address inside, which a gateway would unwrap behind our back.
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/23",
        "100::/64",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
# 127.1, 0177.0.0.1, 0x7f.1 and 2130706433 are names to us and 127.0.0.1 to the C library.
_ENDS_IN_A_NUMBER = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)")

_permitted: set[str] = set()


class NotAllowed(Exception):
    """The hub may not go there. `str` says why in words for a person."""


class NotAnAddress(NotAllowed):
    """This is no address of the web, or one written so that people and programs read it differently."""


@dataclass(frozen=True)
class Place:
    """One server: `host` is a lower-case ASCII name or a plain IP address without brackets."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_permitted(self) -> bool:
        return str(self) in _permitted

    @property
    def is_literal(self) -> bool:
        return _literal(self.host) is not None


def permit(hosts: Iterable[str]) -> None:
    """Let the hub speak to these servers although their addresses are private. Earlier permissions stay.

    Each is "host:port" ("pds.internal:2583", "[::1]:8080") as it stands in an address: the same machine under
    another name or port stays forbidden.

    :raises ValueError: not "host:port"
    """
    for written in hosts:
        if not re.fullmatch(r"[^/?#]+:[0-9]+", written):
            raise ValueError(f"{written!r} is not host:port, such as pds.internal:2583.")
        try:
            _permitted.add(str(place_of(clean(f"http://{written}"))))
        except NotAnAddress as error:
            raise ValueError(f"{written!r} is not host:port. {error}") from error


def clean(address: str) -> httpx.URL:
    """Return the one reading of an address that is both checked and used.

    :raises NotAnAddress: no http(s) address, a name and password inside, an odd spelling
    """
    try:
        url = httpx.URL(address)
        host = _one_spelling(url.raw_host.decode("ascii"))
        url = url.copy_with(host=host, fragment=None)
        # An "xn--" that stands for no letters raises here, and not first when the request is written.
        _ = url.host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise NotAnAddress("This is not a web address.") from error
    if url.scheme not in _DEFAULT_PORTS:
        raise NotAnAddress("Only addresses that begin with http:// or https:// can be used.")
    if url.userinfo:
        raise NotAnAddress("An address with a name or password before the @ cannot be used.")
    if not _is_well_formed(host) or not 0 < place_of(url).port < 65536:
        raise NotAnAddress("The name of the server in this address is not written as usual.")
    return url


def place_of(url: httpx.URL) -> Place:
    """Return the server of a cleaned address."""
    port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    return Place(url.scheme, url.raw_host.decode("ascii"), port)


def require_public_name(place: Place) -> None:
    """Refuse what needs no look-up to refuse: private literals, names without a dot (containers, localhost).

    :raises NotAllowed: it is not public and not permitted
    """
    if place.is_permitted:
        return
    if place.is_literal:
        require_public(place, place.host)
    elif "." not in place.host:
        raise NotAllowed(f"{place} is not on the public internet.")


def require_public(place: Place, address: str) -> None:
    """Refuse an IP address that was found for the place, or reached in its name.

    :raises NotAllowed: it is not public and the place is not permitted
    """
    if not place.is_permitted and not is_public(address):
        raise NotAllowed(f"{place} is not on the public internet.")


def is_public(address: str) -> bool:
    """Return whether this IP address belongs to the public internet. What is no IP address does not."""
    ip = _literal(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip is None or not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return not any(ip in network for network in _NEVER_PUBLIC if network.version == ip.version)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _one_spelling(host: str) -> str:
    name = host.removesuffix(".")
    ip = _literal(name)
    return str(ip) if ip else name


def _is_well_formed(host: str) -> bool:
    if _literal(host):
        return True
    return bool(_NAME.fullmatch(host)) and not _ENDS_IN_A_NUMBER.fullmatch(host)
