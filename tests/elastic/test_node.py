"""The node is a real one: the official client finds what it finds anywhere else, and data outlives a kill."""

from typing import Any

import pytest
from elasticsearch import Elasticsearch, helpers

from tests.elastic.fixtures import StartElastic

FIELDS = {"@timestamp": {"type": "date"}, "project": {"type": "keyword"}, "wall_h": {"type": "double"}}
ONE_SHARD = {"number_of_shards": 1, "number_of_replicas": 0}


def template(client: Elasticsearch, name: str, **more: Any) -> None:
    """An index template for the indices or the data stream of just this name."""
    body = {"settings": ONE_SHARD, "mappings": {"dynamic": "strict", "properties": FIELDS}}
    client.indices.put_index_template(name=name, index_patterns=[name], priority=500, template=body, **more)


def jobs(name: str, number: int) -> list[dict[str, Any]]:
    """Bulk actions that create `number` documents of a quarter of an hour each, ids 0 to `number` - 1."""
    same = {"_op_type": "create", "_index": name, "@timestamp": "2024-03-01T00:00:00Z", "project": "Alpha"}
    return [{**same, "_id": str(i), "wall_h": 0.25} for i in range(number)]


def statuses(client: Elasticsearch, actions: list[dict[str, Any]]) -> list[int]:
    """What bulk answered to each action."""
    answers = helpers.streaming_bulk(client, actions, raise_on_error=False, refresh=True)
    return [next(iter(item.values()))["status"] for _, item in answers]


def test_the_client_takes_it_for_elasticsearch_9(client: Elasticsearch) -> None:
    health = client.cluster.health()
    assert (health["number_of_nodes"], health["timed_out"]) == (1, False)
    assert health.meta.headers["x-elastic-product"] == "Elasticsearch"
    assert health.meta.headers["content-type"] == "application/vnd.elasticsearch+json;compatible-with=9"
    (node,) = client.nodes.info()["nodes"].values()
    assert node["version"].startswith("9.")


def test_an_index_template_gives_an_index_its_fields(client: Elasticsearch) -> None:
    template(client, "templated")
    client.index(index="templated", id="1", document={"project": "Alpha", "wall_h": 1})
    (index,) = client.indices.get_mapping(index="templated").values()
    assert index["mappings"]["properties"] == FIELDS


def test_bulk_into_a_template_with_a_data_stream_makes_one(client: Elasticsearch) -> None:
    template(client, "stream", data_stream={})
    assert statuses(client, jobs("stream", 3)) == [201, 201, 201]
    (stream,) = client.indices.resolve_index(name="stream")["data_streams"]
    assert stream["timestamp_field"] == "@timestamp"
    assert len(stream["backing_indices"]) == 1


def test_bulk_refuses_one_item_and_takes_the_others(client: Elasticsearch) -> None:
    template(client, "refusing")
    good, bad = jobs("refusing", 2)
    assert statuses(client, [good, bad | {"wall_h": "much"}]) == [201, 400]
    assert client.count(index="refusing")["count"] == 1


def test_a_data_stream_keeps_an_id_from_coming_twice_only_until_it_rolls_over(client: Elasticsearch) -> None:
    template(client, "rolling", data_stream={})
    assert statuses(client, jobs("rolling", 1)) == [201]
    assert statuses(client, jobs("rolling", 1)) == [409]
    client.indices.rollover(alias="rolling")
    assert statuses(client, jobs("rolling", 1)) == [201]
    assert client.count(index="rolling")["count"] == 2


def test_a_point_in_time_gives_every_document_once_while_others_come(client: Elasticsearch) -> None:
    template(client, "paged")
    statuses(client, jobs("paged", 25))
    pit = client.open_point_in_time(index="paged", keep_alive="1m")["id"]
    found, after = list[str](), None
    while True:
        page = client.search(
            size=10, pit={"id": pit, "keep_alive": "1m"}, sort=[{"_shard_doc": "asc"}], search_after=after
        )
        if not page["hits"]["hits"]:
            break
        found += [hit["_id"] for hit in page["hits"]["hits"]]
        pit, after = page["pit_id"], page["hits"]["hits"][-1]["sort"]
        client.index(index="paged", document={"project": "Late", "wall_h": 1}, refresh=True)
    client.close_point_in_time(id=pit)
    assert sorted(found, key=int) == [str(i) for i in range(25)]
    assert client.count(index="paged")["count"] == 28


def test_what_bulk_acknowledged_outlives_a_kill(start_elastic: StartElastic) -> None:
    node = start_elastic()
    url = node.url
    with Elasticsearch(url) as client:
        template(client, "kept", data_stream={})
        assert statuses(client, jobs("kept", 4)) == [201] * 4
    node.kill()
    node.start()
    assert node.url == url
    with Elasticsearch(url) as client:
        client.cluster.health(wait_for_status="green", timeout="30s")
        total = client.search(index="kept", size=0, aggs={"wall_h": {"sum": {"field": "wall_h"}}})
        assert total["aggregations"]["wall_h"]["value"] == pytest.approx(1.0)
        assert statuses(client, jobs("kept", 5)) == [409] * 4 + [201]
