"""JSON says the same as the text form of an ad, object by object, whole or in pieces."""

import io
import json
import tracemalloc
from pathlib import Path

import classad2
import pytest

from collectors.classads import json_ads
from collectors.classads.ad import PlainAd, UnreadableAd, parse_text
from collectors.classads.json_ads import ArrayReader, parse_json
from collectors.classads.text import Oversize, Record
from collectors.classads.values import Reading, Value
from pipeline.schema import JOB
from tests.collectors.records import NAMES

AD = b'{\n  "A": "x{\\"}",\n  "B": {"c": [1, {"d": "}"}]}\n}'


def value(member: str, column: str) -> Value:
    reading = Reading(JOB)
    return reading.read(parse_json(b"{" + member.encode("utf-8", "surrogateescape") + b"}"))[reading.position[column]]


@pytest.mark.parametrize(
    ("member", "column", "expected"),
    [
        ('"JobPrio": 5', "priority", 5),
        ('"JOBPRIO": 5.0', "priority", 5),
        ('"JobPrio": null', "priority", None),
        ('"JobPrio": NaN', "priority", None),
        ('"JobPrio": 99999999999999999999999', "priority", None),
        ('"JobPrio": 1, "jobprio": 2', "priority", 2),
        ('"ExitBySignal": true', "exit_by_signal", True),
        ('"Cmd": "say \\"hi\\" C:\\\\dir\\\\"', "command", 'say "hi" C:\\dir\\'),
        ('"Cmd": "\\u2603 \\ud83d\\ude00 ☃"', "command", "☃ 😀 ☃"),
        ('"Cmd": "two\\nlines"', "command", "two\nlines"),
        ('"Owner": "caf\udce9"', "owner", "caf\\xe9"),
        ('"Owner": "half \\ud83d"', "owner", "half \\x5cud83d".replace("\\x5c", "\\")),
        ('"MachineAttrGLIDEIN_Site0": "B\\\\303\\\\252ta"', "site", "Bêta"),
        ('"RequestMemory": "\\/Expr(1 + B)\\/", "B": 2', "request_memory_mib", 3),
        ('"RequestMemory": "/Expr(1 + 2)/"', "request_memory_mib", None),
        ('"ProjectName": "/Expr(1 + 2)/"', "project", "/Expr(1 + 2)/"),
        ('"AssignedGPUs": ["a", {"b": null}]', "assigned_gpus", None),
    ],
)
def test_members_are_read_like_attributes(member: str, column: str, expected: object) -> None:
    assert value(member, column) == expected


@pytest.mark.parametrize(
    "body",
    [b"", b"5", b"[1]", b"{", b'{"A": }', b'{"A": 1} x', b'{"A": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b"\xff"],
)
def test_what_is_no_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAd):
        parse_json(body)


def test_two_ids_in_one_object_are_two_ads() -> None:
    with pytest.raises(UnreadableAd, match="two ads"):
        parse_json(b'{"ClusterId": 1, "clusterid": 2}')


@pytest.fixture(params=[1, 2, 3, 7, 4 << 20])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_ads, "CHUNK", request.param)


def cut(content: bytes, start: int = 0) -> tuple[list[Record | Oversize], ArrayReader]:
    reader = ArrayReader(io.BytesIO(content), start)
    return list(reader), reader


@pytest.mark.usefixtures("chunk")
def test_an_array_is_read_object_by_object() -> None:
    content = b"[\n" + AD + b"\n,\n" + AD + b"\n]\n"
    records, reader = cut(content)
    assert [record.content for record in records] == [AD, AD]
    assert [record.start for record in records] == [2, 2 + len(AD) + 3]
    assert (reader.consumed, reader.tail) == (len(content) - 3, 0)


@pytest.mark.usefixtures("chunk")
def test_reading_goes_on_after_the_last_whole_object() -> None:
    content = b"[" + AD + b"," + AD + b"]"
    records, _ = cut(content, start=1 + len(AD))
    assert [record.content for record in records] == [AD]


@pytest.mark.usefixtures("chunk")
def test_an_object_that_is_cut_is_a_tail() -> None:
    records, reader = cut(b"[" + AD + b"," + AD[:-3])
    assert len(records) == 1
    assert reader.tail == len(AD) - 2


@pytest.mark.usefixtures("chunk")
def test_an_object_too_large_to_hold_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_ads, "LARGEST_RECORD", 100)
    monkeypatch.setattr(json_ads, "KEPT_OF_OVERSIZE", 20)
    large = b'{"A": "' + b"x" * 500 + b'"}'
    records, _ = cut(b"[" + AD + b"," + large + b"," + AD + b"]")
    assert [type(record) for record in records] == [Record, Oversize, Record]
    assert (records[1].end - records[1].start, records[1].content) == (len(large) + 1, (b"," + large)[:20])


def test_an_endless_object_does_not_fill_the_memory() -> None:
    class Endless(io.RawIOBase):
        left = 600 << 20

        def seek(self, offset: int, whence: int = 0) -> int:
            return offset

        def read(self, size: int = -1) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return (b'{"' if self.left == (600 << 20) - size else b"xx") + b"x" * (size - 2) if size else b""

    tracemalloc.start()
    reader = ArrayReader(Endless(), 0)  # type: ignore[arg-type]
    assert list(reader) == []
    assert reader.tail == 600 << 20
    assert tracemalloc.get_traced_memory()[1] < 250 << 20
    tracemalloc.stop()


def records_of(path: Path) -> dict[str, list[Value]]:
    """Job id -> values, of any form of the captures' own history."""
    reading = Reading(JOB)
    if path.suffix == ".jsonl":
        ads: list[PlainAd] = [parse_json(line) for line in path.read_bytes().splitlines()]
        rows = [reading.read(ad) for ad in ads]
    elif path.suffix == ".json":
        with path.open("rb") as file:
            rows = [reading.read(parse_json(record.content)) for record in ArrayReader(file, 0)]
    else:
        rows = [reading.read(parse_text(ad, NAMES)) for ad in path.read_bytes().split(b"\n\n") if ad.strip()]
    return {str(row[reading.position["global_job_id"]]): row for row in rows}


@pytest.mark.parametrize("ap", ["ap1", "ap2"])
@pytest.mark.parametrize("form", ["history.json", "history.jsonl"])
def test_json_of_captured_ads_says_the_same_as_their_text(ap: str, form: str, shared_data: Path) -> None:
    tools = shared_data / "captures" / ap / "tools"
    text, other = records_of(tools / "history.long"), records_of(tools / form)
    assert set(text) & set(other)
    assert all(other[job] == row for job, row in text.items() if job in other)


def test_json_of_htcondors_library_says_the_same_as_its_text() -> None:
    body = 'Cmd = "a\\"b\\c\t☃ /Expr(x)/"\nMemoryUsage = ((B + 1023) / 1024)\nB = 5000\n'
    body += "RemoteUserCpu = 1.5E-07\nJobPrio = undefined\n"
    ad = next(classad2.parseAds(body, classad2.ParserType.Old))
    reading = Reading(JOB)
    assert reading.read(parse_json(ad.printJson().encode())) == reading.read(parse_text(body.encode(), NAMES))
    assert json.loads(ad.printJson())["MemoryUsage"].startswith("/Expr(")
