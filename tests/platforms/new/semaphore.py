"""Semaphore: a network of flags that does not exist, and the whole of what the hub would need to post to it.

Its ways are odd on purpose. It gives out no token: each call is signed with a key made of a code and the
tide. The receipt comes in a header, a line holds 77 signs, and a station takes one line in ten minutes.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from advocacy.lib.http import Request
from advocacy.platforms.answers import (
    CALL,
    after_looking,
    after_sending,
    ask,
    ask_typed_host,
    base_url,
    host_in,
    json_object,
    reason_in,
    refuse_what_does_not_fit,
    send_once,
)
from advocacy.platforms.connector import (
    Access,
    AppPassword,
    Code,
    Connection,
    Connector,
    Counted,
    Draft,
    Field,
    Finds,
    Identity,
    Limits,
    Rate,
    Receipt,
    Rejected,
    SignsIn,
)
from advocacy.platforms.rulers import graphemes

MAX_SIGNS = 77


class Semaphore(Connector, Finds, SignsIn):
    slug = "semaphore"
    label = "Semaphore"
    auth = AppPassword(
        fields=(
            Field("server", "Station", placeholder="tower.example"),
            Field("handle", "Name of the signaller"),
            Field("password", "Code of the day", secret=True),
            Field("tide", "Tide", help="High or low.", initial="high", required=False),
        ),
        explanation="You give the code of the day, and the hub waves for you.",
        permissions=("Wave what you share here.",),
    )
    limits = Limits(
        max_images=1,
        max_alt_chars=100,
        max_image_bytes=100_000,
        image_types=("image/jpeg",),
        max_image_pixels=640 * 480,
    )
    rates = (Rate(1, timedelta(minutes=10), of="host"),)
    card_by = "none"
    publish_within = CALL

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = graphemes(text)
        return Counted(used, MAX_SIGNS, "graphemes", too_long=used > MAX_SIGNS)

    def publish(self, draft: Draft, access: Access) -> Receipt:
        refuse_what_does_not_fit(draft, counted=self.count(draft.text, data={}), limits=self.limits)
        line = {"line": draft.text, "flags": [image.alt for image in draft.images]}
        response = send_once(_signed("PUT", f"lines/{draft.key}", access, json.dumps(line).encode()))
        number = response.headers.get("x-flags", "")
        if response.status == HTTPStatus.NO_CONTENT and number:
            return Receipt(number, f"{base_url(access.host)}/lines/{number}")
        raise after_sending(response, hide=access.token)

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        response = ask(_signed("GET", f"lines/{draft.key}", access))
        said = json_object(response)
        if response.status == HTTPStatus.OK and isinstance(said.get("flags"), str):
            return Receipt(str(said["flags"]))
        if said.get("error") == "fog":
            return None
        raise after_looking(response, hide=access.token)

    def sign_in(self, answers: Mapping[str, str]) -> Connection:
        host, name = host_in(answers.get("server", "")), answers.get("handle", "")
        code, tide = answers.get("password", ""), answers.get("tide") or "high"
        key = hmac.new(code.encode(), tide.encode(), hashlib.sha256).hexdigest()
        access = Access(host, name, key)
        response = ask_typed_host(_signed("GET", "signaller", access))
        if response.status == HTTPStatus.FORBIDDEN and json_object(response).get("error") == "wrong flags":
            raise Rejected(Code.WRONG_PASSWORD, reason_in(response, hide=code))
        if response.status != HTTPStatus.OK or json_object(response).get("signaller") != name:
            raise Rejected(Code.NO_SUCH_SERVER, reason_in(response, hide=code))
        return Connection(access, Identity(name, name))


def _signed(method: str, path: str, access: Access, body: bytes = b"") -> Request:
    """Sign the call: the key itself never leaves."""
    signature = hmac.new(access.token.encode(), f"{method} {path}".encode() + body, hashlib.sha256)
    headers = {"X-Signaller": access.remote_id, "X-Signature": signature.hexdigest()}
    return Request(method, f"{base_url(access.host)}/{path}", headers=headers, body=body or None)
