"""The hub's web, in which Rehearsal takes its time with a post that says so."""

import time
from collections.abc import Iterable
from io import BytesIO
from urllib.parse import quote_plus
from wsgiref.types import StartResponse, WSGIEnvironment

from hub.wsgi import application as hub
from tests.crash.orders import IN_ITS_OWN_TIME

# Beyond the lease of who sent it, and within what a request may be on its way.
TAKES = 3.1  # seconds


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "POST":
        # Read at once: its sender may be dead before it is looked at.
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = BytesIO(body)
        if quote_plus(IN_ITS_OWN_TIME).encode() in body:
            time.sleep(TAKES)
    return hub(environ, start_response)
