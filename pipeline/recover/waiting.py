"""Jobs that have not ended as far as is known: in the queue, without a final ad, or never made by their factory.

None of them is submitted again. In: the ended jobs of the question and those in the queue. Out: why each is left.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.answers import iso
from pipeline.lake import Lake
from pipeline.receipt.gather import STATUS
from pipeline.receipt.naming import Ask
from pipeline.recover import questions
from pipeline.recover.ads import Ad
from pipeline.recover.changes import changes
from pipeline.recover.failures import Failure
from pipeline.recover.parts import Job, Left
from pipeline.schema.submission import ATTRIBUTE_OF
from pipeline.triage.classify import classify

Row = dict[str, Any]
MOST_LISTED = 1_000


def not_ended(ask: Ask, lake: Lake, ended: Sequence[Row], waiting: Sequence[Row]) -> tuple[list[Left], list[str]]:
    """What is in the queue, or not known to have ended; and sentences about clusters of which jobs are not known.

    `ended` are rows of `questions.ended`, `waiting` of `questions.queued`.
    """
    ids = [row["global_job_id"] for row in waiting if row["global_job_id"] is not None]
    over = {row["global_job_id"] for row in ask(*questions.over(ids)).to_pylist()}
    queued = [row for row in waiting if row["global_job_id"] not in over]
    left = [_in_queue(row) for row in queued]
    there = {(row["ap"], row["cluster"], row["proc"]) for row in queued}
    notes = _of_queues(lake, ended)
    if len(waiting) == questions.MOST_QUEUED:
        notes.append(f"Of the queue only {len(waiting):,} jobs are listed; there may be more. None is submitted again.")
    examples = {(row["ap"], row["cluster"]): row for row in (*ended, *waiting)}
    for cluster in ask(*questions.clusters([*ended, *waiting])).to_pylist():
        example = examples[cluster["ap"], cluster["cluster"]]
        open_procs = [p for p in cluster["open_procs"] or () if (cluster["ap"], cluster["cluster"], p) not in there]
        left += [_unknown(cluster, proc, example) for proc in open_procs[:MOST_LISTED]]
        if len(open_procs) > MOST_LISTED:
            notes.append(
                f"{len(open_procs) - MOST_LISTED:,} more jobs of cluster {cluster['cluster']} have no final ad."
            )
        notes += _never_seen(cluster)
    return left, notes


def _in_queue(row: Row) -> Left:
    status = STATUS.get(row["status"], "of unknown status")
    job = _job(row, row["proc"], row)
    seen = iso(row["seen_utc"])
    if row["status"] != questions.HELD:
        return Left(job, "queued", f"in the queue, {status}, when that was asked at {seen}")
    verdict = classify(row["hold_reason"] or "", row["hold_code"], row["hold_subcode"])
    why = Failure(verdict.failure, verdict.label, verdict.blame, verdict.why, row["hold_reason"] or "")
    return Left(job, "queued", f"in the queue, held, at {seen}: {_release(row, why)}", why)


def _release(row: Row, why: Failure) -> str:
    """What its user does about a held job: it keeps its place in the queue."""
    place = f"{row['cluster']}.{row['proc']}"
    sizes = {"run_memory_mib": None, "memory_mib": None, "disk_used_kib": None, **row}
    raised = changes(why, sizes, Ad({}))
    edits = "".join(f"condor_qedit {place} {ATTRIBUTE_OF[each.command]} {each.value} && " for each in raised)
    return f"{edits}condor_release {place}"


def _unknown(cluster: Row, proc: int, example: Row) -> Left:
    why = "its end is not known: no final ad of it was read, and it was not in the queue when that was last asked"
    return Left(_job(cluster, proc, example), "ended_unknown", why)


def _job(row: Row, proc: int, whose: Row) -> Job:
    return Job(row["ap"], row["cluster"], proc, whose["user"] or "unknown", whose["project"] or "unmapped")


def _of_queues(lake: Lake, ended: Sequence[Row]) -> list[str]:
    """Whether the queues were asked since the last of the jobs ended."""
    said = []
    for pool, ap in sorted({(row["pool"], row["ap"]) for row in ended}):
        seen = questions.queue_seen(lake, pool, ap)
        if seen is None:
            said.append(f"The queue of {ap} is not collected: jobs that never ended are not known.")
        elif seen < max(row["end_utc"] or 0 for row in ended if row["ap"] == ap):
            said.append(f"The queue of {ap} was last asked at {iso(seen)}, before the last of these jobs ended.")
    return said


def _never_seen(cluster: Row) -> list[str]:
    """Jobs of the cluster that no record names."""
    whole = cluster["cluster_jobs"]
    if whole is None or whole <= cluster["seen"]:
        return []
    count, place = whole - cluster["seen"], f"{cluster['ap']}#{cluster['cluster']}"
    if cluster["is_late"]:
        return [
            f"{count:,} of the {whole:,} jobs of {place} are in no record: the access point makes this cluster's jobs "
            "late, from a submit digest in its spool that the ledger does not hold. They cannot be submitted from here."
        ]
    return [f"{count:,} of the {whole:,} jobs of {place} are in no record: they are left alone."]
