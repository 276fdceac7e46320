"""GRACC's documents in a real Elasticsearch: each in the lake once, changed ones as newer versions."""

from datetime import UTC, datetime
from typing import Any

import pytest
from elasticsearch import Elasticsearch, helpers

from collectors.imports.elastic import LABEL, import_index
from collectors.imports.importing import Asked
from collectors.report import Report, Tally
from pipeline.lake import Lake
from pipeline.schema import SOURCE_FILE, USAGE_RECORD
from pipeline.settings import Settings
from tests.elastic.node import Node
from tests.ledger_command import Ledger

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def raw(number: int, **more: Any) -> dict[str, Any]:
    """A job of a minute on two cores."""
    told = {
        "type": "JobUsageRecord",
        "RecordId": f"host:{number}",
        "EndTime": "2026-11-01T01:00:00Z",
        "WallDuration": 60,
        "Processors": 2,
    }
    return told | more


def day(**more: Any) -> dict[str, Any]:
    """A summary of a day."""
    told = {"EndTime": "2026-11-01T00:00:00.000Z", "VOName": "osg", "WallDuration": 7200, "Njobs": 3, "CoreHours": 2.5}
    return told | more


@pytest.fixture
def index(client: Elasticsearch, request: pytest.FixtureRequest) -> str:
    """An index of two shards that no other test writes to."""
    name = f"gracc-{abs(hash(request.node.name)):x}"
    client.indices.create(index=name, settings={"number_of_shards": 2, "number_of_replicas": 0})
    return name


def put(client: Elasticsearch, index: str, documents: dict[str, dict[str, Any]]) -> None:
    helpers.bulk(client, ({"_index": index, "_id": name, **body} for name, body in documents.items()))


def taken(client: Elasticsearch, index: str, lake: Lake) -> Report:
    return import_index(client, index, lake, Settings(lake=lake.root), NOW, Asked("grid"))


def tally(client: Elasticsearch, index: str, lake: Lake) -> Tally:
    return taken(client, index, lake).of(LABEL)


def test_each_document_is_imported_once(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, {str(number): raw(number) for number in range(20)})
    first, again = tally(client, index, lake), tally(client, index, lake)
    assert (first.new, again.unchanged, again.ads) == (20, 2, 0)
    put(client, index, {"20": raw(20)})
    assert tally(client, index, lake).new == 1
    assert lake.count(USAGE_RECORD) == 21


def test_a_batch_that_is_full_is_committed_and_the_shard_goes_on(
    client: Elasticsearch, index: str, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.batch.MOST_ROWS", 4)
    put(client, index, {str(number): raw(number) for number in range(20)})
    assert tally(client, index, lake).new == 20
    assert sum(row["rows"] for row in lake.read(SOURCE_FILE).to_pylist()) == 20


def test_a_summary_that_goes_back_to_an_older_figure_is_a_new_statement(
    client: Elasticsearch, index: str, lake: Lake
) -> None:
    for wall in (7200, 9000, 7200):
        put(client, index, {"osg": day(WallDuration=wall)})
        taken(client, index, lake)
    rows = lake.read(USAGE_RECORD).to_pylist()
    assert [row["wall_s"] for row in sorted(rows, key=lambda row: row["offset_bytes"])] == [7200, 9000, 7200]
    assert len({row["global_job_id"] for row in rows}) == 1


def test_what_is_no_usage_record_is_a_reject(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, {"a": {"hello": "world"}, "b": raw(1, WallDuration="soon"), "c": raw(2)})
    report = taken(client, index, lake)
    assert report.rejects == {"no-record-id": 1, "unreadable": 1}
    assert lake.count(USAGE_RECORD) == 1


def test_the_command_imports_an_index(client: Elasticsearch, elastic: Node, index: str, ledger: Ledger) -> None:
    put(client, index, {"1": raw(1)})
    shown = ledger.ok(
        "import-elastic", index, "--pool", "grid", "--report", "json", HTC_LEDGER_ELASTIC_URL=elastic.url
    ).json
    assert shown["files"][LABEL]["new"] == 1
