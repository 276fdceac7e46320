"""Records that other people published: each is imported, or it is said why not."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.imports import gracc, gratia
from collectors.imports.importing import Asked, import_files
from collectors.imports.xml_records import XmlRecords
from pipeline.lake import Lake
from pipeline.schema import REJECT, USAGE_RECORD
from pipeline.settings import Settings

NOW = datetime(2026, 12, 1, tzinfo=UTC)
COLLECTOR = "gracc/opensciencegrid__gracc-collector"


def files(shared_data: Path) -> list[Path]:
    return sorted(path for name in ("gracc", "apel") for path in (shared_data / name).rglob("*") if path.is_file())


def test_every_sample_becomes_rows_or_is_refused_with_a_reason(
    lake: Lake, settings: Settings, shared_data: Path
) -> None:
    refused = Counter[str]()
    for path in files(shared_data):
        report = import_files([path], lake, settings, NOW, Asked("grid"))
        (tally,) = report.kinds.values() or [None]
        if tally is None:
            ((what, hint),) = report.unread
            assert path.name in what
            assert hint
            refused["unread"] += 1
        else:
            assert tally.ads == tally.new + tally.known + tally.rejects + tally.skipped > 0, path.name
            assert tally.rejects == sum(report.rejects.values())
            assert all(report.reasons[rule] for rule in report.rejects)
            refused.update(report.rejects)
            refused.update(report.skipped)
    # three lists of other kinds, three templates of Elasticsearch, and what tells of no jobs
    assert refused == {
        "unread": 3,
        "no-record-id": 3,
        "StorageElement (disk space, no jobs)": 8,
        "StorageElementRecord (disk space, no jobs)": 8,
        "APEL-sync-message (numbers of jobs to compare by, no hours)": 1,
        "APEL-cloud-message (virtual machines, no jobs)": 1,
        "APEL-cloud-summary-message (virtual machines, no jobs)": 1,
    }
    assert lake.count(REJECT) == 3


@pytest.mark.parametrize("name", [f"JobUsageRecord0{number}" for number in range(1, 7)] + ["UsageRecord01"])
def test_xml_tells_what_the_document_says_that_gracc_made_of_it(name: str, shared_data: Path) -> None:
    folder = shared_data / COLLECTOR
    (xml,) = (record.content for record in XmlRecords((folder / f"gracc~test_data~{name}.xml").open("rb")))
    document = json.loads((folder / f"gracc~test_data~{name}.json").read_text("utf-8"))
    assert gracc.usage_of(gratia.parse(xml), "gracc") == gracc.usage_of(document)


def test_the_bundles_records_are_counted_once_and_not_also_as_they_came(
    lake: Lake, settings: Settings, shared_data: Path
) -> None:
    report = import_files([shared_data / COLLECTOR / "test.bundle"], lake, settings, NOW, Asked("grid"))
    tally = report.of("usage records, gratia")
    assert (tally.ads, tally.skipped, tally.rejects) == (15, 4, 0)
    rows = lake.read(USAGE_RECORD).to_pylist()
    (row,) = (row for row in rows if row["local_job_id"] == "2391")
    assert (row["wall_s"], row["cores_milli"], row["mcore_s"]) == (1395, 4000, 1395 * 4000)
    assert (row["cpu_used_us"], row["exit_code"], row["project"]) == (20_000_000, 0, "osg")
    assert (row["begin_utc"], row["end_utc"]) == (1_456_365_750, 1_456_367_145)


def test_a_record_in_xml_and_as_a_document_is_one(lake: Lake, settings: Settings, shared_data: Path) -> None:
    folder = shared_data / COLLECTOR
    import_files(sorted(folder.glob("*UsageRecord*")), lake, settings, NOW, Asked("grid"))
    rows = lake.read(USAGE_RECORD).to_pylist()
    assert {row["format"] for row in rows} == {"gratia", "gracc"}
    # the first has the id of the last, which only lacks when it was queued
    assert len({row["global_job_id"] for row in rows}) == 6


def test_apels_summary_of_a_month_is_its_month(lake: Lake, settings: Settings, shared_data: Path) -> None:
    path = shared_data / "apel/messages/apel__test_record_factory_L254.txt"
    import_files([path], lake, settings, NOW, Asked("grid"))
    rows = {row["submit_host"]: row for row in lake.read(USAGE_RECORD).to_pylist()}
    row = rows["hepscore-hosts"]
    assert (row["begin_utc"], row["end_utc"]) == (1_675_209_600, 1_677_628_800)
    assert (row["wall_s"], row["mcore_s"]) == (3_653_301_632, 3_653_301_632_000)
    assert (row["cpu_used_us"], row["jobs"], row["project"]) == (2_374_660_406_000_000, 160_475, "alice")
    assert row["record_type"] == "SUMMARY"
