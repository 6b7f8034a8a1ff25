"""Pictures that a platform fetches from the hub: the right bytes, for who has the address, for a while."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.claiming import claim_batch
from advocacy.shares.lending import LENT_FOR
from advocacy.shares.models import Share, State
from advocacy.shares.previewing import preview_on_accounts
from advocacy.shares.publishing import prepare
from advocacy.shares.sharing import CannotShare, Order, Post, share_story
from advocacy.stories.cutting import cut_picture
from advocacy.stories.models import Picture, Story, StoryPicture
from advocacy.stories.picturing import keep_picture
from tests.shares.paper import Paper

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


@pytest.fixture
def make_picture(story: Story, erin: Person, now: datetime) -> Callable[..., Picture]:
    def make(width: int = 1600, height: int = 1200, *, noise: int = 0) -> Picture:
        file = BytesIO()
        plain = Image.effect_noise((width, height), noise) if noise else Image.new("L", (width, height))
        plain.convert("RGB").save(file, "JPEG", quality=85)
        picture = keep_picture(file.getvalue(), by=erin, now=now, alt="A workbench")
        cut_picture(picture.pk, now=now)
        StoryPicture.objects.create(story=story, picture=picture)
        return Picture.objects.get(pk=picture.pk)

    return make


@pytest.fixture(autouse=True)
def _fetches(paper: type[Paper], monkeypatch: pytest.MonkeyPatch) -> None:
    """Paper fetches its pictures here, and takes large ones."""
    monkeypatch.setattr(Paper, "fetches_images", True)
    monkeypatch.setattr(Paper, "limits", replace(Paper.limits, max_image_bytes=5_000_000))


@pytest.fixture
def erin_at(erin: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(erin)


def address_for(share: Share, picture: Picture, *, at: datetime | None = None) -> tuple[str, bytes]:
    """Bring the share on its way; returns the path that the platform is told, and what it is to get."""
    at = at or timezone.now()
    Share.objects.filter(pk=share.pk).update(
        picture=picture, shape="square", due_at=at, try_at=at, last_safe_at=at + HOUR
    )
    draft = prepare(claim_batch(now=at), now=at)[share.pk]
    url = urlsplit(draft.images[0].url)
    assert url.netloc
    return url.path, draft.images[0].content


def test_a_stranger_with_the_address_gets_the_very_picture(
    share: Share, make_picture: Callable[..., Picture]
) -> None:
    path, content = address_for(share, make_picture())

    answer = Client().get(path)

    assert answer.status_code == 200
    assert sha256(answer.content).digest() == sha256(content).digest()
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert Client().head(path).status_code == 200
    assert Client().post(path).status_code == 405


def test_what_was_made_to_fit_is_what_is_served(
    share: Share, make_picture: Callable[..., Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Paper, "limits", replace(Paper.limits, max_image_bytes=60_000))

    path, content = address_for(share, make_picture(noise=60))

    served = Client().get(path).content
    assert served == content
    assert len(served) <= 60_000


def test_it_ends_soon(share: Share, make_picture: Callable[..., Picture]) -> None:
    path, _content = address_for(share, make_picture(), at=timezone.now() - LENT_FOR - timedelta(seconds=1))

    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("state", [one for one in State if one != State.SENDING])
def test_it_leads_nowhere_unless_the_share_is_on_its_way(
    share: Share, make_picture: Callable[..., Picture], state: State
) -> None:
    path, _content = address_for(share, make_picture())
    Share.objects.update(state=state, published_at=timezone.now())

    assert Client().get(path).status_code == 404


def test_another_share_or_a_longer_life_needs_another_signature(
    share: Share, make_share: Callable[..., Share], make_picture: Callable[..., Picture]
) -> None:
    picture = make_picture()
    other = make_share(text="Another one.")
    address_for(other, picture)
    path, _content = address_for(share, picture)
    folder, lent, number, until, name = path.rsplit("/", 4)

    for changed in (
        f"{folder}/{other.pk}/{number}/{until}/{name}",
        f"{folder}/{lent}/{int(number) + 1}/{until}/{name}",
        f"{folder}/{lent}/{number}/{int(until) + 1}/{name}",
        f"{folder}/{lent}/{number}/{'9' * 400}/{name}",
        f"{folder}/{lent}/{number}/{until}/{'A' + name[1:] if name[0] != 'A' else 'B' + name[1:]}",
        f"{folder}/{lent}/{number}/{until}/.jpg",
        f"{folder}/{lent}/{number}/{until}/{name.removesuffix('.jpg')}",
        f"{folder}/{lent}/{number}/{until}/../../../../rehearsal/{name}",
        f"{folder}/{lent}/{number}/{until}/..%2f..%2f..%2fvar%2fhub.sqlite3.jpg",
        f"{folder}/-1/{number}/{until}/{name}",
    ):
        assert Client().get(changed).status_code == 404, changed
    assert Client().get(path).status_code == 200


def test_a_signature_of_something_else_opens_nothing(
    share: Share, make_picture: Callable[..., Picture]
) -> None:
    path, _content = address_for(share, make_picture())
    folder, lent, number, until, _name = path.rsplit("/", 4)
    elsewhere = Signer(salt="somewhere else").signature(f"{lent}/{number}/{until}")

    assert Client().get(f"{folder}/{lent}/{number}/{until}/{elsewhere}.jpg").status_code == 404


def test_a_platform_that_takes_bytes_is_told_no_address(
    share: Share, make_picture: Callable[..., Picture], monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(Paper, "fetches_images", False)
    Share.objects.update(picture=make_picture(), shape="square")

    draft = prepare(claim_batch(now=now + HOUR), now=now + HOUR)[share.pk]

    assert draft.images[0].url == ""


@pytest.mark.parametrize(
    ("size", "shape", "sent"),
    [
        ((1600, 1200), "display", (1600, 1200)),
        ((2000, 600), "display", (1200, 630)),
        ((600, 2000), "display", (1080, 1350)),
        ((600, 2000), "landscape", (1200, 630)),
    ],
)
def test_a_ratio_that_the_platform_does_not_take_is_sent_in_the_crop_most_like_it(
    share: Share,
    make_picture: Callable[..., Picture],
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    size: tuple[int, int],
    shape: str,
    sent: tuple[int, int],
) -> None:
    monkeypatch.setattr(Paper, "limits", replace(Paper.limits, min_ratio=4 / 5, max_ratio=1.91))
    picture = make_picture(*size)
    Share.objects.update(picture=picture, shape=shape)

    (image,) = prepare(claim_batch(now=now + HOUR), now=now + HOUR)[share.pk].images

    assert (image.width, image.height) == sent
    # The preview shows that one, too.
    words = [(share.account, share.text)]
    (preview,) = preview_on_accounts(share.story, words, picture=picture, shape=shape)
    shown = next(crop for crop in picture.renditions.all() if (crop.width, crop.height) == sent)
    assert preview.image_url == shown.get_absolute_url()


def test_where_links_stay_plain_words_the_preview_draws_no_card(erin_at: Client, story: Story) -> None:
    shown = LexborHTMLParser(erin_at.get(f"/shares/{story.pk}/preview/").content.decode())

    cards = {
        str(post.attributes["class"]).split("--")[-1]: post.css_first(".post__card") is not None
        for post in shown.css("article.post")
    }
    assert cards["instagram"] is False
    assert cards["threads"] is True


def test_who_shares_without_the_picture_that_a_platform_wants_hears_it_first(
    story: Story,
    account: Account,
    make_picture: Callable[..., Picture],
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    monkeypatch.setattr(Paper, "limits", replace(Paper.limits, min_images=1, max_hashtags=2))
    plain = Post(account=account, text="#one #two #three", language="en")

    with pytest.raises(CannotShare) as raised:
        share_story(story, Order(account.person, [plain], now, uuid4()), now=now)

    assert "takes no post without a picture" in str(raised.value)
    assert "fewer links, or words with #, @ or $" in str(raised.value)
    fine = replace(plain, text="#one #two", picture=make_picture())
    assert share_story(story, Order(account.person, [fine], now, uuid4()), now=now)
