"""The cube's jobs in a real data stream: each once, as the cube has it, whatever went wrong on the way."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import elasticsearch
import pytest
from elasticsearch import Elasticsearch

from collectors.elastic.read import read
from pipeline.cube import Cube
from pipeline.elastic import job_stream, job_write
from pipeline.elastic.bulk import Waits
from pipeline.elastic.connection import Patience
from pipeline.elastic.job_stream import JobStream, Put
from pipeline.elastic.job_write import JobsWritten, JobWriting
from pipeline.errors import SourceError, UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import ELASTIC_DAY, JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.copied_lake import copied
from tests.elastic.node import Node
from tests.ingesting import NOW, ingest
from tests.ledger_command import Ledger
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows, small_ledger

POOL, AP = "pool", "ap1.pool.test"
HURRY = Patience(all_s=60, wait_s=0.05)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A data stream that no other test writes to."""
    return f"stream-{abs(hash(request.node.name)):x}-jobs"


@pytest.fixture(scope="module")
def published(shared_lake: Lake) -> Lake:
    """The lake of the small ledger, published: three jobs that ended on the first of November. Do not write to it."""
    small_ledger(shared_lake)
    publish(shared_lake, Settings(lake=shared_lake.root), quiet)
    return shared_lake


@pytest.fixture
def ledger_lake(published: Lake, tmp_path: Path) -> Lake:
    """Another such lake, for one test."""
    return copied(published, tmp_path / "ledger")


def quiet(step: str) -> None:
    pass


def write(client: Elasticsearch, name: str, lake: Lake, *, again: bool = False) -> JobsWritten:
    """Write the lake's jobs as the command does."""
    stream = JobStream(client, name, HURRY, Waits(first_s=0.01))
    return JobWriting(Cube.open(lake.root), (POOL,), LOCAL, stream, again=again).write(quiet)


def restate(lake: Lake, number: int, cluster: int, end: int, **more: Any) -> None:
    """Give the lake another, newer final ad of a job, and publish."""
    ad = job(POOL, AP, cluster, MIDNIGHT + 50, end, submit_utc=MIDNIGHT - 10, **more)
    ad["global_job_id"] = f"{AP}#{cluster}.0#{MIDNIGHT - 10}"
    table = rows(JOB, ad)
    table = table.set_column(table.schema.get_field_index("record_id"), "record_id", [[1000 + number]])
    lake.writer(JOB).append(table, {f"restated-{number}": 1})
    publish(lake, Settings(lake=lake.root), quiet)


def there(client: Elasticsearch, name: str) -> list[dict[str, Any]]:
    """All that a reader finds."""
    client.indices.refresh(index=name)
    hits: list[dict[str, Any]] = client.search(index=name, size=1000)["hits"]["hits"]
    return hits


def summed(hits: Sequence[dict[str, Any]], metric: str) -> dict[tuple[str, str], float]:
    """A metric by day and project, of jobs that ran in the pool."""
    found: dict[tuple[str, str], float] = {}
    for told in (hit["_source"]["ledger"] for hit in hits):
        if told["venue"] == "pool":
            key = (told["day"], told["project"])
            found[key] = found.get(key, 0.0) + told.get(metric, 0.0)
    return found


def in_the_ledger(lake: Lake, metric: str) -> dict[tuple[str, str], float]:
    query = UsageQuery(("day", "project"), (metric,), booking="ended")
    found = Cube.open(lake.root).usage(query, LOCAL).to_pylist()
    return {(row["day"], row["project"]): row[metric] or 0.0 for row in found}


def test_sums_over_jobs_are_the_usage_as_ended(client: Elasticsearch, name: str, ledger_lake: Lake) -> None:
    assert write(client, name, ledger_lake) == JobsWritten(3, Put(new=3), 0, 1)
    for metric in ("wall_h", "cpu_h", "cpu_used_h", "gpu_h"):
        assert summed(there(client, name), metric) == pytest.approx(in_the_ledger(ledger_lake, metric))


def test_jobs_are_in_a_data_stream_with_the_fields_of_its_template(
    client: Elasticsearch, name: str, ledger_lake: Lake
) -> None:
    write(client, name, ledger_lake)
    (stream,) = client.indices.resolve_index(name=name)["data_streams"]
    (index,) = client.indices.get_mapping(index=stream["backing_indices"][0]).values()
    fields = index["mappings"]["properties"]
    assert (fields["RemoteWallClockTime"]["type"], fields["ProjectName"]["type"]) == ("long", "keyword")
    assert index["mappings"]["dynamic"] == "strict"


def test_what_is_not_known_of_a_job_is_in_no_field(client: Elasticsearch, name: str, ledger_lake: Lake) -> None:
    write(client, name, ledger_lake)
    (unmapped,) = [hit["_source"] for hit in there(client, name) if hit["_source"]["ledger"]["project"] == "unmapped"]
    assert "ProjectName" not in unmapped
    assert None not in unmapped.values()
    assert None not in unmapped["ledger"].values()


