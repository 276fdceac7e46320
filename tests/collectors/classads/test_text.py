"""Files are cut into records at banners, blank lines or line ends, in bounded memory, and never within a value."""

import io
import tracemalloc
from hashlib import blake2b
from pathlib import Path

import pytest

from collectors.classads import text
from collectors.classads.text import Oversize, Record, RecordReader, Separator

BANNER = b'*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "ann" CompletionDate = 5\n'
AD = b"A = 1\nB = 2\n"


def cut(
    content: bytes, separator: Separator = "banner", start: int = 0
) -> tuple[list[Record | Oversize], RecordReader]:
    reader = RecordReader(io.BytesIO(content), start, separator)
    return list(reader), reader


def bodies(content: bytes, separator: Separator = "banner") -> list[bytes]:
    return [record.body for record in cut(content, separator)[0] if isinstance(record, Record)]


@pytest.fixture(params=[1, 2, 3, 5, 7, 64, 4 << 20])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """However the file is cut into chunks, its records are the same."""
    monkeypatch.setattr(text, "CHUNK", request.param)
    return int(request.param)


@pytest.mark.usefixtures("chunk")
def test_a_banner_ends_the_ad_before_it() -> None:
    first, whole = len(AD + BANNER), len(AD + BANNER + b"C = 3\n" + BANNER)
    records, reader = cut(AD + BANNER + b"C = 3\n" + BANNER)
    assert [(record.start, record.end) for record in records] == [(0, first), (first, whole)]
    assert [record.body for record in records if isinstance(record, Record)] == [AD, b"C = 3\n"]
    assert (reader.consumed, reader.tail) == (whole, 0)


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize(
    "tail", [b"A = 1\n", b"A = 1\nB", BANNER[:-1], BANNER[:20], b"***", b"\0\0\0", b"A = 1\n" + BANNER[:-1]]
)
def test_partial_tail_is_left_for_the_next_run(tail: bytes) -> None:
    records, reader = cut(AD + BANNER + tail)
    assert len(records) == 1
    assert (reader.consumed, reader.tail) == (len(AD + BANNER), len(tail))


@pytest.mark.usefixtures("chunk")
def test_reading_goes_on_where_it_was_left() -> None:
    content = AD + BANNER + b"C = 3\n" + BANNER
    records, _ = cut(content, start=len(AD + BANNER))
    assert [record.body for record in records if isinstance(record, Record)] == [b"C = 3\n"]


@pytest.mark.usefixtures("chunk")
def test_a_banner_inside_a_string_is_no_banner() -> None:
    ad = b'ProjectName = "*** Offset = 0 ClusterId = 1"\nA = "x" *** y\n'
    assert bodies(ad + BANNER) == [ad]


def test_banners_without_ads_between_them_are_empty_records() -> None:
    assert bodies(BANNER + BANNER) == [b"", b""]


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize("blank", [b"\n", b"\n\n", b"  \n", b"\r\n"])
def test_blank_lines_separate_ads_in_long_form(blank: bytes) -> None:
    found = bodies(AD + blank + b"C = 3\n" + blank, "blank line")
    assert [body.lstrip(b"\n") for body in found] == [AD, b"C = 3\n"]


@pytest.mark.usefixtures("chunk")
def test_a_long_file_that_ends_within_a_line_has_a_tail() -> None:
    records, reader = cut(AD + b"\nJobStatus = 3", "blank line")
    assert len(records) == 1
    assert reader.tail == len(b"JobStatus = 3")


@pytest.mark.usefixtures("chunk")
def test_each_line_of_json_lines_is_a_record() -> None:
    assert bodies(b'{"A": 1}\n\n{"B": 2}\n', "line") == [b'{"A": 1}\n', b'{"B": 2}\n']


