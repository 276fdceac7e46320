"""Jobs that were submitted again before: each says whose place it takes, so that nothing runs a third time.

In: jobs without a success. Out: those of them whose place another job took that succeeded or is in the queue.
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.lake import Lake
from pipeline.recover import questions
from pipeline.recover.ads import literal
from pipeline.recover.describing import Description
from pipeline.recover.parts import Job
from pipeline.recover.quoting import Unwritable, expression
from pipeline.schema import submission as known

MOST_TRIES = 100


def marked(description: Description, job: Job) -> Description:
    """The description with the mark of whose place it takes; as it was for a job whose id no line can hold."""
    if job.global_job_id is None:
        return description
    try:
        mark = (f"MY.{known.MARK}", expression(literal(job.global_job_id)))
    except Unwritable:
        return description
    return replace(description, commands=(*description.commands, mark))


def run_again(lake: Lake, rows: Sequence[questions.Row]) -> dict[str, str]:
    """GlobalJobId -> a sentence about the job that took its place, over any number of tries. Raises LakeError.

    One that failed, too, stands in for it where it is among those jobs itself. Where none succeeded, is in the queue or
    is among them, the job is to recover, as it was: it is left out.
    """
    here = {row["global_job_id"] for row in rows}
    found: dict[str, str] = {}
    tries = {row["global_job_id"]: [row["global_job_id"]] for row in rows if row["global_job_id"] is not None}
    for _ in range(MOST_TRIES):
        if not tries:
            break
        later: dict[str, list[str]] = {}
        for one in questions.taking_the_place_of(lake, list(tries)):
            for first in tries[one["recovers"]]:
                if one["is_good"] or (one["global_job_id"] in here and one["global_job_id"] != first):
                    what = one["what"] if one["is_good"] else "failed, too: that one is looked at"
                    found[first] = f"{one['ap']}#{one['cluster']}.{one['proc']} took its place and {what}"
                elif one["global_job_id"] is not None and one["global_job_id"] != first:
                    later.setdefault(one["global_job_id"], []).append(first)
        tries = {name: open_ for name, firsts in later.items() if (open_ := [f for f in firsts if f not in found])}
    return found