def test_a_second_run_looks_at_no_day_and_a_third_that_is_told_to_sends_nothing(
    client: Elasticsearch, name: str, ledger_lake: Lake
) -> None:
    write(client, name, ledger_lake)
    assert write(client, name, ledger_lake) == JobsWritten(3, Put(), 0, 0)
    assert write(client, name, ledger_lake, again=True) == JobsWritten(3, Put(same=3), 0, 1)


def test_the_lake_says_what_was_sent_up_to_which_cube(client: Elasticsearch, name: str, ledger_lake: Lake) -> None:
    write(client, name, ledger_lake)
    (noted,) = ledger_lake.read(ELASTIC_DAY).to_pylist()
    version = Cube.open(ledger_lake.root).version
    assert [noted[key] for key in ("source", "day", "jobs", "cube")] == [name, "2026-11-01", 3, version]


def test_only_what_changed_is_sent(client: Elasticsearch, name: str, ledger_lake: Lake) -> None:
    write(client, name, ledger_lake)
    restate(ledger_lake, 1, 9, MIDNIGHT + 3 * 86_400)
    written = write(client, name, ledger_lake)
    assert (written.jobs, written.put, written.days) == (4, Put(new=1), 1)
    restate(ledger_lake, 2, 9, MIDNIGHT + 3 * 86_400, user="bob@pool.test", status_utc=MIDNIGHT + 3 * 86_400 + 2)
    assert write(client, name, ledger_lake).put == Put(changed=1)
    assert len(there(client, name)) == 4


def test_a_job_that_is_restated_after_a_rollover_is_still_there_once(
    client: Elasticsearch, name: str, ledger_lake: Lake
) -> None:
    restate(ledger_lake, 1, 9, MIDNIGHT + 100)
    write(client, name, ledger_lake)
    client.indices.rollover(alias=name)
    restate(ledger_lake, 2, 9, MIDNIGHT + 200)
    assert write(client, name, ledger_lake).put == Put(changed=1, same=3)
    assert summed(there(client, name), "wall_h") == pytest.approx(in_the_ledger(ledger_lake, "wall_h"))
    assert len(there(client, name)) == 4


@pytest.mark.parametrize("at_a_time", [1, 50_000], ids=["day by day", "days together"])
def test_a_job_whose_end_moves_to_another_day_is_there_once(
    client: Elasticsearch, name: str, ledger_lake: Lake, at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_write, "AT_A_TIME", at_a_time)
    restate(ledger_lake, 1, 9, MIDNIGHT + 100)
    write(client, name, ledger_lake)
    restate(ledger_lake, 2, 9, MIDNIGHT + 5 * 86_400)
    write(client, name, ledger_lake)
    assert len(there(client, name)) == 4
    assert summed(there(client, name), "cpu_h") == pytest.approx(in_the_ledger(ledger_lake, "cpu_h"))
    restate(ledger_lake, 3, 9, MIDNIGHT + 6 * 86_400)  # the day that it leaves has no job any more
    write(client, name, ledger_lake)
    assert summed(there(client, name), "cpu_h") == pytest.approx(in_the_ledger(ledger_lake, "cpu_h"))
    assert write(client, name, ledger_lake).days == 0


def test_a_job_that_the_cube_does_not_have_any_more_is_removed(
    client: Elasticsearch, name: str, ledger_lake: Lake, published: Lake, tmp_path: Path
) -> None:
    restate(ledger_lake, 1, 9, MIDNIGHT + 100)
    write(client, name, ledger_lake)
    before = copied(published, tmp_path / "before")  # as if a copy from before were put back
    assert write(client, name, before) == JobsWritten(3, Put(same=3), 1, 1)
    assert summed(there(client, name), "cpu_h") == pytest.approx(in_the_ledger(before, "cpu_h"))


