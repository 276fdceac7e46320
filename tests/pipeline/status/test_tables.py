"""Status for people: what needs a hand stands there in words, and a stranger's text moves no cursor."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from pipeline.status.gather import Status
from pipeline.status.tables import ids, show
from pipeline.status.writing import WriteState
from tests.pipeline.status.conftest import NOW


def shown(status: Status, width: int = 160) -> str:
    out = StringIO()
    show(status, NOW, Console(file=out, width=width, force_terminal=False))
    return out.getvalue()


def test_people_read_what_is_wrong_and_what_to_do(status: Status) -> None:
    text = shown(status)
    assert "history refused (not authorised)" in text
    assert "add this host to ALLOW_READ" in text
    assert "a rotation is gone: keep more of them" in text
    assert "2.1" in text
    assert "clusters 3 to 4" in text
    assert "16 min ago" in text, "the newest proof"
    assert "never" in text, "of the ingested pool nothing is proven"
    assert "too many \\x1b[31m[red]cores" in text


def test_a_lake_that_cannot_be_written_comes_first(status: Status) -> None:
    full = WriteState("full", 1 << 20, "/lake cannot be written: no space left on device", "Make room.")
    first, second, *_ = shown(replace(status, writing=full)).splitlines()
    assert "full, 0.0 GiB free" in first
    assert "Make room." in second


def test_a_long_list_is_cut_and_says_where_all_of_it_is(status: Status) -> None:
    many = replace(status, sources=status.sources * 30)
    assert "... and 18 more: --format json has all." in shown(many)


def test_it_fits_a_narrow_terminal(status: Status) -> None:
    assert max(map(len, shown(status, width=80).splitlines())) <= 80


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ((5, 5, 1, 1), "5.1"),
        ((5, 5, 1, 4), "5.1 to 5.4"),
        ((5, 5, None, None), "cluster 5"),
        ((5, 9, None, None), "clusters 5 to 9"),
    ],
)
def test_ranges_of_ids_are_written_as_people_write_them(row: tuple[int | None, ...], says: str) -> None:
    assert ids(dict(zip(("first_cluster", "last_cluster", "first_proc", "last_proc"), row, strict=True))) == says
