"""Closed months as a reader asks for them: the list, the journal, what changed and why."""

import pytest

from pipeline.closing.closing import reopen
from pipeline.closing.diff import DiffQuery
from pipeline.closing.questions import changes, closed_book
from pipeline.closing.shelf import Shelf
from pipeline.cube import Cube
from pipeline.errors import LakeError, UsageError
from pipeline.lake import Lake
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.closing.closable import NOW, OCTOBER, READ, append, build, close_october, october_job


def test_a_lake_without_a_closed_month_has_an_empty_book(built: Lake) -> None:
    book = closed_book(built)
    assert (book.versions, book.acts, book.trouble, book.newest()) == ((), (), "", None)


def test_versions_and_acts_stand_newest_first(closed: Lake, settings: Settings) -> None:
    reopen(closed, OCTOBER, "late records", NOW)
    close_october(closed, settings)
    book = closed_book(closed)
    assert [(one.month, one.version, one.state) for one in book.versions] == [
        ("2026-10", 2, "closed"),
        ("2026-10", 1, "replaced"),
    ]
    assert [act.act for act in book.acts] == ["close", "reopen", "close"]


def test_changes_are_those_of_diff_with_a_sum_for_each_cause(closed: Lake, settings: Settings) -> None:
    """Two late jobs of two cores: 3 h of C, 1 h of A."""
    append(closed, JOB, october_job(9, 7, 3, project="C"), october_job(10, 8, 1), read_utc=READ + 1_000_000)
    cube = build(closed, settings)
    found = changes(cube, LOCAL, "2026-10:1", DiffQuery())
    assert [(row["project"], row["core_h_difference"]) for row in found.difference.rows.to_pylist()] == [
        ("A", 2.0),
        ("C", 6.0),
    ]
    assert found.by_cause == {"late": 8 * 3_600_000}
    of_one = changes(cube, Viewer("x", frozenset({"C"})), "2026-10:1", DiffQuery())
    assert of_one.by_cause == {"late": 6 * 3_600_000}


def test_a_journal_that_was_changed_is_told_and_its_acts_are_not_believed(closed: Lake) -> None:
    path = Shelf.of(closed).journal.path
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"monthly", b"yearly "))
    book = closed_book(closed)
    assert "was changed by somebody" in book.trouble
    assert book.acts == ()
    assert [one.month for one in book.versions] == ["2026-10"]


def test_a_version_is_looked_at_before_it_is_compared(closed: Lake) -> None:
    file = next((Shelf.of(closed).place(OCTOBER, 1)).glob("usage_day*"))
    file.chmod(0o600)
    file.write_bytes(b"")
    assert closed_book(closed).versions[0].state == "closed", "the list looks at no files"
    with pytest.raises(LakeError, match="is damaged"):
        changes(Cube.open(closed.root), LOCAL, "2026-10", DiffQuery())
    with pytest.raises(UsageError, match="never closed"):
        changes(Cube.open(closed.root), LOCAL, "2026-09", DiffQuery())