def test_only_what_was_refused_goes_again(
    client: Elasticsearch, name: str, ledger_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, bulk = list[int](), JobStream._bulk

    def busy(self: JobStream, lines: Sequence[Any]) -> list[dict[str, Any]]:
        sent.append(len(lines) // 2)
        if len(sent) > 1:
            return bulk(self, lines)
        return [{"create": {"status": 429, "error": {"reason": "busy"}}}, *bulk(self, lines[2:])]

    monkeypatch.setattr(JobStream, "_bulk", busy)
    restate(ledger_lake, 1, 9, MIDNIGHT + 100)
    assert write(client, name, ledger_lake).put == Put(new=4)
    assert sent == [4, 1]
    assert len(there(client, name)) == 4


def test_an_answer_that_is_lost_right_before_a_rollover_doubles_nothing(
    client: Elasticsearch, name: str, ledger_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, bulk = list[int](), JobStream._bulk

    def loses_one(self: JobStream, lines: Sequence[Any]) -> list[dict[str, Any]]:
        answer = bulk(self, lines)
        if not lost:
            lost.append(1)
            client.indices.rollover(alias=name)
            raise elasticsearch.ConnectionError("the node is gone")
        return answer

    monkeypatch.setattr(JobStream, "_bulk", loses_one)
    assert write(client, name, ledger_lake).jobs == 3
    assert lost == [1]
    assert len(there(client, name)) == 3


def test_a_job_that_is_there_twice_is_made_one(client: Elasticsearch, name: str, ledger_lake: Lake) -> None:
    write(client, name, ledger_lake)
    first = there(client, name)[0]
    client.indices.rollover(alias=name)
    client.create(index=name, id=first["_id"], document=first["_source"])
    assert len(there(client, name)) == 4
    write(client, name, ledger_lake, again=True)
    assert len(there(client, name)) == 3


def test_a_stream_that_was_made_anew_is_filled_again(client: Elasticsearch, name: str, ledger_lake: Lake) -> None:
    write(client, name, ledger_lake)
    stream = JobStream(client, name, HURRY)
    before = stream.begin()
    assert stream.begin() == before
    template = client.indices.get_index_template(name=name)["index_templates"][0]["index_template"]
    client.indices.put_index_template(
        name=name, index_patterns=[name], priority=500, data_stream={}, template=template["template"]
    )
    assert write(client, name, ledger_lake) == JobsWritten(3, Put(same=3), 0, 1)


def test_a_document_that_is_refused_stops_the_writing_and_the_day_is_not_noted(
    client: Elasticsearch, name: str, ledger_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_stream, "mapping", lambda: {"@timestamp": {"type": "date"}})
    with pytest.raises(SourceError, match=r"would not take a document .* 400 "):
        write(client, name, ledger_lake)
    assert ledger_lake.count(ELASTIC_DAY) == 0


def test_an_index_of_that_name_is_not_written_to(client: Elasticsearch, name: str, ledger_lake: Lake) -> None:
    client.indices.create(index=name)
    with pytest.raises(SourceError, match="no data stream"):
        write(client, name, ledger_lake)


def test_two_do_not_write_at_once(client: Elasticsearch, name: str, ledger_lake: Lake) -> None:
    writing = JobWriting(Cube.open(ledger_lake.root), (POOL,), LOCAL, JobStream(client, name))
    with writing._alone(), pytest.raises(UsageError, match="another writes jobs"):
        write(client, name, ledger_lake)


def test_ads_of_a_real_pool_come_back_as_the_records_that_they_were(
    client: Elasticsearch, name: str, lake: Lake, samples: Path, tmp_path: Path
) -> None:
    settings = Settings(lake=lake.root)
    ingest(sorted(samples.glob("ap*/history*")), settings, pool=POOL)
    publish(lake, settings, quiet)
    written = write(client, name, lake)
    back = Lake(tmp_path / "back")
    back.create()
    read(client, name, back, Settings(lake=back.root), NOW, POOL)
    assert back.count(JOB) == written.jobs > 100
    assert records(back) <= records(lake)


def records(lake: Lake) -> set[int]:
    """Hashes over all values of all final ads."""
    return set(lake.read(JOB, ["record_id"]).column("record_id").to_pylist())


def test_the_command_writes_the_jobs(elastic: Node, ledger: Ledger, published: Lake, client: Elasticsearch) -> None:
    copied(published, ledger.lake)
    settings = {"HTC_LEDGER_ELASTIC_URL": elastic.url, "HTC_LEDGER_ELASTIC_PREFIX": "jobs-by-command"}
    said = ledger.ok("elastic", "write", "--jobs", **settings).out
    assert "jobs-by-command-jobs holds 3 jobs: 3 new, 0 changed and 0 removed now" in said
    assert len(there(client, "jobs-by-command-jobs")) == 3
    assert "0 new, 0 changed and 0 removed now, on 0 days" in ledger.ok("elastic", "write", "--jobs", **settings).out
    assert "--again is for jobs" in ledger.run("elastic", "write", "--again", **settings).err


def test_a_day_of_which_jobs_are_missing_is_told_and_not_noted(
    client: Elasticsearch, name: str, ledger_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = JobStream.put

    def loses_one(self: JobStream, documents: Sequence[Any]) -> Put:
        put(self, documents[1:])
        return Put(new=len(documents))

    monkeypatch.setattr(JobStream, "put", loses_one)
    with pytest.raises(SourceError, match="holds 2 jobs of 2026-11-01 instead of 3"):
        write(client, name, ledger_lake)
    monkeypatch.undo()
    assert ledger_lake.count(ELASTIC_DAY) == 0
    assert write(client, name, ledger_lake) == JobsWritten(3, Put(new=1, same=2), 0, 1)
