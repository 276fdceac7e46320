"""The lock among processes of one host: it is waited for, but nothing depends on it."""

from pathlib import Path

import pytest

from pipeline.courtesy import courteously
from pipeline.errors import LakeError


def test_one_at_a_time_holds_it(tmp_path: Path) -> None:
    with courteously(tmp_path / "lock") as first, courteously(tmp_path / "lock", longest_s=0) as second:
        assert (first, second) == (True, False)
    with courteously(tmp_path / "lock", longest_s=0) as again:
        assert again


def test_it_is_let_go_when_something_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), courteously(tmp_path / "lock"):
        1 / 0  # noqa: B018
    with courteously(tmp_path / "lock", longest_s=0) as free:
        assert free


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="no such file"), courteously(tmp_path / "none" / "lock"):
        pass
