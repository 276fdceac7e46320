"""Who gets digests: a file decides it; a line that is wrong is named, and nobody is sent anything."""

from pathlib import Path

import pytest

from pipeline.digest.readers import Reader, readers
from pipeline.errors import SettingsError

HEAD = "kind,name,address\n"


def read(folder: Path, text: str) -> tuple[Reader, ...]:
    file = folder / "readers.csv"
    file.write_text(text, "utf-8")
    return readers(str(file))


def test_readers_are_read_in_their_order_with_their_digest(tmp_path: Path) -> None:
    found = read(
        tmp_path, f'\ufeff{HEAD}user,ada@pool,Ada@example.org\n\nproject,"A, B",pi@x.org\noperators,,ops@x.org\n'
    )
    assert found == (
        Reader("user", "ada@pool", "ada@example.org"),
        Reader("project", "A, B", "pi@x.org"),
        Reader("operators", "", "ops@x.org"),
    )
    assert [one.digest for one in found] == ["weekly", "weekly", "daily"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("user,ada", "line 2: 2 cells"),
        ("friend,ada,a@b", "no kind 'friend'"),
        ("user,,a@b", "users and projects have one"),
        ("operators,all,a@b", "operators have no name"),
        ("user,ada,Ada <a@b>", "no mail address"),
        ('user,ada,"a@b\r\nBcc: c@d"', "no mail address"),
        ("user,ada,a@b\nuser,ada,A@b", "twice"),
        ('user,"ada,a@b', "line 2"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(tmp_path, HEAD + line + "\n")


def test_a_file_that_is_none_is_an_error(tmp_path: Path) -> None:
    for path, said in (("", "no file says"), (str(tmp_path / "gone"), "cannot be read")):
        with pytest.raises(SettingsError, match=said):
            readers(path)
    with pytest.raises(SettingsError, match="its first line"):
        read(tmp_path, "address,name\n")
