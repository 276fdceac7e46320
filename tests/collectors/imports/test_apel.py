"""APEL's messages: individual records and summaries, and what is no message."""

import io

import pytest

from collectors.classads.text import Oversize
from collectors.imports import apel
from collectors.imports.usage import OtherRecordError, UnusableRecordError, Usage, key_of

JOB = """APEL-individual-job-message: v0.4
Site: S
SubmitHost: ce.s:9619/condor
LocalJobId: 7.0
LocalUserId: bob
FQAN: /atlas/Role=production/Capability=NULL
WallDuration: 100
CpuDuration: 90
Processors: 2
StartTime: 1793491200
EndTime: 1793491300
%%
"""
MONTH = """APEL-summary-job-message: v0.2
Site: S
Month: 12
Year: 2025
VO: atlas
WallDuration: 1000
CpuDuration: 900
NumberOfJobs: 5
%%
"""


def values(*told: object) -> tuple[object, ...]:
    """Numbers to be compared, of whatever type they are."""
    return told


def read(content: str) -> list[Usage]:
    records = apel.ApelRecords(io.BytesIO(content.encode()))
    return [apel.usage_of(*apel.parse(record.content)) for record in records]


def test_a_job_is_told_with_its_host_cores_and_virtual_organisation() -> None:
    (told,) = read(JOB)
    assert (told.site, told.submit_host, told.local_job_id, told.user) == ("S", "ce.s:9619/condor", "7.0", "bob@S")
    assert values(told.project, told.wall, told.cpu, told.cores, told.jobs) == ("atlas", 100, 90, 2, 1)
    assert (told.begin_utc, told.end_utc, told.is_summary) == (1_793_491_200, 1_793_491_300, False)


def test_no_processors_and_0_processors_are_not_known() -> None:
    assert read(JOB.replace("Processors: 2", "Processors: 0"))[0].cores is None
    assert read(JOB.replace("Processors: 2\n", ""))[0].cores is None


def test_a_summary_is_of_its_month() -> None:
    (told,) = read(MONTH)
    assert (told.begin_utc, told.end_utc) == (1_764_547_200, 1_767_225_600)
    assert values(told.wall, told.cpu, told.jobs, told.is_summary) == (1000, 900, 5, True)


def test_a_month_stated_anew_has_the_same_key_and_another_group_has_not() -> None:
    key = key_of(read(MONTH)[0])
    assert key_of(read(MONTH.replace("1000", "2000").replace("NumberOfJobs: 5", "NumberOfJobs: 6"))[0]) == key
    assert key_of(read(MONTH.replace("VO: atlas", "VO: cms"))[0]) != key
    assert key_of(read(MONTH.replace("Year: 2025", "Year: 2024"))[0]) != key


def test_each_record_carries_the_message_that_it_is_of() -> None:
    two = [*apel.ApelRecords(io.BytesIO((JOB + "  " + MONTH.replace("\n", "\r\n") + MONTH[:-3]).encode()))]
    assert [record.content.split(b":")[0] for record in two] == [
        b"APEL-individual-job-message",
        b"APEL-summary-job-message",
        b"APEL-summary-job-message",
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (JOB.partition("\n")[2], "unreadable"),
        (JOB.replace("Site: S\n", ""), "unreadable"),
        (JOB.replace("Site: S", "Site: S\nSite: T"), "unreadable"),
        (JOB.replace("WallDuration: 100", "WallDuration: soon"), "unreadable"),
        (JOB.replace("LocalJobId: 7.0", "LocalJobId: NULL"), "no-record-id"),
        (JOB.replace("Site: S", "Site S"), "unreadable"),
        (MONTH.replace("Month: 12", "Month: 13"), "no-time"),
        (MONTH.replace("Year: 2025\n", ""), "no-time"),
        (MONTH.replace("NumberOfJobs: 5\n", ""), "unreadable"),
        (MONTH.replace("WallDuration: 1000\n", ""), "no-usage"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_rule(content: str, rule: str) -> None:
    with pytest.raises(UnusableRecordError) as refused:
        read(content)
    assert refused.value.rule == rule


def test_messages_of_other_things_are_of_another_kind() -> None:
    with pytest.raises(OtherRecordError, match="virtual machines"):
        read("APEL-cloud-message: v0.4\nVMUUID: x\n%%\n")


def test_a_record_larger_than_any_is_not_held() -> None:
    (large, small) = apel.ApelRecords(io.BytesIO(JOB.replace("bob", "b" * 3_000_000).encode() + JOB.encode()))
    assert isinstance(large, Oversize)
    assert len(large.content) == 64 << 10
    assert small.content == JOB.removesuffix("%%\n").encode()
