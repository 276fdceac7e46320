"""The cube's usage in a real Elasticsearch: the ledger's totals, once, all at once, whoever is killed on the way."""

from collections.abc import Iterator
from threading import Thread

import pyarrow as pa
import pytest
from elasticsearch import Elasticsearch

from pipeline.cube import Cube
from pipeline.elastic import write as writing
from pipeline.elastic.bulk import send
from pipeline.elastic.connection import connected
from pipeline.elastic.rollup import Document, Rollup, fields
from pipeline.elastic.rollup import documents as usual_documents
from pipeline.elastic.settings import ElasticSettings
from pipeline.elastic.write import Place
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.elastic.fixtures import StartElastic
from tests.elastic.node import Node
from tests.ledger_command import Ledger
from tests.pipeline.ledger_rows import small_ledger


@pytest.fixture(scope="module")
def cube(shared_lake: Lake) -> Cube:
    """The cube of the small ledger. Do not write to its lake."""
    small_ledger(shared_lake)
    publish(shared_lake, Settings(lake=shared_lake.root), lambda step: None)
    return Cube.open(shared_lake.root)


@pytest.fixture
def rollup(cube: Cube) -> Rollup:
    return Rollup(cube, ("pool",), LOCAL)


@pytest.fixture
def place(client: Elasticsearch, request: pytest.FixtureRequest) -> Place:
    """A place of the shared node that no other test writes to."""
    return Place(client, f"at-{abs(hash(request.node.name)):x}-usage")


def quiet(step: str) -> None:
    pass


def by_project(client: Elasticsearch, index: str, metric: str) -> dict[str, float]:
    """What a reader gets who sums a metric by project."""
    inner = {"total": {"sum": {"field": metric}}}
    found = client.search(index=index, size=0, aggs={"by": {"terms": {"field": "project"}, "aggs": inner}})
    return {each["key"]: each["total"]["value"] for each in found["aggregations"]["by"]["buckets"]}


def in_the_ledger(cube: Cube, metric: str) -> dict[str, float]:
    rows = cube.usage(UsageQuery(("project",), (metric,)), LOCAL).to_pylist()
    return {row["project"]: row[metric] or 0.0 for row in rows}


def documents_there(client: Elasticsearch, index: str) -> int:
    client.indices.refresh(index=index)
    count: int = client.count(index=index)["count"]
    return count


@pytest.mark.parametrize("metric", ["wall_s", "cpu_h", "cpu_used_h"])
def test_a_reader_gets_the_totals_of_the_ledger(place: Place, rollup: Rollup, metric: str) -> None:
    place.write(rollup, quiet)
    found = by_project(place.client, place.alias, metric)
    assert found == pytest.approx(in_the_ledger(rollup.cube, metric))


def test_what_is_not_known_is_in_no_field(place: Place, rollup: Rollup) -> None:
    place.write(rollup, quiet)
    hits = place.client.search(index=place.alias, size=100)["hits"]["hits"]
    unexplained = [hit["_source"] for hit in hits if hit["_source"]["site"] == "unattributed"]
    assert unexplained
    assert not any("cpu_used_h" in body for body in unexplained)
    assert all(body["simulated"] is False for body in unexplained)


def test_writing_again_sends_nothing(place: Place, rollup: Rollup) -> None:
    first = place.write(rollup, quiet)
    assert first.sent == first.documents > 0
    months = list[str]()
    again = place.write(rollup, months.append)
    assert again == writing.Written(first.index, first.documents, 0)
    assert months == []


