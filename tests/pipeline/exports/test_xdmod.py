"""What XDMoD's shredder makes of our file: its reading of a document, written once more, by its source."""

import json
from dataclasses import replace
from typing import Any

from pipeline.exports.xdmod import xdmod
from tests.pipeline.exports.made import HOSTILE, NAMES, RUN
from tests.pipeline.ledger_rows import MIDNIGHT

ENDED = {"BOOT_FAIL", "CANCELLED", "COMPLETED", "FAILED", "NODE_FAIL", "PREEMPTED", "TIMEOUT", "OUT_OF_MEMORY"}


def amount(job: dict[str, Any], kind: str, name: str | None = None) -> int:
    for tres in job["tres"]["allocated"]:
        if tres["type"] == kind and name in (None, tres["name"]):
            return int(tres["count"])
    return 0


def shredded(document: bytes) -> list[dict[str, Any]]:
    """As OpenXdmod\\Shredder\\Slurmjson reads it."""
    found = []
    for job in json.loads(document)["jobs"]:
        if job["time"]["end"] == 0 or job["nodes"] == "None assigned" or job["state"]["current"] not in ENDED:
            continue
        assert job["steps"] == []
        start = job["time"]["end"] if job["time"]["elapsed"] == 0 else job["time"]["start"]
        failed = job["state"]["current"] == "FAILED"
        returned = job["derived_exit_code"]["return_code"]["number"]
        found.append(
            {
                "job_id": job["array"]["job_id"],
                "job_array_index": job["array"]["task_id"]["number"],
                "job_id_raw": job["job_id"],
                "cluster_name": job["cluster"],
                "partition_name": job["partition"],
                "account_name": job["account"],
                "user_name": job["user"],
                "submit_time": job["time"]["submission"],
                "start_time": start,
                "end_time": job["time"]["end"],
                "wall_time": max(job["time"]["end"] - start, 0),
                "exit_code": "1:0" if failed else f"{returned}:0",
                "state": job["state"]["current"],
                "nnodes": amount(job, "node"),
                "ncpus": amount(job, "cpu"),
                "ngpus": amount(job, "gres", "gpu"),
                "req_mem": amount(job, "mem") * 1024 * 1024,
                "job_name": job["name"],
            }
        )
    return found


def one(**more: Any) -> dict[str, Any]:
    form = xdmod(NAMES)
    record = form.made(replace(RUN, **more))
    assert record is not None
    (job,) = shredded(form.layout.content([record.body]))
    return job


def test_the_shredder_reads_the_run() -> None:
    assert one() == {
        "job_id": 2,
        "job_array_index": 0,
        "job_id_raw": 2,
        "cluster_name": "pool",
        "partition_name": "Alpha",
        "account_name": "A",
        "user_name": "alice@pool.test",
        "submit_time": MIDNIGHT - 60,
        "start_time": MIDNIGHT,
        "end_time": MIDNIGHT + 600,
        "wall_time": 600,
        "exit_code": "0:0",
        "state": "COMPLETED",
        "nnodes": 1,
        "ncpus": 2,
        "ngpus": 1,
        "req_mem": 2048 * 1024 * 1024,
        "job_name": "ap1.pool.test#2.0#1793492140#1",
    }


def test_a_run_is_as_long_as_it_ran_whatever_its_window() -> None:
    assert one(kind="residual", start_utc=MIDNIGHT - 9000, wall_s=100)["wall_time"] == 100
    assert one(submit_utc=None, wall_s=0)["wall_time"] == 0


def test_every_end_is_one_that_the_shredder_takes() -> None:
    ends = ("succeeded", "failed", "signal", "held", "evicted", "removed", "lost", "unknown", "unattributed")
    states = [one(outcome=end)["state"] for end in ends]
    assert states == ["COMPLETED", *["FAILED"] * 3, "PREEMPTED", "CANCELLED", *["NODE_FAIL"] * 3]


def test_no_name_breaks_the_document_or_hides_the_run() -> None:
    assert one(user=HOSTILE, project=HOSTILE)["user_name"] == HOSTILE
    assert one(machine="None assigned")["wall_time"] == 600


def test_a_run_without_a_cluster_id_cannot_be_told() -> None:
    assert xdmod(NAMES).made(replace(RUN, cluster=None)) is None
