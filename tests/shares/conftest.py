"""What a share needs: an open story, an account on Paper, and a way to make one row."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from advocacy.links.models import TrackedLink
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Share
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.cutting import cut_picture
from advocacy.stories.models import Picture, Story, StoryPicture
from advocacy.stories.picturing import keep_picture
from tests.shares.paper import Paper, clean_sheet


@pytest.fixture
def paper() -> Iterator[type[Paper]]:
    with clean_sheet() as platform:
        yield platform


@pytest.fixture
def story(erin: Person, now: datetime) -> Story:
    return Story.objects.create(
        title="We repair what others throw away",
        summary="How one workshop keeps two thousand machines running.",
        url="https://stories.example/repair",
        for_everyone=True,
        created_by=erin,
        created_at=now,
        changed_at=now,
        published_at=now - timedelta(days=1),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=29),
    )


@pytest.fixture
def picture(story: Story, erin: Person, now: datetime) -> Picture:
    """A picture of the story, cut and ready."""
    file = BytesIO()
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(file, "JPEG", quality=85)
    picture = keep_picture(file.getvalue(), by=erin, now=now, alt="A workbench")
    cut_picture(picture.pk, now=now)
    StoryPicture.objects.create(story=story, picture=picture)
    return Picture.objects.get(pk=picture.pk)


@pytest.fixture
def make_account(now: datetime) -> Callable[[Person], Account]:
    def make(person: Person) -> Account:
        return Account.objects.create(
            person=person,
            platform="paper",
            host="paper.example",
            remote_id=f"id-{person.pk}",
            handle=f"@{person.name.lower()}",
            token="a token",
            connected_at=now,
        )

    return make


@pytest.fixture
def account(paper: type[Paper], alice: Person, make_account: Callable[[Person], Account]) -> Account:
    return make_account(alice)


@pytest.fixture
def make_share(story: Story, account: Account, now: datetime) -> Callable[..., Share]:
    def make(*, text: str = "I love how my colleagues never give up.", at: datetime = now) -> Share:
        post = Post(account=account, text=text, language="en")
        order = Order(person=account.person, posts=[post], at=at, submission=uuid4())
        return share_story(story, order, now=now)[0]

    return make


@pytest.fixture
def share(make_share: Callable[..., Share], now: datetime) -> Share:
    """A share that is due in an hour."""
    return make_share(at=now + timedelta(hours=1))


@pytest.fixture
def copies_of(now: datetime) -> Callable[..., list[Share]]:
    """Return a maker of many rows like one share, each with a link and keys of its own."""

    def make(share: Share, count: int, **columns: object) -> list[Share]:
        like = {
            field.name: getattr(share, field.name)
            for field in Share._meta.concrete_fields
            if field.name not in {"id", "link", "key", "record_key", "submission"}
        }
        offset = TrackedLink.objects.count()
        links = TrackedLink.objects.bulk_create(
            TrackedLink(
                code=f"copy{offset + number}", target_url=share.link.target_url, person=share.person,
                minted_at=now,
            )
            for number in range(count)
        )  # fmt: skip
        return Share.objects.bulk_create(
            Share(**like | columns, link=link, record_key=uuid4().hex[:20]) for link in links
        )

    return make
