"""From a handle to where its account lives and where it signs in: handle, DID, server (PDS), issuer.

Every step is a stranger's word, so each is checked by the next: the DID must claim the handle, the documents
must be about who was asked for, and all of it is fetched through the guarded door.

Sources: https://atproto.com/specs/handle, /specs/did and /specs/oauth; RFC 9728 and RFC 8414.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from advocacy.lib import addresses
from advocacy.lib.http import Request
from advocacy.platforms.answers import after_asking, ask_typed_host, base_url, host_in, json_object
from advocacy.platforms.atproto import asking, pds_in, plain_handle
from advocacy.platforms.connector import Code, Rejected
from advocacy.platforms.dpop import ALGORITHM

_HANDLE = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_PLC = re.compile(r"did:plc:[a-z2-7]{24}")
_WEB = re.compile(r"did:web:([A-Za-z0-9.-]+(?:%3A\d{1,5})?)")
# What a server must say of itself before anyone is sent there.
_NEEDS = {
    "require_pushed_authorization_requests": True,
    "authorization_response_iss_parameter_supported": True,
    "client_id_metadata_document_supported": True,
}


@dataclass(frozen=True)
class Directories:
    """Where to ask: `resolver` (a host) which account has a handle, `plc` (an address) where a DID lives."""

    resolver: str
    plc: str


@dataclass(frozen=True)
class Home:
    """An account and the server where it lives. `handle` is one that the account itself claims."""

    did: str
    handle: str
    pds: str


@dataclass(frozen=True)
class Issuer:
    """A server where accounts sign in, as it describes itself. `revoke` is empty where there is none."""

    issuer: str
    authorize: str
    push: str
    token: str
    revoke: str


def home_of(typed: str, directories: Directories) -> Home:
    """Find the account of a handle. :raises Rejected: there is none. :raises TryLater: not to be found out"""
    handle = plain_handle(typed).lower()
    if not _HANDLE.fullmatch(handle):
        raise Rejected(Code.NO_SUCH_ACCOUNT)
    did = _resolved(handle, directories.resolver) or _claimed_by_its_site(handle)
    document = _document_of(did, directories.plc)
    pds = pds_in(document)
    # Anyone's site may point at any account; only the account's own document says that this is so.
    if document.get("id") != did or handle not in _handles_in(document) or not pds:
        raise Rejected(Code.NO_SUCH_ACCOUNT)
    return Home(did, handle, pds)


def issuer_of(pds: str) -> Issuer:
    """Return where the accounts of a server sign in. :raises Rejected: nowhere. :raises TryLater:"""
    origin = base_url(pds)
    said = _read(f"{origin}/.well-known/oauth-protected-resource")
    servers = said.get("authorization_servers")
    if said.get("resource") != origin or not isinstance(servers, list) or len(servers) != 1:
        raise Rejected(Code.NO_SIGN_IN)
    return issuer_at(str(servers[0]))


def issuer_at(address: str) -> Issuer:
    """Return what an issuer says of itself. :raises Rejected: it is none we can use. :raises TryLater:"""
    origin = usable(address)
    said = _read(f"{origin}/.well-known/oauth-authorization-server")
    algorithms = said.get("dpop_signing_alg_values_supported")
    signs = isinstance(algorithms, list) and ALGORITHM in algorithms
    fits = signs and all(said.get(name) == value for name, value in _NEEDS.items())
    # To the letter: this name is what stands in every answer of theirs, and in what we sign for them.
    if not fits or said.get("issuer") != address:
        raise Rejected(Code.NO_SIGN_IN)
    return Issuer(
        issuer=address,
        authorize=usable(said.get("authorization_endpoint")),
        push=usable(said.get("pushed_authorization_request_endpoint")),
        token=usable(said.get("token_endpoint")),
        revoke=usable(said["revocation_endpoint"]) if said.get("revocation_endpoint") else "",
    )


def usable(address: object) -> str:
    """Return an address that a server named, if it is one the hub may use: on https, or permitted.

    Whether a name leads to a private machine shows at the door, when it is used.

    :raises Rejected:
    """
    try:
        url = addresses.clean(str(address))
    except addresses.NotAnAddress as error:
        raise Rejected(Code.NO_SIGN_IN) from error
    place = addresses.place_of(url)
    if place.scheme != "https" and not place.is_permitted:
        raise Rejected(Code.ADDRESS_BLOCKED)
    return str(url).rstrip("/")


def _resolved(handle: str, resolver: str) -> str:
    """Return the DID that a server of the network knows for a handle; empty when it knows none."""
    question = asking(resolver, "com.atproto.identity.resolveHandle", {"handle": handle})
    response = ask_typed_host(question)
    if response.status not in (200, 400, 404):
        raise after_asking(response, hide="")
    return _did_in(json_object(response).get("did"))


def _claimed_by_its_site(handle: str) -> str:
    response = ask_typed_host(Request("GET", f"https://{handle}/.well-known/atproto-did"))
    did = _did_in(response.text.strip()) if response.status == 200 else ""
    if not did:
        raise Rejected(Code.NO_SUCH_ACCOUNT)
    return did


def _document_of(did: str, plc: str) -> Mapping[str, object]:
    web = _WEB.fullmatch(did)
    if web:
        url = f"{base_url(host_in(web.group(1).replace('%3A', ':')))}/.well-known/did.json"
    else:
        url = f"{plc}/{did}"
    return _read(url)


def _read(url: str) -> Mapping[str, object]:
    """Return a document; empty if there is none. :raises Rejected: not public. :raises TryLater:"""
    response = ask_typed_host(Request("GET", url, headers={"Accept": "application/json"}))
    if response.status == 429 or response.status >= 500:
        raise after_asking(response, hide="")
    return json_object(response) if response.status == 200 else {}


def _did_in(written: object) -> str:
    did = str(written or "")
    return did if _PLC.fullmatch(did) or _WEB.fullmatch(did) else ""


def _handles_in(document: Mapping[str, object]) -> list[str]:
    names = document.get("alsoKnownAs")
    known = [str(name) for name in names] if isinstance(names, list) else []
    return [name.removeprefix("at://").lower() for name in known if name.startswith("at://")]
