"""What nobody knows resolves itself, or is asked: the run of `make bench-unknowns`, in small."""

import pytest

from tests.bench.unknowns import main

pytestmark = pytest.mark.slow


def test_lost_answers_resolve_themselves_and_make_no_second_post(capsys: pytest.CaptureFixture[str]) -> None:
    failed = main(120)

    said = capsys.readouterr().out
    assert not failed, said
    assert "unknowns=120 " in said
    assert "duplicates=0" in said
