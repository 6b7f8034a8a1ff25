"""A company with a past: people who shared, links that were followed, networks that told of reactions."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from advocacy.links.models import DailyCount, TrackedLink
from advocacy.people.models import Person, Team
from advocacy.platforms.models import Account
from advocacy.reports.counting import count_heads
from advocacy.shares.models import Share, State
from advocacy.stories.models import Story, Topic


class History:
    """Writes what happened some days ago, straight into the rows."""

    def __init__(self, now: datetime, editor: Person) -> None:
        self.now = now
        self.editor = editor
        self._numbers = count(1)

    def people(self, number: int, team: Team | None = None) -> list[Person]:
        """Let people join half a year ago."""
        joined = [
            Person.objects.create(email=f"colleague-{one}@example.test", name=f"Colleague {one}")
            for one in (next(self._numbers) for _ in range(number))
        ]
        Person.objects.filter(pk__in=[one.pk for one in joined]).update(
            joined_at=self.now - timedelta(days=180)
        )
        if team:
            team.people.add(*joined)
        return joined

    def story(
        self, title: str = "We repair what others throw away", *, topics: tuple[str, ...] = ()
    ) -> Story:
        opened = self.now - timedelta(days=80)
        story = Story.objects.create(
            title=title, url="https://stories.example/repair", for_everyone=True, created_by=self.editor,
            created_at=opened, changed_at=opened, published_at=opened, opens_at=opened,
        )  # fmt: skip
        story.topics.set([Topic.objects.get_or_create(name=name)[0] for name in topics])
        return story

    def post(
        self,
        person: Person,
        story: Story,
        *,
        ago: int = 0,
        clicks: int = 0,
        likes: int | None = None,
        platform: str = "bluesky",
        by_hand: bool = False,
    ) -> Share:
        """Publish a post some days ago, with this many clicks on that day."""
        number = next(self._numbers)
        at = self.now - timedelta(days=ago)
        account, _ = Account.objects.get_or_create(
            person=person,
            platform=platform,
            by_hand=by_hand,
            defaults={"host": "example", "remote_id": str(number), "handle": "x", "connected_at": at},
        )
        link = TrackedLink.objects.create(
            code=f"link{number}", target_url=story.url, person=person, minted_at=at
        )
        share = Share.objects.create(
            person=person, story=story, account=account, link=link, text="Look.", language="en",
            created_at=at, due_at=at, try_at=at, last_safe_at=at + timedelta(hours=1), published_at=at,
            state=State.PUBLISHED, record_key=f"key{number}", likes=likes,
            measured_at=None if by_hand else at,
        )  # fmt: skip
        self.click(share, clicks, ago=ago)
        return share

    def click(self, share: Share, number: int, *, ago: int = 0, dropped: str = "") -> None:
        if number:
            on = (self.now - timedelta(days=ago)).astimezone(UTC).date()
            DailyCount.objects.create(link=share.link, on=on, dropped=dropped, count=number)

    def count_heads_daily(self, days: int = 14) -> None:
        for ago in range(days):
            count_heads(self.now - timedelta(days=ago))


@pytest.fixture
def history(now: datetime, erin: Person) -> History:
    return History(now, erin)


@pytest.fixture
def story(history: History) -> Story:
    return history.story()
