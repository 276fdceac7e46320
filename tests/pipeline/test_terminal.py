"""What people read: tables have room in a pipe, and strangers' text moves no cursor."""

import pytest

from pipeline.terminal import PIPED_WIDTH, standard_output, visible


def test_a_table_that_goes_into_a_pipe_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert standard_output().width == PIPED_WIDTH
    monkeypatch.setenv("COLUMNS", "72")
    assert standard_output().width == 72


def test_control_and_direction_characters_are_shown_as_escapes() -> None:
    assert visible("a\x1b[31m\u202eb\n") == "a\\x1b[31m\\u202eb\\n"
