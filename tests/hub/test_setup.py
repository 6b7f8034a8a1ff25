"""`manage.py setup` and the demo company: what a stranger gets, and what never leaves the house.

Whoever needs the company for a test or a bench gets it the same way: `running_hub(demo=True)`, or by hand
`VAR_DIR=<an empty folder> manage.py setup`. With `--no-demo` the hub is empty.
"""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from django.db import transaction

from advocacy.links.models import DailyCount
from advocacy.rehearsal.models import Reaction
from advocacy.shares.fitting import count_for
from advocacy.shares.models import Share, State
from advocacy.stories.models import Story
from hub.demo import loading
from hub.demo.pictures import Kept, keep_pictures
from hub.demo.stories import STORIES
from hub.demo.words.passphrase import new_passphrase
from tests.running import ROOT, RunningHub, running_hub

MakeCompany = Callable[[datetime], None]

# Everything in the database, in one number.
DIGEST = """
import hashlib
from django.apps import apps
rows = [[m._meta.label, *m._base_manager.order_by("pk").values_list()] for m in apps.get_models()]
answer = hashlib.sha256(repr([one for one in rows if one[0] != "sessions.Session"]).encode()).hexdigest()
"""
COUNTS = """
from collections import Counter
from django.db.models import Exists, OuterRef
from django.utils import timezone
from advocacy.conduct.models import Acknowledgement
from advocacy.links.models import DailyCount
from advocacy.people.models import Person, Place, Team
from advocacy.platforms.models import Account
from advocacy.rehearsal.models import Post
from advocacy.reports.models import HeadCount
from advocacy.shares.models import Draft, Share
from advocacy.stories.models import Picture, Story
stories = Story.objects.prefetch_related("pictures", "suggestions")
known = Acknowledgement.objects.filter(
    person=OuterRef("person"), version=OuterRef("code_version"), at__lte=OuterRef("created_at")
)
knowing = Share.objects.filter(Exists(known))
answer = {
    "people": Person.objects.count(),
    "languages": sorted(set(Person.objects.values_list("language", flat=True))),
    "teams": sorted(team.people.count() for team in Team.objects.all()),
    "places": Place.objects.count(),
    "stories": Story.objects.count_states(timezone.now()),
    "pictures": sorted({len(story.pictures.all()) for story in stories}),
    "suggestions": sorted({len(story.suggestions.all()) for story in stories}),
    "unready": Picture.objects.exclude(state="ready").count(),
    "undescribed": Picture.objects.filter(alt="").count(),
    "renditions": sorted({picture.renditions.count() for picture in Picture.objects.all()}),
    "states": Counter(Share.objects.values_list("state", flat=True)),
    "platforms": Counter(Share.objects.values_list("account__platform", flat=True)),
    "days": DailyCount.objects.values("on").distinct().count(),
    "reasons": DailyCount.objects.values("dropped").distinct().count(),
    "unmeasured": Share.objects.filter(state="published", measured_at__isnull=False, likes=None).count(),
    "posts": Post.objects.exclude(image="").count(),
    "heads": HeadCount.objects.count(),
    "drafts": Draft.objects.count(),
    "shared_without_the_code": Share.objects.exclude(pk__in=knowing).count(),
    "usable_elsewhere": Account.objects.working().exclude(platform="rehearsal").filter(by_hand=False).count(),
}
"""
# Rings every bell of the timetable, hourly for five days and then daily, and notes which hosts were looked up
# or called.
FORTY_DAYS = """
import logging, socket
from datetime import timedelta
from unittest.mock import patch
from django.utils import timezone
from hub.celery import app
logging.disable(logging.CRITICAL)
app.loader.import_default_modules()
app.conf.task_always_eager = True
asked, look_up, call = set(), socket.getaddrinfo, socket.socket.connect
def looking_up(host, *rest, **more):
    asked.add(str(host))
    return look_up(host, *rest, **more)
def calling(self, address):
    asked.add(str(address[0]))
    return call(self, address)
started = timezone.now()
with patch("socket.getaddrinfo", looking_up), patch("socket.socket.connect", calling):
    for hours in [*range(120), *range(120, 960, 24)]:
        with patch("django.utils.timezone.now", return_value=started + timedelta(hours=hours)):
            for entry in app.conf.beat_schedule.values():
                app.tasks[entry["task"]]()
answer = sorted(asked)
"""
STATES = """
from collections import Counter
from advocacy.shares.models import Share
answer = Counter(Share.objects.values_list("state", flat=True))
"""


