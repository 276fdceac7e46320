"""GRACC's documents: raw ones, summaries, and what makes no sense."""

import json
from decimal import Decimal
from typing import Any

import pytest

from collectors.imports import gracc
from collectors.imports.usage import UnusableRecordError, key_of

RAW: dict[str, Any] = {
    "type": "JobUsageRecord",
    "RecordId": "host:1.1",
    "EndTime": "2026-11-01T01:00:00Z",
    "WallDuration": 60,
    "Processors": "2",
    "LocalUserId": "u",
    "SiteName": "S",
}
SUMMARY: dict[str, Any] = {
    "EndTime": "2026-11-01T00:00:00.000Z",
    "VOName": "osg",
    "ProjectName": "N/A",
    "Processors": 1,
    "SiteName": "S",
    "WallDuration": 7200,
    "CpuDuration_user": 3600.5,
    "CpuDuration_system": 0,
    "CoreHours": 2.5,
    "Njobs": 3,
    "Count": 4,
}


def values(*told: object) -> tuple[object, ...]:
    """Numbers to be compared, of whatever type they are."""
    return told


def test_a_job_without_cpu_time_is_unknown_not_idle() -> None:
    # the collector writes a total of 0 where the record has none
    assert gracc.usage_of(RAW | {"CpuDuration": 0}).cpu is None
    assert gracc.usage_of(RAW | {"CpuDuration": 0, "CpuDuration_user": 0}).cpu == 0
    assert gracc.usage_of(RAW | {"CpuDuration": 15}).cpu == 15


def test_payload_of_pilots_is_at_its_place_and_not_at_the_access_points_site() -> None:
    payload = gracc.usage_of(RAW | {"ResourceType": "Payload", "Host_description": "Alpha-CE"})
    assert (payload.site, payload.resource) == ("Alpha-CE", "Alpha-CE")
    assert gracc.usage_of(RAW | {"ResourceType": "Payload", "PayloadSiteName": "Alpha"}).site == "Alpha"
    assert gracc.usage_of(RAW | {"ResourceType": "Batch", "Host_description": "x"}).site == "S"


def test_a_local_account_is_named_with_its_site() -> None:
    assert gracc.usage_of(RAW).user == "u@S"
    assert gracc.usage_of(RAW | {"GlobalUsername": "u@x"}).user == "u@x"


def test_a_summary_is_of_its_day() -> None:
    told = gracc.usage_of(SUMMARY)
    assert told.is_summary
    assert (told.begin_utc, told.end_utc) == (1_793_491_200, 1_793_577_600)
    assert values(told.jobs, told.core, told.cpu, told.project) == (3, 9000, Decimal("3600.5"), "osg")


def test_a_summary_of_the_same_names_is_another_version_whatever_its_hours() -> None:
    key = key_of(gracc.usage_of(SUMMARY))
    assert key_of(gracc.usage_of(SUMMARY | {"WallDuration": 1, "CoreHours": 9, "Njobs": 1})) == key
    assert key_of(gracc.usage_of(SUMMARY | {"Processors": 8})) != key
    assert key_of(gracc.usage_of(SUMMARY | {"EndTime": "2026-11-02T00:00:00.000Z"})) != key


def test_a_document_of_elasticsearch_is_its_source() -> None:
    assert gracc.parse(json.dumps({"_index": "gracc", "_source": RAW}).encode()) == RAW


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"type": "Podcast"}, "no-usage"),
        ({"RecordId": None}, "no-record-id"),
        ({"Processors": "many"}, "unreadable"),
        ({"Processors": 1e300}, "unreadable"),
        ({"WallDuration": True}, "unreadable"),
        ({"WallDuration": {"a": 1}}, "unreadable"),
        ({"EndTime": "yesterday"}, "unreadable"),
        ({"EndTime": "99999-01-01"}, "unreadable"),
        ({"Njobs": 1.5}, "unreadable"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_rule(changed: dict[str, Any], rule: str) -> None:
    with pytest.raises(UnusableRecordError) as refused:
        gracc.usage_of(RAW | changed)
    assert refused.value.rule == rule


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"a": NaN}', b'{"a":' + b"[" * 100_000, b"\xff{}", b"7" * 5000])
def test_what_is_no_document_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnusableRecordError):
        gracc.parse(content)
