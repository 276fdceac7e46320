"""Attributes become typed values as HTCondor means them; what is not known stays unknown."""

from pathlib import Path
from typing import Any

import classad2
import pytest

from collectors.classads.ad import UnreadableAd, parse_text
from collectors.classads.text import Record, RecordReader
from collectors.classads.values import Reading
from pipeline.schema import ATTEMPT_RECORD, JOB, Column, Table
from tests.collectors.records import NAMES, value_of

LITERALS: list[tuple[str, str, object]] = [
    ("JobPrio = 5", "priority", 5),
    ("JobPrio=5", "priority", 5),
    ("  JobPrio   =   5  ", "priority", 5),
    ("jobprio = -5", "priority", -5),
    ("JobPrio = +5", "priority", 5),
    ("JobPrio = 010", "priority", 10),
    ("JobPrio = 5\r", "priority", 5),
    ("BytesSent = 0.0", "bytes_sent", 0),
    ("BytesSent = 3130578.0", "bytes_sent", 3130578),
    ("RemoteUserCpu = 1.5E-07", "cpu_user_us", 0),
    ("RemoteUserCpu = 2.000000", "cpu_user_us", 2_000_000),
    ("RemoteUserCpu = .25", "cpu_user_us", 250_000),
    ("RequestCpus = 1.5", "request_cpus_milli", 1500),
    ("CpusUsage = 0.0774010471242173", "cpus_usage_milli", 77),
    ("ExitBySignal = TRUE", "exit_by_signal", True),
    ("ExitBySignal = false", "exit_by_signal", False),
    ("ExitBySignal = 1", "exit_by_signal", True),
    ('Owner = "ann"', "owner", "ann"),
    ('Owner = ""', "owner", ""),
    ('Cmd = "say \\"hi\\""', "command", 'say "hi"'),
    ('Cmd = "C:\\dir\\new"', "command", "C:\\dir\\new"),
    ('Cmd = "C:\\dir\\"', "command", "C:\\dir\\"),
    ('Cmd = "a\tb"', "command", "a\tb"),
    ('Cmd = "a = b"', "command", "a = b"),
    ('Cmd="a = b"', "command", "a = b"),
    ('ProjectName = "Zoë ☃"', "project", "Zoë ☃"),
    ('ProjectName = "*** Offset = 0 ClusterId = 1"', "project", "*** Offset = 0 ClusterId = 1"),
    ('Cmd = "B\\303\\252ta"', "command", "B\\303\\252ta"),
    ('MachineAttrGLIDEIN_Site0 = "B\\303\\252ta Universit\\303\\244t"', "site", "Bêta Universität"),
    ('MATCH_EXP_JOBGLIDEIN_Site = "Bêta Universität"', "site", "Bêta Universität"),
    ("CompletionDate = 1795223371", "completion_utc", 1795223371),
    ("CompletionDate = 1795223371.0", "completion_utc", 1795223371),
]
UNKNOWN = [
    ("JobPrio = undefined", "priority"),
    ("JobPrio = UNDEFINED", "priority"),
    ("JobPrio = error", "priority"),
    ('JobPrio = "5"', "priority"),
    ("JobPrio = true", "priority"),
    ("JobPrio = {1, 2}", "priority"),
    ("JobPrio = [a = 1]", "priority"),
    ("JobPrio = 99999999999999999999", "priority"),
    ("JobPrio = -9223372036854775809", "priority"),
    ("JobPrio = " + "9" * 10_000, "priority"),
    ("JobPrio = 1e400", "priority"),
    ("RemoteUserCpu = 1e300", "cpu_user_us"),
    ('RemoteUserCpu = real("NaN")', "cpu_user_us"),
    ('RemoteUserCpu = real("INF")', "cpu_user_us"),
    ("JobPrio = nan", "priority"),
    ("JobPrio = 1_000", "priority"),
    ("Owner = 5", "owner"),
    ("Owner = ann", "owner"),
    ("Owner = {}", "owner"),
    ('ExitBySignal = "true"', "exit_by_signal"),
    ("CompletionDate = 0", "completion_utc"),
    ("CompletionDate = -1", "completion_utc"),
    (
        'JOBGLIDEIN_Site = "$$([ifThenElse(isUndefined(TARGET.GLIDEIN_Site), \\"Unknown\\", TARGET.GLIDEIN_Site)])"',
        "site",
    ),
    ('JOB_GLIDEIN_Site = "$$(GLIDEIN_Site:Unknown)"', "site"),
    ('MATCH_EXP_JOBGLIDEIN_ResourceName = "Local Job"', "resource"),
    ('Args = "$$(OpSys)"', "arguments"),
]


@pytest.mark.parametrize(("line", "column", "expected"), LITERALS, ids=lambda value: str(value)[:40])
def test_literals_are_read(line: str, column: str, expected: object) -> None:
    value = value_of(line + "\n", column)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(("line", "column"), UNKNOWN, ids=lambda value: str(value)[:40])
def test_what_has_no_usable_value_is_unknown(line: str, column: str) -> None:
    value = value_of(line + "\n", column)
    # HTCondor's own library reads the digits of 1_000 as 1 and forgets the rest
    assert value is None or line.endswith("1_000")


def test_the_last_of_equal_names_wins_in_whatever_case() -> None:
    assert value_of("JobPrio = 1\nJOBPRIO = 2\njobPrio = 3\n", "priority") == 3


