"""The journal of acts tells whether anybody changed it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.closing.journal import Act, Journal
from pipeline.errors import LakeError
from tests.ledger_command import ROOT


def act(journal: Journal, number: int) -> Act:
    return Act(
        act="close",
        month="2026-10",
        version=number,
        utc="2026-11-20T00:00:00+00:00",
        by="ann",
        reason="line\nof two\u2028",
        manifest_sha256="",
        totals_sha256="",
        before=journal.last_hash(),
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Three acts."""
    made = Journal(tmp_path)
    for number in (1, 2, 3):
        made.append(act(made, number))
    return made


def test_acts_come_back_in_order(journal: Journal) -> None:
    assert [one.version for one in journal.acts()] == [1, 2, 3]


def test_a_journal_that_is_not_there_has_no_acts(tmp_path: Path) -> None:
    assert Journal(tmp_path).acts() == []


def changed_word(journal: Journal) -> None:
    journal.path.write_bytes(journal.path.read_bytes().replace(b'"version":2', b'"version":7'))


def dropped_line(journal: Journal) -> None:
    first, _, third = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(first + third)


def cut_line(journal: Journal) -> None:
    journal.path.write_bytes(b"".join(journal.path.read_bytes().splitlines(keepends=True)[:-1]))


def cut_all(journal: Journal) -> None:
    journal.path.unlink()


def changed_last_line(journal: Journal) -> None:
    journal.path.write_bytes(journal.path.read_bytes().replace(b'"version":3', b'"version":7'))


def lost_head(journal: Journal) -> None:
    journal.head.unlink()


def emptied_head(journal: Journal) -> None:
    journal.head.write_bytes(b"{}")


def two_lines_more(journal: Journal) -> None:
    head = journal.head.read_bytes()
    for number in (4, 5):
        journal.append(act(journal, number))
    journal.head.write_bytes(head)


def no_json(journal: Journal) -> None:
    journal.path.write_bytes(b"hello\n" + journal.path.read_bytes())


@pytest.mark.parametrize(
    "tamper",
    [
        changed_word,
        dropped_line,
        cut_line,
        cut_all,
        changed_last_line,
        lost_head,
        emptied_head,
        two_lines_more,
        no_json,
    ],
)
def test_a_changed_or_cut_journal_is_told_and_takes_no_more_acts(
    tamper: Callable[[Journal], None], journal: Journal
) -> None:
    tamper(journal)
    with pytest.raises(LakeError, match="was changed by somebody"):
        journal.acts()
    with pytest.raises(LakeError, match="was changed by somebody"):
        journal.append(act(journal, 9))


def test_a_line_that_was_torn_when_its_writer_was_killed_is_dropped_by_the_next(journal: Journal) -> None:
    with journal.path.open("ab") as file:
        file.write(b'{"act":"clo')
    assert len(journal.acts()) == 3
    journal.append(act(journal, 4))
    assert [one.version for one in journal.acts()] == [1, 2, 3, 4]


def test_a_writer_killed_before_the_end_was_noted_does_no_harm(journal: Journal) -> None:
    head = journal.head.read_bytes()
    journal.append(act(journal, 4))
    journal.head.write_bytes(head)
    journal.append(act(journal, 5))
    assert [one.version for one in journal.acts()] == [1, 2, 3, 4, 5]


WRITER = """
import sys
from pathlib import Path
from pipeline.closing.shelf import Shelf
from tests.pipeline.closing.test_journal import act
shelf = Shelf(Path(sys.argv[1]))
for number in range(10):
    with shelf.acting():
        shelf.journal.append(act(shelf.journal, number))
"""


def test_writers_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    words = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen(words, cwd=ROOT) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(Journal(tmp_path).acts()) == 30
