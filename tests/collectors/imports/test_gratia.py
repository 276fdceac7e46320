"""Gratia's XML: what it tells, and what hostile XML cannot do."""

import io

import pytest

from collectors.classads.text import Oversize, Record
from collectors.imports import gracc, gratia, xml_records
from collectors.imports.usage import OtherRecordError, UnusableRecordError
from collectors.imports.xml_records import NotRecordsError, XmlRecords

UR = 'xmlns:urwg="http://www.gridforum.org/2003/ur-wg"'


def record(number: int, inside: str = "") -> str:
    return (
        f'<JobUsageRecord {UR}><RecordIdentity urwg:recordId="r{number}"/><WallDuration>PT1M</WallDuration>'
        f"<EndTime>2026-11-01T00:01:00Z</EndTime>{inside}</JobUsageRecord>"
    )


def cut(content: str | bytes) -> list[Record | Oversize]:
    return list(XmlRecords(io.BytesIO(content if isinstance(content, bytes) else content.encode())))


def ids(content: str) -> list[str]:
    return [str(gratia.parse(one.content)["RecordId"]) for one in cut(content)]


def readable(content: str) -> list[str]:
    """Ids of the records that can be read."""
    found = []
    for one in cut(content):
        try:
            found.append(str(gratia.parse(one.content)["RecordId"]))
        except UnusableRecordError:
            continue
    return found


def reason(content: str) -> str:
    with pytest.raises(UnusableRecordError) as refused:
        gratia.parse(content.encode())
    return str(refused.value)


def test_records_alone_in_an_envelope_and_in_a_bundle_are_cut_alike() -> None:
    one, two = record(1), record(2)
    assert ids(one) == ["r1"]
    assert ids(f"<?xml version='1.0'?>\n<RecordEnvelope>\n{one}\n{two}\n</RecordEnvelope>") == ["r1", "r2"]
    assert ids(f"replication|{one}|{two}||replication|{two}|||") == ["r1", "r2"]
    assert ids(f"replication|{one}\n|{two}|{two}|replication|{two}|||") == ["r1", "r2"]


def test_a_place_in_the_file_is_where_its_bytes_are() -> None:
    content = ("<RecordEnvelope>" + record(1) + " " * 700_000 + record(2) + "</RecordEnvelope>").encode()
    for one in cut(content):
        assert content[one.start : one.end] == one.content


HIDING = ["<!--{}-->", "<![CDATA[{}]]>", "<?x {}?>", "<!-- never ends {}", "<![CDATA[ never ends {}"]


@pytest.mark.parametrize("hiding", HIDING)
def test_what_only_looks_like_a_record_is_none(hiding: str) -> None:
    hidden = hiding.format("</JobUsageRecord>" + record(666))
    assert ids("<E>" + record(1) + hidden) == ["r1"]
    assert set(readable("<E>" + record(1, hidden) + record(2) + "</E>")) <= {"r1", "r2"}
    assert readable("<E>" + record(2) + record(1, hidden) + "</E>")[0] == "r2"


def test_a_broken_record_costs_itself_alone() -> None:
    broken = record(2).replace("</JobUsageRecord>", "")
    found = cut(f"<E>{record(1)}{broken}{record(3)}<JobUsageRecord><x></E>")
    assert [b"r1" in found[0].content, b"r2" in found[1].content, b"r3" in found[2].content] == [True] * 3
    assert len(found) == 4
    assert gratia.parse(found[2].content)["RecordId"] == "r3"
    assert "not well-formed" in reason(found[1].content.decode())
    assert "not well-formed" in reason(found[3].content.decode())


def test_prefixes_and_namespaces_do_not_matter() -> None:
    bound_outside = (
        '<urf:UsageRecord><urf:RecordIdentity urf:recordId="a"/><urf:WallDuration>PT2S</urf:WallDuration>'
        "<urf:EndTime>2026-11-01T00:00:02Z</urf:EndTime></urf:UsageRecord>"
    )
    (one,) = cut(f'<Envelope xmlns:urf="http://schema.ogf.org/urf/2003/09/urf">{bound_outside}</Envelope>')
    assert gracc.usage_of(gratia.parse(one.content)).wall == 2


def test_no_entity_is_expanded_and_no_document_type_is_read() -> None:
    bomb = '<!DOCTYPE JobUsageRecord [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    outside = '<!DOCTYPE JobUsageRecord [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    assert "document type" in reason(bomb + record(1, "<JobName>&b;</JobName>"))
    assert "document type" in reason(outside + record(1))
    # in a file the record is cut out of it, and has no such entity
    (one,) = cut(outside + record(1, "<JobName>&secret;</JobName>"))
    assert "undefined entity" in reason(one.content.decode())


def test_depth_and_number_of_elements_are_bounded() -> None:
    assert "more elements" in reason(record(1, "<x>" * 40 + "</x>" * 40))
    assert "more elements" in reason(record(1, "<x/>" * 20_000))


def test_a_record_larger_than_any_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_records, "LARGEST", 10_000)
    monkeypatch.setattr(xml_records, "CHUNK", 1_000)
    large = record(2, "<JobName>" + "x" * 100_000 + "</JobName>")
    first, second, third = cut("<E>" + record(1) + large + record(3) + "</E>")
    assert isinstance(second, Oversize)
    assert second.digest == Record(0, 0, large.encode()).digest
    assert second.end - second.start == len(large)
    assert large.encode().startswith(second.content)
    assert [gratia.parse(one.content)["RecordId"] for one in (first, third)] == ["r1", "r3"]


def test_a_comment_longer_than_any_record_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_records, "LARGEST", 10_000)
    with pytest.raises(NotRecordsError, match="at byte 3 begins a comment"):
        cut("<E><!-- " + "x" * 600_000 + "-->" + record(1) + "</E>")


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_records_are_the_same_however_the_file_is_read(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    content = f"replication|{record(1)}|{record(9)}||<!-- {record(8)} -->replication|{record(2)}|||".encode()
    whole = cut(content)
    monkeypatch.setattr(xml_records, "CHUNK", chunk)
    assert cut(content) == whole
    assert len(whole) == 2


def test_records_of_disks_are_of_another_kind() -> None:
    with pytest.raises(OtherRecordError, match="disk space"):
        gratia.parse(b"<StorageElement><SE>x</SE></StorageElement>")


PT: list[tuple[str, object]] = [("PT1H30M", 5400), ("P1DT1S", 86401), ("PT1M5.32S", "65.32"), ("PT0S", 0), ("60", 60)]


@pytest.mark.parametrize(("written", "seconds"), PT)
def test_durations_are_seconds(written: str, seconds: object) -> None:
    told = gratia.parse(record(1).replace("PT1M", written).encode())
    assert str(gracc.usage_of(told).wall) == str(seconds)


@pytest.mark.parametrize("written", ["P1Y", "P", "PT", "-PT5S", "1 hour", "NaN", "1e999", "9" * 40])
def test_a_duration_that_makes_no_sense_is_not_taken_for_none(written: str) -> None:
    told = gratia.parse(record(1).replace("PT1M", written).encode())
    with pytest.raises(UnusableRecordError, match="WallDuration is"):
        gracc.usage_of(told)
