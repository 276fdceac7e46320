"""Only files are opened, whatever takes a file's place in the moment between looking and opening."""

import os
from pathlib import Path

import pytest

from collectors import opening
from collectors.opening import Identity, opened
from pipeline.errors import SourceError
from tests.collectors.records import write


def test_a_fifo_that_takes_a_files_place_does_not_hold_up_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "history")
    monkeypatch.setattr(opening, "check_regular", lambda path: None)
    with pytest.raises(SourceError, match="something else than a file"), opened(tmp_path / "history"):
        pass


def test_a_file_that_was_removed_meanwhile_is_an_error_of_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "check_regular", lambda path: None)
    with pytest.raises(SourceError, match="cannot be read: No such file"), opened(tmp_path / "history"):
        pass


def test_a_renamed_file_is_the_same_and_one_that_grew_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "history", "A = 1\n")
    before = Identity.of(path.stat())
    renamed = path.rename(tmp_path / "history.old")
    assert Identity.of(renamed.stat()) == before
    with renamed.open("a") as file:
        file.write("B = 1\n")
    grown = Identity.of(renamed.stat())
    assert (grown.key == before.key, grown == before) == (True, False)