@pytest.fixture(scope="module")
def company() -> Iterator[RunningHub]:
    """A hub of its own with the demo company, its web server running."""
    with running_hub(programs=("web",), demo=True) as hub:
        yield hub


@pytest.mark.slow
def test_the_company_is_as_large_and_as_varied_as_promised(company: RunningHub) -> None:
    found = company.ask(COUNTS)

    assert isinstance(found, dict)
    assert 38 <= found["people"] <= 44
    assert found["languages"] == ["en", "nl"]
    assert len(found["teams"]) == 6
    assert found["teams"][0] < 5 <= found["teams"][1]
    assert found["places"] == 3
    assert found["stories"] == {"draft": 2, "scheduled": 1, "open": 16, "closed": 5, "withdrawn": 0}
    assert found["pictures"] == [1, 2, 3]
    assert set(found["suggestions"]) <= {2, 3, 4, 5}
    assert (found["unready"], found["undescribed"], found["renditions"]) == (0, 0, [4])
    assert found["states"].keys() == set(State) - {State.SENDING}
    assert found["states"]["published"] > 200
    assert found["platforms"].keys() == {
        "rehearsal", "bluesky", "mastodon", "whatsapp", "linkedin", "facebook_profile", "email",
    }  # fmt: skip
    assert found["days"] > 80
    assert found["reasons"] >= 7
    assert found["unmeasured"]
    assert found["posts"] > 50
    assert found["heads"] == 91 * 7
    assert found["drafts"]
    assert found["shared_without_the_code"] == 0
    assert found["usable_elsewhere"] == 0


