"""The click log by itself: lines whole, disks full."""

import logging
import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from advocacy.links.recording import ClickLog
from tests.links.web import wait_until

AT = 1_795_000_000.9


def lines(folder: Path) -> list[list[str]]:
    return [line.split() for file in sorted(folder.glob("*.log")) for line in file.read_text().splitlines()]


def test_a_line_says_what_and_when_and_nothing_else(tmp_path: Path) -> None:
    log = ClickLog(tmp_path)

    log.record(17, "", AT)
    log.record(18, "preview", AT)

    (first, *click), (second, *preview) = lines(tmp_path)
    assert (click, preview) == (["17", "1795000000", "-"], ["18", "1795000000", "preview"])
    assert len(first) == len(second) == 32
    assert first != second


def test_many_threads_and_many_files_lose_nothing(tmp_path: Path) -> None:
    log = ClickLog(tmp_path)

    def record() -> None:
        for click in range(2000):
            log.record(1, "", AT)
            if click % 100 == 0:
                log._let_go()

    threads = [threading.Thread(target=record) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    recorded = lines(tmp_path)
    assert len(recorded) == len({line[0] for line in recorded}) == 16_000
    assert {tuple(line[1:]) for line in recorded} == {("1", "1795000000", "-")}
    assert len(list(tmp_path.iterdir())) > 1


@pytest.mark.slow
def test_what_was_written_is_brought_to_the_disk_within_about_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[Path] = []
    fdatasync = os.fdatasync

    def spy(file: int) -> None:
        fdatasync(file)
        path = Path(os.readlink(f"/proc/self/fd/{file}"))
        if path.parent == tmp_path:
            brought.append(path)

    monkeypatch.setattr(os, "fdatasync", spy)
    log = ClickLog(tmp_path)

    for expected in (1, 2):
        log.record(1, "", AT)
        wait_until(lambda: len(brought) == expected, seconds=3)  # noqa: B023

    assert set(brought) == set(tmp_path.iterdir())


def test_a_full_disk_harms_no_visitor_and_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = ClickLog(tmp_path)
    log.record(1, "", AT)

    with disk_full_at(100), caplog.at_level(logging.ERROR):
        for _click in range(50):
            log.record(1, "", AT)

    assert len(caplog.records) == 1
    assert "click log: failure 1 since the start" in caplog.text
    log.record(1, "", AT)
    whole = [line for line in lines(tmp_path) if len(line) == 4 and len(line[0]) == 32]
    assert len(whole) == 2


@contextmanager
def disk_full_at(size_bytes: int) -> Iterator[None]:
    """Let the kernel take no more than this of a file, as a full disk does: the last line in part."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
