"""A node is done when all jobs of its last cluster succeeded."""

from typing import Any

from pipeline.recover.nodes import nodes


def job(cluster: int, proc: int, *, succeeded: bool) -> dict[str, Any]:
    return {"record_id": cluster * 10 + proc, "ap": "ap1", "cluster": cluster, "proc": proc, "succeeded": succeeded}


def done(*rows: dict[str, Any], sizes: dict[tuple[str, int], int | None] | None = None) -> bool:
    (node,) = nodes(rows, {row["record_id"]: "A" for row in rows}, sizes or {})
    return node.is_done


def test_a_retry_that_succeeded_counts_and_one_that_failed_does_too() -> None:
    assert done(job(2, 0, succeeded=False), job(3, 0, succeeded=True))
    assert not done(job(2, 0, succeeded=True), job(3, 0, succeeded=False))


def test_each_job_of_the_cluster_has_to_succeed_and_to_be_known() -> None:
    assert not done(job(2, 0, succeeded=True), job(2, 1, succeeded=False))
    assert not done(job(2, 0, succeeded=True), sizes={("ap1", 2): 2})
    assert done(job(2, 0, succeeded=True), job(2, 1, succeeded=True), sizes={("ap1", 2): 2})


def test_a_name_that_means_something_else_in_a_dag_file_is_not_written() -> None:
    rows = [job(place, 0, succeeded=True) for place in (1, 2, 3, 4)]
    names = ["ALL_NODES", "A B", "a\nDONE B", "split.0-A+x"]
    found = nodes(rows, {row["record_id"]: name for row, name in zip(rows, names, strict=True)}, {})
    assert {node.name: node.is_writable for node in found} == dict(zip(names, [False, False, False, True], strict=True))
