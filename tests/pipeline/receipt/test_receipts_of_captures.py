"""Real cases, each right to the second and explained in one sentence."""

import pytest

from pipeline.cube import Cube
from pipeline.receipt.parts import Receipt
from tests.pipeline.receipt.conftest import explaining


def notes(receipt: Receipt) -> dict[str, str]:
    return {note.rule: note.text for note in receipt.notes}


def reasons(receipt: Receipt) -> dict[tuple[str, int], list[str]]:
    """(type, run or -1) -> rules of its records, in order."""
    told: dict[tuple[str, int], list[str]] = {}
    for record in receipt.records:
        run = -1 if record.run_instance is None else record.run_instance
        told.setdefault((record.record_type, run), []).append(record.why.rule)
    return told


def test_a_job_twice_in_history_counts_once_with_the_wall_time_that_was_not_forgotten(captured: Cube) -> None:
    found = explaining(captured)("ap2#3.0")
    assert [run.wall_s for run in found.runs] == [2, 3, 2]
    assert found.residual is None
    assert (found.totals.used_wall_s, found.totals.ended_wall_s, found.totals.ended_mcore_s) == (7, 7, 7000)
    assert notes(found)["twice"].startswith("The job is in history twice, because its schedd was killed")
    assert "says 5 s of wall time, one before it 7 s" in notes(found)["twice.wall"]
    finals = [(record.offset_bytes, record.is_counted) for record in found.records if record.record_type == "JOB"]
    assert finals == [(27_568, False), (32_919, True)]


@pytest.mark.parametrize(
    ("job", "run", "wall_s", "forgotten"), [("ap2#4.0", 1, 41, 20), ("ap2#5.0", 1, 36, 6), ("ap2#5.1", 1, 36, 6)]
)
def test_a_spawn_without_epoch_whose_run_a_later_shadow_took_over_is_no_lost_attempt(
    captured: Cube, job: str, run: int, wall_s: int, forgotten: int
) -> None:
    found = explaining(captured)(job)
    assert [(each.run_instance, each.wall_s, each.outcome) for each in found.runs] == [(run, wall_s, "succeeded")]
    assert notes(found)["taken_over"] == (
        "Run 0 is no attempt of its own: the schedd was restarted, and the shadow of run 1 took the same execution "
        "over; its time is in run 1."
    )
    assert reasons(found)["SPAWN", 0] == ["record.spawn.taken_over"]
    assert found.residual is not None
    assert found.residual.residual_s == -forgotten
    assert found.residual.cause.rule == "schedd_restart"
    assert found.residual.cause.text.startswith(f"The schedd was restarted and forgot {forgotten} s of run time")
    assert found.totals.ended_wall_s == wall_s - forgotten
    assert [step.mcore_s for step in found.totals.steps] == [-1000 * forgotten]


def test_two_epoch_ads_of_one_run_count_once_and_the_one_with_the_hold_is_taken(captured: Cube) -> None:
    found = explaining(captured)("ap1#8.0")
    assert sorted(reasons(found)["EPOCH", 0]) == ["record.epoch", "record.epoch.older"]
    assert [run.outcome for run in found.runs][:1] == ["held"]
    assert found.runs[0].why.text.startswith("It was held (code 3): ")
    assert [note.text for note in found.notes if note.rule == "two_epochs"] == [
        f"Run {run} has 2 EPOCH ads, because it was held as it exited: the newest counts, once." for run in (0, 1)
    ]


def test_attempts_that_were_lost_are_told_with_their_time_in_the_residual(sampled: Cube) -> None:
    """103.2: 748 s of wall time, 196 s of it in its last run, one lost on an execution point that was killed."""
    found = explaining(sampled)("ap1#103.2")
    lost = found.runs[0]
    assert (lost.basis, lost.wall_s, lost.why.rule) == ("spawn", None, "ended.lost.no_end")
    assert found.residual is not None
    assert (found.residual.cause.rule, found.residual.charged_s) == ("run_lost", 552)
    assert found.residual.cause.text.startswith("552 s of the job's wall time belong to 1 run without an end")
    assert sum(charge.wall_s or 0 for charge in found.residual.charges) == 552
    assert notes(found)["shadow_waited"].startswith("The access point lost its execution point on 2026-11-21 04:51:51")


def test_a_slot_that_was_kept_after_the_record_is_a_residual_with_that_cause(sampled: Cube) -> None:
    found = explaining(sampled)("ap1#81.0")
    assert found.residual is not None
    assert (found.residual.residual_s, found.residual.cause.rule) == (16, "slot_kept")


@pytest.mark.parametrize(("job", "wall_s"), [("ap2#52.0", 61), ("ap2#65.0", 83), ("ap2#134.0", 26)])
def test_wall_time_that_the_newest_ad_forgot_is_counted_as_ended(sampled: Cube, job: str, wall_s: int) -> None:
    found = explaining(sampled)(job)
    assert found.totals.ended_wall_s == wall_s == found.totals.used_wall_s
    assert found.totals.steps == ()
    assert "says 0 s of wall time" in notes(found)["twice.wall"]


def test_no_receipt_of_a_whole_pool_leaves_anything_unexplained(sampled: Cube, captured: Cube) -> None:
    for cube in (sampled, captured):
        names = cube._rows("SELECT DISTINCT concat(ap, '#', cluster, '.', proc) AS name FROM attempt ORDER BY name", [])
        for (name,) in names[::7]:
            found = explaining(cube)(name)
            assert found.totals.unexplained_mcore_s == 0, name
            made = {run.record_id for run in found.runs}
            assert made <= {record.record_id for record in found.records if record.is_counted}, name
            assert all(record.raw for record in found.records), name