@pytest.mark.slow
def test_a_second_set_up_changes_nothing(company: RunningHub) -> None:
    people, static = company.folder / "demo-people.json", company.folder / "static" / "staticfiles.json"
    before = (company.ask(DIGEST), people.read_bytes(), static.stat().st_mtime_ns)

    said = company.manage("setup")

    assert said == ""
    assert (company.ask(DIGEST), people.read_bytes(), static.stat().st_mtime_ns) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "role", "page"),
    [
        (0, "employee", "/shares/mine/"),
        (1, "editor", "/stories/"),
        (2, "manager", "/reports/"),
        (3, "administrator", "/admin/"),
    ],
)
def test_each_of_the_four_people_signs_in_and_sees_their_own_page(
    company: RunningHub, number: int, role: str, page: str
) -> None:
    person = demo_people(company.folder)[number]

    with httpx.Client(base_url=company.url, follow_redirects=True) as browser:
        form = browser.get("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        answers = {"login": person["email"], "password": person["password"]}
        browser.post("/accounts/login/", data={**answers, "csrfmiddlewaretoken": token[1]})
        seen = browser.get(page)

    assert person["role"] == role
    assert seen.status_code == 200
    assert seen.url.path == page


def sources() -> Iterator[Path]:
    for name in ("advocacy", "hub", "templates", "static", "locale", "docs", "tests"):
        yield from (path for path in (ROOT / name).rglob("*") if path.is_file())
    yield from (path for path in ROOT.iterdir() if path.is_file())


@pytest.mark.slow
def test_the_password_is_written_down_for_its_owner_alone_and_nowhere_else(company: RunningHub) -> None:
    path = company.folder / "demo-people.json"
    (password,) = {person["password"] for person in demo_people(company.folder)}

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(password) >= 16
    assert not any(password in file.read_text(errors="ignore") for file in sources())
    assert (
        company.ask(
            "from advocacy.people.models import Person\nanswer = Person.objects.exclude("
            "password__startswith='pbkdf2_').count()"
        )
        == 1
    ), "but who left can sign in no more"


def test_every_set_up_makes_another_password() -> None:
    assert len({new_passphrase() for _set_up in range(50)}) == 50


@pytest.mark.slow
def test_forty_days_of_work_call_nobody_but_the_practice_network(company: RunningHub) -> None:
    before = company.ask(STATES)

    asked = company.ask(FORTY_DAYS)

    after = company.ask(STATES)
    assert asked == ["127.0.0.1"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert "scheduled" not in after
    assert after["published"] == before["published"] + before["scheduled"]
    # What nobody told us about by hand.
    assert after["missed"] > before["missed"]


@pytest.mark.slow
def test_a_set_up_that_was_killed_heals_and_keeps_its_password(tmp_path: Path) -> None:
    with running_hub(programs=(), VAR_DIR=str(tmp_path)) as hub:
        killed = subprocess.Popen([sys.executable, "manage.py", "setup"], cwd=ROOT, env=hub.env)
        while not (tmp_path / "demo-people.json").exists():
            assert killed.poll() is None
            time.sleep(0.01)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        password = demo_people(tmp_path)[0]["password"]
        count = "from advocacy.people.models import Person\nanswer = Person.objects.count()"
        assert hub.ask(count) == 0

        hub.manage("setup")

        assert hub.ask(count) == 42
        assert demo_people(tmp_path)[0]["password"] == password


@pytest.mark.slow
def test_without_the_demo_the_hub_stays_empty() -> None:
    with running_hub(programs=()) as hub:
        assert hub.ask("from advocacy.people.models import Person\nanswer = Person.objects.count()") == 0
        assert not (hub.folder / "demo-people.json").exists()


@pytest.fixture(scope="module")
def drawn() -> dict[str, Kept]:
    return keep_pictures(STORIES)


@pytest.fixture
def make_company_at(monkeypatch: pytest.MonkeyPatch, drawn: dict[str, Kept]) -> MakeCompany:
    monkeypatch.setattr(loading, "keep_pictures", lambda _stories: drawn)
    return lambda now: loading.make_company("only-for-this-test", now=now)


@pytest.mark.slow
@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 1, 4, 0, 5, tzinfo=UTC),  # just after midnight on a Monday
        datetime(2027, 3, 28, 0, 59, tzinfo=UTC),  # the night in which an hour is lost
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    ],
)
@pytest.mark.django_db
def test_whatever_the_day_nothing_happened_before_its_story_or_after_now(
    make_company_at: MakeCompany, now: datetime
) -> None:
    make_company_at(now)

    assert not Share.objects.filter(published_at__gt=now).exists()
    assert not Reaction.objects.filter(at__gt=now).exists()
    assert not DailyCount.objects.filter(on__gt=now.date()).exists()
    for share in Share.objects.filter(state=State.PUBLISHED).select_related("story", "account"):
        assert share.story.is_open(share.published_at or now)
        assert not count_for(share.account, share.text).too_long


@pytest.mark.slow
@pytest.mark.django_db
def test_the_same_moment_gives_the_same_company(make_company_at: MakeCompany, now: datetime) -> None:
    def company() -> list[object]:
        with transaction.atomic():
            make_company_at(now)
            shares = Share.objects.order_by("created_at", "key").values_list("key", "text", "due_at", "likes")
            counts = DailyCount.objects.order_by("link__code", "on", "dropped").values_list("on", "count")
            found: list[object] = [
                *shares,
                *counts,
                *Story.objects.order_by("url").values_list("title", "opens_at"),
            ]
            transaction.set_rollback(True)
        return found

    assert company() == company()


def demo_people(folder: Path) -> list[dict[str, str]]:
    people: list[dict[str, str]] = json.loads((folder / "demo-people.json").read_text())
    return people