def test_the_next_attribute_is_tried_where_one_has_no_usable_value() -> None:
    ad = 'MachineAttrGLIDEIN_Site0 = undefined\nMATCH_EXP_JOBGLIDEIN_Site = "Unknown"\nMATCH_GLIDEIN_Site = "Alpha"\n'
    assert value_of(ad, "site") == "Alpha"


def test_an_expression_is_evaluated_on_its_own_ad() -> None:
    ad = "MemoryUsage = ((ResidentSetSize + 1023) / 1024)\nResidentSetSize = 7500\n"
    assert value_of(ad, "memory_used_mib") == 8
    assert value_of("RequestDisk = DiskUsage\nDiskUsage = 45\n", "request_disk_kib") == 45


def test_an_expression_may_refer_to_attributes_that_no_column_has() -> None:
    ad = "RequestMemory = ceiling(ifThenElse(JobVMMemory =!= UNDEFINED, JobVMMemory, ImageSize / 1024.0))\n"
    assert value_of(ad + "ImageSize = 350000\n", "request_memory_mib") == 342


def test_two_different_invalid_names_stay_two() -> None:
    texts = {
        value_of(f'Owner = "caf{end}"\n', "owner") for end in ("\udce9", "\udcea", "\\xe9", "\\x5cxe9", "é", "\\x5c")
    }
    assert len(texts) == 6
    assert "caf\\xe9" in texts


def test_octal_text_that_is_no_utf8_is_escaped() -> None:
    assert value_of('MachineAttrMachine0 = "caf\\351"\n', "machine") == "caf\\xe9"


def test_a_long_text_is_cut_and_two_long_texts_stay_two() -> None:
    long = "x" * 1024
    assert value_of(f'Cmd = "{long}"\n', "command") == long
    one, other = (value_of(f'Cmd = "{long}{end}"\n', "command") for end in ("y" * 5_000_000, "z"))
    assert isinstance(one, str)
    assert isinstance(other, str)
    assert one != other
    assert one[:1024] == other[:1024] == long
    assert len(one) == len(other) < 1100


@pytest.mark.parametrize("line", ["junk", "RequestCpus In = 5", "= 5", "A", '"A" = 5', "\x01 = 3", "A" * 300 + " = 1"])
def test_a_line_that_is_no_attribute_makes_the_record_unreadable(line: str) -> None:
    with pytest.raises(UnreadableAd):
        parse_text(f"A = 1\n{line}\n".encode(), NAMES)


def test_nul_bytes_before_an_ad_are_dropped_and_within_it_make_it_unreadable() -> None:
    assert parse_text(b"\0\0\0\nJobPrio = 3\n", NAMES).raw == {b"jobprio": b"3"}
    with pytest.raises(UnreadableAd, match="NUL"):
        parse_text(b"JobPrio = 3\n\0\0", NAMES)


def test_two_ads_that_ran_into_each_other_are_unreadable() -> None:
    with pytest.raises(UnreadableAd, match="two ads"):
        parse_text(b"ClusterId = 1\nProcId = 0\nProcId = 1\n", NAMES)
    assert parse_text(b"ProcId = 1\nProcId = 1\n", NAMES).raw == {b"procid": b"1"}


def test_a_record_of_endless_lines_is_unreadable() -> None:
    with pytest.raises(UnreadableAd, match="lines"):
        parse_text(b"A = 1\n" * 200_000, NAMES)


def test_a_name_with_a_comment_before_it_is_read() -> None:
    assert value_of("# from condor_history\nJobPrio = 3\n", "priority") == 3


def captured(folder: Path, table: Table) -> list[bytes]:
    pattern = "**/history*" if table is JOB else "**/epoch_history*"
    found = []
    for path in sorted(folder.glob(pattern)):
        if path.suffix not in {".json", ".jsonl", ".long", ".txt", ".xml"} and path.is_file():
            with path.open("rb") as file:
                records = list(RecordReader(file, 0, "banner"))
            found += [record.body for record in records if isinstance(record, Record)]
    return found


def told_by_library(ad: Any, column: Column) -> object:
    """The column's value as HTCondor's library sees the whole ad: the obvious way, one attribute at a time."""
    for name in column.attributes:
        value = ad.eval(name) if name in ad else None
        if isinstance(value, classad2.Value) or value is None:
            continue
        if column.type == "text" and isinstance(value, str):
            if name.startswith("MachineAttr") and "\\3" in value:
                value = value.encode().decode("unicode_escape").encode("latin-1").decode()
            if "$$(" not in value and value not in column.unknown:
                return value
        elif column.type == "flag" and isinstance(value, bool):
            return value
        elif column.type in ("int", "instant") and type(value) in (int, float):
            stored = round(value * column.scale)
            if column.type == "int" or stored > 0:
                return stored
    return None


@pytest.mark.parametrize("table", [JOB, ATTEMPT_RECORD], ids=lambda table: table.name)
def test_every_value_of_captured_ads_is_what_htcondors_library_says(table: Table, shared_data: Path) -> None:
    records = captured(shared_data / "captures", table)
    assert len(records) > 300
    reading = Reading(table)
    for body in records:
        ad = next(classad2.parseAds(body.decode(), classad2.ParserType.Old))
        row = reading.read(parse_text(body, NAMES))
        for column in table.from_ads:
            assert row[reading.position[column.name]] == told_by_library(ad, column), column.name
