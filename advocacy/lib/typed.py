"""The words of a form that could not be taken, given back to who typed them."""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest

# What nobody may read over a shoulder.
_SECRET = re.compile("password|secret|token", re.IGNORECASE)
# Shorter than this, or one word, is typed again soon, or was never typed at all.
_MIN_CHARS = 20


def typed_words(request: HttpRequest) -> list[str]:
    """Return the sentences in the form, each once; none if another site sent it in somebody's name."""
    if urlsplit(request.headers.get("Origin", "")).netloc != request.get_host():
        return []
    open_fields = [values for name, values in request.POST.lists() if not _SECRET.search(name)]
    sent = [value.strip() for values in open_fields for value in values]
    return list(dict.fromkeys(value for value in sent if len(value) >= _MIN_CHARS and " " in value))


def came_from(request: HttpRequest) -> str:
    """Return the page of ours on which the button was pressed, without its query; else the front door."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else "/"
