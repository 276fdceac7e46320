"""Job records that condor_adstash put into a real Elasticsearch: each in the lake once, the late ones too."""

from datetime import UTC, datetime
from typing import Any

import pytest
from elasticsearch import Elasticsearch, helpers

from collectors import batch
from collectors.elastic import documents, pages
from collectors.elastic.read import LABEL, read
from collectors.report import Tally
from pipeline.cube import Cube
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.elastic.fixtures import StartElastic
from tests.elastic.node import Node
from tests.ledger_command import Ledger

T = 1_793_491_200  # 2026-11-01 00:00:00 UTC
NOW = datetime.fromtimestamp(T + 86_400, UTC)


def document(number: int, **more: Any) -> dict[str, Any]:
    """As condor_adstash writes a job that ended, with what it adds: half an hour on two cores."""
    ended = T + number
    return {
        "RecordTime": ended,
        "ScheddName": "ap1.pool.test",
        "StartdSlot": "slot1_1",
        "StartdName": "host1.alpha.test",
        "Status": "Completed",
        "Universe": "Vanilla",
        "MyType": "Job",
        "GlobalJobId": f"ap1.pool.test#{number}.0#{ended - 3600}",
        "ClusterId": number,
        "ProcId": 0,
        "JobUniverse": 5,
        "JobStatus": 4,
        "User": "alice@pool.test",
        "Owner": "alice",
        "ProjectName": "Alpha",
        "QDate": ended - 3600,
        "JobStartDate": ended - 1800,
        "JobCurrentStartDate": ended - 1800,
        "CompletionDate": ended,
        "EnteredCurrentStatus": ended,
        "RemoteWallClockTime": 1800,
        "RemoteUserCpu": 900,
        "RemoteSysCpu": 0,
        "CumulativeRemoteUserCpu": 900,
        "CumulativeRemoteSysCpu": 0,
        "NumShadowStarts": 1,
        "ExitCode": 0,
        "ExitBySignal": False,
        "RequestCpus": 2,
        "CpusProvisioned": 2,
        "metadata": {"condor_adstash_source": "schedd_history", "condor_adstash_runtime": ended + 60},
    } | more


@pytest.fixture
def index(client: Elasticsearch, request: pytest.FixtureRequest) -> str:
    """An index of three shards that no other test writes to."""
    name = f"adstash-{abs(hash(request.node.name)):x}"
    client.indices.create(index=name, settings={"number_of_shards": 3, "number_of_replicas": 0})
    return name


def put(client: Elasticsearch, index: str, *documents: dict[str, Any]) -> None:
    """Index them under the id that condor_adstash gives them; not refreshed: who reads has to see to that."""
    helpers.bulk(client, ({"_index": index, "_id": f"{d['GlobalJobId']}#{d['RecordTime']}", **d} for d in documents))


def taken(client: Elasticsearch, index: str, lake: Lake) -> Tally:
    """What a reading brought."""
    return read(client, index, lake, Settings(lake=lake.root), NOW, None).of(LABEL)


def clusters(lake: Lake) -> list[int]:
    return sorted(lake.read(JOB, ["cluster"]).column("cluster").to_pylist())


def test_jobs_of_an_index_have_their_hours_in_the_ledger(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, *map(document, range(1, 13)))
    assert taken(client, index, lake).new == 12
    publish(lake, Settings(lake=lake.root), lambda step: None)
    usage = Cube.open(lake.root).usage(UsageQuery(("project",), ("cpu_h", "cpu_used_h", "jobs")), LOCAL)
    assert usage.to_pylist() == [{"project": "Alpha", "cpu_h": 12.0, "cpu_used_h": 3.0, "jobs": 12}]


def test_reading_again_looks_at_nothing_twice(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, *map(document, range(1, 13)))
    taken(client, index, lake)
    again = taken(client, index, lake)
    assert (again.files, again.unchanged, again.ads) == (3, 3, 0)


def test_a_record_that_came_late_is_read_whatever_time_it_tells(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, document(500))
    taken(client, index, lake)
    put(client, index, document(7))
    assert taken(client, index, lake).ads == 1
    assert clusters(lake) == [7, 500]


def test_a_document_that_was_changed_is_read_again(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, document(1), document(2))
    taken(client, index, lake)
    put(client, index, document(1, RemoteWallClockTime=1799), document(2))
    tally = taken(client, index, lake)
    assert (tally.ads, tally.new, tally.known) == (2, 1, 1)


