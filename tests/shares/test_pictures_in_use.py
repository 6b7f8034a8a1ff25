"""A picture that somebody shared, or is about to, is never thrown away."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from advocacy.people.models import Person
from advocacy.shares.models import Draft, Share, State
from advocacy.stories.discarding import discard_pictures
from advocacy.stories.models import Picture, Story, StoryPicture
from advocacy.stories.picturing import keep_picture
from tests.stories.conftest import jpeg

pytestmark = pytest.mark.real_clock


def discard_for_years(now: datetime) -> None:
    for days in (0, 8, 16, 800):
        discard_pictures(now=now + timedelta(days=days))


@pytest.mark.parametrize("state", State.values)
def test_whatever_became_of_the_share(share: Share, picture: Picture, now: datetime, state: str) -> None:
    moments = {"published_at": now, "claim": uuid4(), "leased_until": now}
    Share.objects.filter(pk=share.pk).update(picture=picture, state=state, **moments)
    StoryPicture.objects.all().delete()

    discard_for_years(now)

    assert Share.objects.get(pk=share.pk).picture == picture
    assert picture.original.storage.exists(str(picture.original))
    assert picture.renditions.count() == 4


def test_a_draft_keeps_it_and_lets_go_of_it(
    alice: Person, story: Story, picture: Picture, now: datetime
) -> None:
    draft = Draft.objects.create(person=alice, story=story, picture=picture, saved_at=now)
    StoryPicture.objects.all().delete()
    discard_for_years(now)
    assert Draft.objects.get().picture == picture

    draft.delete()
    discard_for_years(now + timedelta(days=800))

    assert not Picture.objects.exists()


def test_a_draft_that_takes_it_while_the_round_is_at_another_keeps_it(
    alice: Person,
    erin: Person,
    story: Story,
    picture: Picture,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    StoryPicture.objects.all().delete()
    other = keep_picture(jpeg(), by=erin, now=now)
    discard_pictures(now=now)
    gone = []
    delete = Picture.delete

    def writing_meanwhile(one: Picture) -> None:
        left = Picture.objects.exclude(pk=one.pk).get()
        Draft.objects.create(person=alice, story=story, picture=left, saved_at=now)
        gone.append(one.pk)
        delete(one)

    monkeypatch.setattr(Picture, "delete", writing_meanwhile)
    discard_pictures(now=now + timedelta(days=8))

    assert len(gone) == 1
    assert Draft.objects.get().picture_id in {picture.pk, other.pk} - set(gone)