@pytest.mark.usefixtures("chunk")
def test_the_digest_is_that_of_all_bytes_consumed() -> None:
    content = AD + BANNER + b"\n\n" + AD + BANNER
    _, reader = cut(content + b"tail")
    assert reader.digest.hexdigest() == blake2b(content, digest_size=16).hexdigest()


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize("separator", ["banner", "blank line", "line"])
def test_a_record_too_large_to_hold_keeps_place_digest_and_beginning(
    separator: Separator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "LARGEST_RECORD", 200)
    monkeypatch.setattr(text, "KEPT_OF_OVERSIZE", 50)
    end = {"banner": b"\n" + BANNER, "blank line": b"\n\n", "line": b"\n"}[separator]
    large, small = b'A = "' + b"x" * 1000 + b'"' + end, b"B = 2" + end
    records, reader = cut(small + large + small, separator)
    assert [type(record) for record in records] == [Record, Oversize, Record]
    oversize = records[1]
    assert (oversize.start, oversize.end) == (len(small), len(small + large))
    assert oversize.content == large[:50]
    assert oversize.digest == blake2b(large, digest_size=16).hexdigest()
    assert reader.digest.hexdigest() == blake2b(small + large + small, digest_size=16).hexdigest()


class Endless(io.RawIOBase):
    """A file of that many bytes without a line end."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset
        return offset

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._size - self._at)
        self._at += size
        return b"x" * size


@pytest.mark.parametrize("separator", ["banner", "blank line", "line"])
def test_an_endless_line_does_not_fill_the_memory(separator: Separator) -> None:
    tracemalloc.start()
    reader = RecordReader(Endless(600 << 20), 0, separator)  # type: ignore[arg-type]
    assert list(reader) == []
    assert reader.tail == 600 << 20
    assert tracemalloc.get_traced_memory()[1] < 250 << 20
    tracemalloc.stop()


def test_a_banner_line_without_end_is_too_large_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST_BANNER", 100)
    monkeypatch.setattr(text, "CHUNK", 64)
    records, _ = cut(AD + b"*** " + b"y" * 500 + b"\n" + AD + BANNER)
    assert [type(record) for record in records] == [Oversize, Record]


@pytest.mark.parametrize("chunk_size", [64, 1 << 20])
def test_a_banner_too_large_to_hold_is_so_wherever_chunks_end(chunk_size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST_BANNER", 100)
    monkeypatch.setattr(text, "CHUNK", chunk_size)
    records, _ = cut(AD + b"*** " + b"y" * 150 + b"\n" + AD + BANNER)
    assert [type(record) for record in records] == [Oversize, Record]


def test_records_can_be_passed_over_and_given_out_from_the_same_buffer() -> None:
    content = (AD + BANNER) * 3
    reader = RecordReader(io.BytesIO(b"before" + content), 6, "banner")
    buffer, begin, base = reader.ahead(1)
    first = len(AD + BANNER)
    assert (buffer[begin:], base + begin) == (content, 6)
    assert reader.pass_over(begin + first) == base
    given = reader.give(begin + first + len(AD), begin + 2 * first)
    assert (given.start, given.end, given.content) == (6 + first, 6 + 2 * first, AD + BANNER)
    assert [record.start for record in reader] == [6 + 2 * first]
    assert reader.digest.digest() == blake2b(content, digest_size=16).digest()


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize("read_again", [0, 9, 1 << 18])
def test_a_file_of_the_disk_gives_what_the_same_bytes_in_memory_give(
    read_again: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "_READ_AGAIN", read_again)
    content = AD + BANNER + b"C = 3\n" + BANNER + AD * 40 + BANNER + b"no whole record\n"
    (tmp_path / "history").write_bytes(content)
    wanted, in_memory = cut(content)
    with (tmp_path / "history").open("rb") as file:
        reader = RecordReader(file, 0, "banner")
        assert list(reader) == wanted
    assert (reader.consumed, reader.tail) == (in_memory.consumed, in_memory.tail)
    assert reader.digest.digest() == in_memory.digest.digest()


def test_a_file_that_is_cut_off_while_it_is_read_ends_with_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(AD + BANNER) + 3
    monkeypatch.setattr(text, "CHUNK", size)
    path = tmp_path / "history"
    path.write_bytes((AD + BANNER) * 5)
    with path.open("rb", buffering=size) as file:
        reader = RecordReader(file, 0, "banner")
        assert isinstance(next(iter(reader)), Record)
        path.write_bytes(b"A")
        assert list(reader) == []
    assert (reader.consumed, reader.tail) == (len(AD + BANNER), 3)