def test_a_reading_that_was_stopped_goes_on_where_it_was(
    client: Elasticsearch, index: str, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(client, index, *map(document, range(1, 61)))
    monkeypatch.setattr(batch, "MOST_ROWS", 4)
    monkeypatch.setattr(documents, "PAGE", 5)
    made, calls = pages._record, list[int]()

    def stops(document: documents.Document) -> Any:
        calls.append(1)
        if len(calls) in (17, 38):
            raise KeyboardInterrupt
        return made(document)

    monkeypatch.setattr(pages, "_record", stops)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            taken(client, index, lake)
    taken(client, index, lake)
    assert clusters(lake) == list(range(1, 61))
    assert len(calls) < 60 + 2 * 5  # what was committed was not read again


def test_an_index_that_was_made_anew_is_another_one(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, *map(document, range(1, 9)))
    taken(client, index, lake)
    client.indices.delete(index=index)
    put(client, index, document(9))
    taken(client, index, lake)
    assert clusters(lake) == list(range(1, 10))


def test_a_document_that_is_no_job_is_rejected_with_its_reason(client: Elasticsearch, index: str, lake: Lake) -> None:
    client.index(index=index, document={"GlobalJobId": "nonsense", "JobStatus": "what?", "RecordTime": T})
    put(client, index, document(1))
    found = read(client, index, lake, Settings(lake=lake.root), NOW, None)
    assert found.of(LABEL).new == 1
    assert found.of(LABEL).rejects + found.of(LABEL).skipped == 1


def test_records_of_single_runs_are_left_out_and_said_to_be(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, document(1), document(2, EpochAdType="EPOCH"), document(3, epochadtype="EPOCH"))
    found = read(client, index, lake, Settings(lake=lake.root), NOW, None)
    assert found.of(LABEL).ads == 1
    assert clusters(lake) == [1]
    assert sum(int(note.split()[1]) for note in found.notes) == 2


def spiders(number: int, **more: Any) -> dict[str, Any]:
    """As CMS' spider writes that job: its dates in milliseconds, an exit code of its own, hours that it derives."""
    job = document(
        number, GLIDEIN_Site="Alpha", CondorExitCode=0, ExitCode=8021, JobFailed=1, CoreHr=9.5, WallClockHr=9
    )
    dates = ("RecordTime", "QDate", "JobStartDate", "JobCurrentStartDate", "CompletionDate", "EnteredCurrentStatus")
    return job | {name: job[name] * 1000 for name in dates} | more


def test_a_job_that_cms_spider_tells_of_is_the_record_that_condor_adstash_tells_of(
    client: Elasticsearch, index: str, lake: Lake
) -> None:
    put(client, index, document(1, MATCH_EXP_JOB_GLIDEIN_Site="Alpha"), document(2))
    taken(client, index, lake)
    put(client, index, spiders(1))
    client.index(index=index, id="wrapped", document={"data": spiders(1, CoreHr=1), "metadata": {"producer": "condor"}})
    found = taken(client, index, lake)
    assert (found.ads, found.new, found.known) == (2, 0, 2)


def test_jobs_that_were_in_the_queue_are_left_out_and_said_to_be(client: Elasticsearch, index: str, lake: Lake) -> None:
    running = spiders(2, JobStatus=2, Status="Running")
    pruned = {name: value for name, value in running.items() if name != "JobStatus"}
    put(client, index, spiders(1), running, pruned | {"GlobalJobId": "ap1.pool.test#3.0#1"})
    client.index(index=index, document={"data": running, "metadata": {}})
    found = read(client, index, lake, Settings(lake=lake.root), NOW, None)
    assert (found.of(LABEL).ads, clusters(lake)) == (1, [1])
    assert sum(int(note.split()[1]) for note in found.notes if "in the queue" in note) == 3


def test_a_node_that_is_lost_within_a_reading_costs_time_alone(
    start_elastic: StartElastic, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "PAGE", 5)
    node, made, calls = start_elastic(), pages._record, list[int]()

    def kills(document: documents.Document) -> Any:
        calls.append(document.number)
        if len(calls) == 8:
            node.kill()
            node.start()
        return made(document)

    monkeypatch.setattr(pages, "_record", kills)
    with Elasticsearch(node.url) as client:
        client.indices.create(index="lost", settings={"number_of_shards": 1, "number_of_replicas": 0})
        put(client, "lost", *map(document, range(1, 31)))
        assert taken(client, "lost", lake).new == 30
    assert calls == list(range(30))


def test_text_that_a_stranger_chose_stays_text(client: Elasticsearch, index: str, lake: Lake) -> None:
    put(client, index, document(1, ProjectName="/Expr(1/0)/"), document(2, ProjectName='a"; JobStatus = 3'))
    taken(client, index, lake)
    assert sorted(lake.read(JOB, ["project"]).column("project").to_pylist()) == ["/Expr(1/0)/", 'a"; JobStatus = 3']


def test_an_index_that_is_not_there_is_named(client: Elasticsearch, lake: Lake) -> None:
    with pytest.raises(SourceError, match="no index 'not-here-\\*'"):
        taken(client, "not-here-*", lake)


def test_the_command_reads_an_index(elastic: Node, client: Elasticsearch, index: str, ledger: Ledger) -> None:
    put(client, index, document(1), document(2))
    said = ledger.ok("ingest-elastic", index, "--format", "json", HTC_LEDGER_ELASTIC_URL=elastic.url).json
    assert said["files"][LABEL]["new"] == 2
    assert clusters(Lake(ledger.lake)) == [1, 2]
