"""Which jobs of a cluster or batch are left alone, and what is said of them: a lake of rows, without original bytes."""

from typing import Any

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.recover.asked import asked
from pipeline.recover.parts import Recovery
from pipeline.schema import ATTEMPT_RECORD, JOB, QUEUE_JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows

AP = "ap1.x"
ASKED = MIDNIGHT + 5_000


def ended(cluster: int, proc: int, exit_code: int | None, **more: Any) -> dict[str, Any]:
    made = job("p", AP, cluster, MIDNIGHT + 100, MIDNIGHT + 200, exit_code=exit_code, user="ann", wall_s=100)
    return made | {"proc": proc, "global_job_id": f"{AP}#{cluster}.{proc}#1", "source": "hand"} | more


def queued(cluster: int, proc: int, status: int, **more: Any) -> dict[str, Any]:
    return {
        "pool": "p", "ap": AP, "global_job_id": f"{AP}#{cluster}.{proc}#1", "cluster": cluster, "proc": proc,
        "universe": 5, "user": "ann", "project": "A", "status": status, "seen_utc": ASKED, "read_utc": ASKED,
    } | more  # fmt: skip


JOBS = (
    ended(1, 0, 0, cluster_jobs=4),
    ended(1, 1, 1, cluster_jobs=4),
    # a factory made two of its ten jobs
    ended(2, 0, 1, cluster_jobs=10, made_jobs=2, materialized_utc=MIDNIGHT),
    ended(2, 1, 0, cluster_jobs=10, made_jobs=2, materialized_utc=MIDNIGHT),
    # two people have a batch of one name
    ended(3, 0, 1, batch_name="sweep"),
    ended(4, 0, 1, batch_name="sweep", user="bob", project="B"),
    # held for memory, then removed by the job's own policy
    ended(
        5, 0, None, status=3, last_status=5, completion_utc=None, request_memory_mib=64,
        remove_reason="The job attribute PeriodicRemove expression 'JobStatus == 5' evaluated to TRUE",
    ),
)  # fmt: skip
TRIES = (
    ended(6, 0, 1, batch_name="twice"),
    ended(7, 0, 1, batch_name="twice", recovers=f"{AP}#6.0#1"),
)
HELD_RUN = ended(5, 0, 1) | {
    "record_type": "EPOCH", "run_instance": 0, "write_utc": MIDNIGHT + 200, "exit_code": None, "completion_utc": None,
    "hold_code": 34, "hold_subcode": 0, "status": 2,
    "hold_reason": "Job has gone over cgroup memory limit of 64 megabytes. Peak usage: 200 megabytes.",
}  # fmt: skip
QUEUE = (
    queued(1, 2, 2),
    queued(1, 3, 5, hold_code=34, hold_reason="memory usage exceeded request_memory", request_memory_mib=64),
    # it has ended since
    queued(3, 0, 2, batch_name="sweep"),
)


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    lake = Lake(tmp_path_factory.mktemp("recovery") / "lake")
    lake.create()
    for table, given in ((JOB, (*JOBS, *TRIES)), (QUEUE_JOB, QUEUE), (ATTEMPT_RECORD, (HELD_RUN,))):
        lake.writer(table).append(rows(table, *given), {"hand": 1})
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return Cube.open(lake.root)


def left(found: Recovery) -> dict[int, tuple[str, str]]:
    return {each.job.proc: (each.kind, each.why) for each in found.left}


def test_jobs_in_the_queue_stay_there_and_held_ones_are_told_how_to_go_on(cube: Cube) -> None:
    found = left(cube.recovery(asked(cluster="1"), LOCAL))
    assert found[2] == ("queued", "in the queue, running, when that was asked at 2026-11-01T01:23:20Z")
    assert found[3][1].endswith("condor_qedit 1.3 RequestMemory 128 && condor_release 1.3")


def test_a_job_whose_bytes_are_not_kept_is_refused(cube: Cube) -> None:
    kind, why = left(cube.recovery(asked(cluster="1"), LOCAL))[1]
    assert kind == "missing"
    assert "`archive`" in why


def test_what_a_factory_never_made_is_named_and_not_guessed(cube: Cube) -> None:
    (note,) = [note for note in cube.recovery(asked(cluster="2"), LOCAL).notes if "late" in note]
    assert note.startswith("8 of the 10 jobs of ap1.x#2 are in no record")
    assert "submit digest" in note


def test_a_batch_of_several_people_wants_to_know_whose(cube: Cube) -> None:
    with pytest.raises(UsageError, match="of 2 users"):
        cube.recovery(asked(batch="sweep"), LOCAL)
    found = cube.recovery(asked(batch="sweep", user="ann"), LOCAL)
    assert [(each.job.cluster, each.kind) for each in found.left] == [(3, "missing")]


def test_a_viewer_sees_the_jobs_of_their_projects_alone(cube: Cube) -> None:
    found = cube.recovery(asked(batch="sweep"), Viewer("bob", frozenset({"B"})))
    assert [each.job.cluster for each in found.left] == [4]
    with pytest.raises(UsageError, match="knows no job"):
        cube.recovery(asked(cluster="1"), Viewer("bob", frozenset({"B"})))


def test_of_several_tries_at_one_job_only_the_last_is_run_again(cube: Cube) -> None:
    found = cube.recovery(asked(batch="twice"), LOCAL)
    assert {each.job.cluster: each.kind for each in found.left} == {6: "recovered", 7: "missing"}
    assert [each.kind for each in cube.recovery(asked(cluster="6"), LOCAL).left] == ["missing"]


def test_a_job_that_a_policy_removed_failed_of_what_it_was_held_for(cube: Cube) -> None:
    (one,) = cube.recovery(asked(cluster="5"), LOCAL).left
    assert one.failure is not None
    assert (one.failure.name, one.job.attempts) == ("memory_exceeded", 1)
    assert one.job.lost_h == pytest.approx(200 / 3600)
    assert one.failure.why == "Job has gone over cgroup memory limit of <n> megabytes. Peak usage: <n> megabytes."
    assert one.failure.message == HELD_RUN["hold_reason"]


def test_why_a_program_failed_is_what_the_ledger_says_of_its_last_run(cube: Cube) -> None:
    (one,) = cube.recovery(asked(batch="sweep", user="ann"), LOCAL).left
    assert one.failure is not None
    assert (one.failure.name, one.failure.why, one.failure.message) == ("application_exit", "exit code 1", "")
