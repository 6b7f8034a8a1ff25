"""A share as the connector gets it: cheap for many at once, and never more than the platform takes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocacy.shares.claiming import claim_batch
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import prepare
from advocacy.stories.models import Picture, Rendition
from tests.shares.paper import Paper

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


def file_of(picture: Picture, shape: str) -> bytes:
    with picture.renditions.get(shape=shape).file.open() as file:
        return bytes(file.read())


def test_a_batch_asks_as_many_questions_as_two_shares(
    share: Share,
    picture: Picture,
    copies_of: Callable[..., list[Share]],
    paper: type[Paper],
    now: datetime,
) -> None:
    def questions() -> int:
        claimed = claim_batch(now=now + HOUR)
        with CaptureQueriesContext(connection) as asked:
            drafts = prepare(claimed, now=now + HOUR)
        assert len(drafts) == len(claimed)
        Share.objects.update(state=State.SCHEDULED, claim=None, leased_until=None)
        return len(asked)

    copies_of(share, 1, picture=picture, shape="square")
    for_two = questions()
    copies_of(share, 15)
    copies_of(share, 15, picture=picture, shape="square")

    assert questions() == for_two


def test_what_fits_is_sent_as_it_was_cut(
    share: Share, picture: Picture, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """Encoding it again would cost time and quality."""
    monkeypatch.setattr(Paper, "limits", replace(Paper.limits, max_image_bytes=5_000_000))

    draft = prepare(claim_batch(now=now + HOUR), now=now + HOUR)[share.pk]

    assert draft.card
    assert draft.card.thumbnail
    assert draft.card.thumbnail.content == file_of(picture, Rendition.Shape.LANDSCAPE)
    assert (draft.card.thumbnail.width, draft.card.thumbnail.height) == (1200, 630)


@pytest.mark.parametrize(
    "limits",
    [{"max_image_bytes": 60_000}, {"max_image_pixels": 250_000}, {"image_types": ("image/png",)}],
)
def test_what_does_not_fit_is_made_to_fit(
    share: Share,
    picture: Picture,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    limits: dict[str, object],
) -> None:
    allowed = replace(Paper.limits, **({"max_image_bytes": 5_000_000} | limits))  # type: ignore[arg-type]
    monkeypatch.setattr(Paper, "limits", allowed)
    Share.objects.update(picture=picture, shape="display")

    (image,) = prepare(claim_batch(now=now + HOUR), now=now + HOUR)[share.pk].images

    assert len(image.content) <= allowed.max_image_bytes
    assert image.width * image.height <= (allowed.max_image_pixels or image.width * image.height)
    assert image.media_type in allowed.image_types


def test_the_picture_of_a_card_may_be_bound_to_less_than_one_of_a_post(
    share: Share, picture: Picture, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    limits = replace(Paper.limits, max_image_bytes=5_000_000, max_card_image_bytes=60_000)
    monkeypatch.setattr(Paper, "limits", limits)

    draft = prepare(claim_batch(now=now + HOUR), now=now + HOUR)[share.pk]

    assert len(file_of(picture, Rendition.Shape.LANDSCAPE)) > 60_000
    assert draft.card
    assert draft.card.thumbnail
    assert len(draft.card.thumbnail.content) <= 60_000


def test_a_picture_that_is_not_cut_yet_is_not_on_the_card(
    share: Share, picture: Picture, now: datetime
) -> None:
    Picture.objects.update(state=Picture.State.WAITING)

    draft = prepare(claim_batch(now=now + HOUR), now=now + HOUR)[share.pk]

    assert draft.card
    assert draft.card.thumbnail is None