def test_readers_get_the_version_before_until_the_new_one_is_whole(
    place: Place, rollup: Rollup, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.write(rollup, quiet)
    small_ledger(lake, ap="ap2.pool.test")
    publish(lake, Settings(lake=lake.root), quiet)
    newer = Rollup(Cube.open(lake.root), ("pool",), LOCAL)
    monkeypatch.setattr(writing, "documents", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        place.write(newer, quiet)
    assert set(place.client.indices.get_alias(name=place.alias)) == {before.index}
    assert by_project(place.client, place.alias, "wall_s") == pytest.approx(in_the_ledger(rollup.cube, "wall_s"))
    monkeypatch.undo()
    after = place.write(newer, quiet)
    assert set(place.client.indices.get(index=f"{place.alias}-*")) == {after.index}
    assert by_project(place.client, place.alias, "wall_s") == pytest.approx(in_the_ledger(newer.cube, "wall_s"))


def breaks_off(rows: pa.Table) -> Iterator[Document]:
    """One document, then the end of the writer."""
    yield next(usual_documents(rows))
    raise KeyboardInterrupt


def test_a_writer_that_was_stopped_goes_on_with_the_months_that_are_not_there(
    place: Place, rollup: Rollup, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = list[str]()

    def stops_after_one(step: str) -> None:
        months.append(step)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.write(rollup, stops_after_one)
    assert not place.client.indices.exists_alias(name=place.alias)
    whole = place.write(rollup, months.append)
    assert months[0] == months[1]
    assert [step[:7] for step in months[1:]] == ["2026-10", "2026-11"]
    assert 0 < whole.sent < whole.documents


def test_indices_of_others_are_left_alone(place: Place, rollup: Rollup) -> None:
    other = f"{place.alias}-of-somebody"
    place.write(rollup, quiet)
    place.client.index(index=other, document={"project": "A"})
    place.client.indices.delete_alias(index=f"{place.alias}-{rollup.version}", name=place.alias)
    place.write(rollup, quiet)
    assert place.client.indices.exists(index=other)


def test_an_index_that_another_writes_to_is_not_served(place: Place, rollup: Rollup) -> None:
    index = f"{place.alias}-{rollup.version}"

    def meddle(step: str) -> None:
        place.client.index(index=index, document={"day": "2026-12-24", "project": "A"})

    with pytest.raises(SourceError, match="documents instead of"):
        place.write(rollup, meddle)
    assert not place.client.indices.exists_alias(name=place.alias)


def test_a_document_that_is_refused_is_named_and_nothing_is_served(
    place: Place, rollup: Rollup, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = Document("1", {"day": "not a day"})
    monkeypatch.setattr(writing, "documents", lambda rows: iter([bad]))
    with pytest.raises(SourceError, match=r"would not take a document .* 400 .*day") as refused:
        place.write(rollup, quiet)
    assert "Readers still get" in refused.value.hint
    assert not place.client.indices.exists_alias(name=place.alias)


def test_names_that_strangers_chose_are_names(client: Elasticsearch) -> None:
    index = "strange-names"
    client.indices.create(index=index, mappings={"dynamic": "strict", "properties": fields()})
    names = ["<script>", '{"match_all":{}}', "a\nb", "\u202eevil", "x" * 40_000, "*"]
    send(client, index, (Document(str(i), {"project": name}) for i, name in enumerate(names)))
    client.indices.refresh(index=index)
    hits = client.search(index=index, size=10)["hits"]["hits"]
    assert {hit["_id"]: hit["_source"]["project"] for hit in hits} == {str(i): n for i, n in enumerate(names)}
    assert client.count(index=index, query={"term": {"project": "*"}})["count"] == 1


def test_a_node_that_is_killed_twice_on_the_way_ends_with_each_document_once(
    start_elastic: StartElastic, rollup: Rollup, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = start_elastic()
    monkeypatch.setattr(Rollup, "rows", lambda self, first, last: pa.table({"number": range(first.month * 500)}))
    kills = Kills(node, at=(1700, 3300))
    monkeypatch.setattr(writing, "documents", kills.documents)
    with connected(ElasticSettings(elastic_url=node.url)) as client:
        written = Place(client, "killed").write(rollup, quiet)
        kills.wait()
        assert kills.left == []
        assert written.documents == 10 * 500 + 11 * 500
        total = client.search(index="killed", size=0, track_total_hits=True, aggs={"h": {"sum": {"field": "wall_h"}}})
    assert total["hits"]["total"]["value"] == written.documents
    assert total["aggregations"]["h"]["value"] == pytest.approx(0.5 * written.documents)


class Kills:
    """Documents of half an hour each; the node is killed, and starts again, when that many were asked for."""

    def __init__(self, node: Node, at: tuple[int, ...]) -> None:
        self.left = list(at)
        self._node = node
        self._asked = 0
        self._starts = list[Thread]()

    def documents(self, rows: pa.Table) -> Iterator[Document]:
        for number in rows.column("number").to_pylist():
            self._asked += 1
            if self.left and self._asked == self.left[0]:
                self._kill()
            yield Document(f"{rows.num_rows}-{number}", {"day": self._day(rows), "wall_h": 0.5})

    def wait(self) -> None:
        for start in self._starts:
            start.join()

    @staticmethod
    def _day(rows: pa.Table) -> str:
        return f"2026-{rows.num_rows // 500:02}-15"

    def _kill(self) -> None:
        self.wait()
        del self.left[0]
        self._node.kill()
        self._starts.append(Thread(target=self._node.start))
        self._starts[-1].start()


def test_the_command_writes_the_cube(elastic: Node, ledger: Ledger, client: Elasticsearch, rollup: Rollup) -> None:
    lake = Lake(ledger.lake)
    lake.create()
    small_ledger(lake)
    publish(lake, Settings(lake=lake.root), quiet)
    settings = {"HTC_LEDGER_ELASTIC_URL": elastic.url, "HTC_LEDGER_ELASTIC_PREFIX": "by-command"}
    said = ledger.ok("elastic", "write", **settings).out
    assert "Readers of by-command-usage get by-command-usage-" in said
    assert by_project(client, "by-command-usage", "wall_s") == pytest.approx(in_the_ledger(rollup.cube, "wall_s"))
    assert "0 of them sent now" in ledger.ok("elastic", "write", **settings).out


def test_the_command_keeps_simulated_pools_apart(elastic: Node, ledger: Ledger, client: Elasticsearch) -> None:
    lake = Lake(ledger.lake)
    lake.create()
    small_ledger(lake, pool="made (simulated)", ap="ap.made.simulated")
    publish(lake, Settings(lake=lake.root), quiet)
    settings = {"HTC_LEDGER_ELASTIC_URL": elastic.url, "HTC_LEDGER_ELASTIC_PREFIX": "apart"}
    refused = ledger.run("elastic", "write", **settings)
    assert refused.code == 2
    assert "--simulated" in refused.err
    ledger.ok("elastic", "write", "--simulated", **settings)
    simulated = client.search(index="apart-simulated-usage", query={"term": {"simulated": True}})
    assert simulated["hits"]["total"]["value"] > 0
    assert not client.indices.exists_alias(name="apart-usage")
