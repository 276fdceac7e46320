"""The recovery of a cluster or a batch: what failed, what will run again and how, what will not, and why.

In: the cube, the question and who asks. Out: a `Recovery`. Nothing is submitted, and nothing of an ad is evaluated.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.receipt.naming import Ask, seen_jobs
from pipeline.recover import earlier, questions
from pipeline.recover.ads import Ad, parsed
from pipeline.recover.asked import Asked
from pipeline.recover.changes import applied, changes
from pipeline.recover.dag import dag_recovery
from pipeline.recover.describing import Missing, describe
from pipeline.recover.failures import Failure, failure
from pipeline.recover.parts import Again, Left, Recovery
from pipeline.recover.waiting import not_ended
from pipeline.schema import submission as known
from pipeline.terminal import visible
from pipeline.viewer import Viewer

Row = dict[str, Any]
MOST_JOBS = 20_000
"""Jobs without a success that one recovery can be of."""
MOST_CLUSTERS = 100_000
NOT_KEPT = "the bytes of its final ad are not kept: see the settings `archive` and `archive_days`"


def recovery(ask: Ask, lake: Lake, asked: Asked, viewer: Viewer) -> Recovery:
    """What is to be done about the jobs of a cluster, batch or DAG.

    Raises UsageError for what names no job that the viewer may see, or the jobs of several pools, access points (of a
    cluster) or users.
    """
    if asked.dag is not None:
        return dag_recovery(ask, lake, asked, viewer)
    seen = _seen(ask, asked, viewer)
    ended: list[Row] = ask(*questions.ended(*seen, MOST_CLUSTERS + 1)).to_pylist()
    waiting = [row for row in questions.queued(lake, asked) if _may_see(row, viewer)]
    pool = _one_of(ended, waiting, asked)
    failed: list[Row] = ask(*questions.jobs(*seen, MOST_JOBS + 1)).to_pylist()
    if len(failed) > MOST_JOBS or len(ended) > MOST_CLUSTERS:
        most = f"{MOST_JOBS:,} jobs without a success, or {MOST_CLUSTERS:,} clusters"
        raise UsageError(f"{visible(asked.text[:200])} has more than {most}", "Name one cluster of it with --cluster.")
    chosen, left = _sorted_out(failed, asked)
    done = earlier.run_again(lake, [row for row, _ in chosen])
    again: list[Again] = []
    for row, why in chosen:
        if row["global_job_id"] in done:
            left.append(Left(questions.job_of(row), "recovered", done[row["global_job_id"]], why))
    dags: set[int] = set()
    rest = [each for each in chosen if each[0]["global_job_id"] not in done]
    for row, why, ad in _with_ads(lake, rest):
        if ad is not None and (dag := ad.number(known.DAG_JOB)) is not None:
            dags.add(dag)
        found = _described(row, why, ad)
        if isinstance(found, Again):
            again.append(found)
        else:
            left.append(found)
    open_jobs, notes = not_ended(ask, lake, ended, waiting)
    not_again = tuple(sorted([*left, *open_jobs], key=_place))
    succeeded = sum(row["succeeded"] for row in ended)
    return Recovery(asked.text, pool, succeeded, tuple(again), not_again, (*_of_dags(dags), *notes))


def _seen(ask: Ask, asked: Asked, viewer: Viewer) -> tuple[str, list[Any]]:
    """The WHERE of the question, over `job`, for what the viewer may see."""
    condition, values = questions.condition(asked)
    if viewer.sees_all:
        return condition, values
    ids = ask(*questions.job_ids(condition, values)).column("job_id").to_pylist()
    return "job_id IN (SELECT unnest(?::VARCHAR[])::UHUGEINT)", [sorted(seen_jobs(ask, ids, viewer))]


def _may_see(row: Row, viewer: Viewer) -> bool:
    return viewer.projects is None or (row["project"] or "unmapped") in viewer.projects


def _one_of(ended: Sequence[Row], waiting: Sequence[Row], asked: Asked) -> str:
    """The pool of all of them. Raises UsageError where the name is several's, or nobody's."""
    rows = [*ended, *waiting]
    if not rows:
        raise UsageError(f"the ledger knows no job of {visible(asked.text[:200])}", "Is it collected, and built since?")
    for name, option in (("pool", "--pool"), ("user", "--user")):
        values = sorted({str(row[name]) for row in rows})
        if len(values) > 1:
            hint = f"Say whose with {option}: {', '.join(map(visible, values[:5]))}."
            raise UsageError(f"{visible(asked.text[:200])} is of {len(values)} {name}s", hint)
    aps = sorted({row["ap"] for row in rows})
    if asked.batch is None and len(aps) > 1:
        names = ", ".join(visible(f"{ap}#{rows[0]['cluster']}") for ap in aps[:5])
        raise UsageError(f"{len(aps)} access points have a {asked.text}", f"Say which: {names}.")
    return str(rows[0]["pool"])


def _sorted_out(failed: Iterable[Row], asked: Asked) -> tuple[list[tuple[Row, Failure]], list[Left]]:
    """Those that are to run again, and those that are not for how they failed."""
    chosen, left = [], []
    for row in failed:
        why = failure(row)
        if why.is_users_wish and not asked.removed:
            left.append(Left(questions.job_of(row), "removed", "its user removed it; --removed runs it again", why))
        elif asked.only and why.name not in asked.only:
            left.append(Left(questions.job_of(row), "not_chosen", "not of the classes that --only names", why))
        else:
            chosen.append((row, why))
    return chosen, left


def _with_ads(lake: Lake, rows: Sequence[tuple[Row, Failure]]) -> Iterable[tuple[Row, Failure, Ad | None]]:
    """The jobs with what their final ads say; None where the bytes are not kept. Not all are in memory at once."""
    for start in range(0, len(rows), questions.AT_A_TIME):
        some = rows[start : start + questions.AT_A_TIME]
        kept = questions.bytes_of(lake, [row for row, _ in some])
        for row, why in some:
            found = kept.get(row["record_id"])
            yield row, why, None if found is None else parsed(*found)


def _described(row: Row, why: Failure, ad: Ad | None) -> Again | Left:
    job = questions.job_of(row)
    if ad is None:
        return Left(job, "missing", NOT_KEPT, why)
    found = describe(ad)
    if isinstance(found, Missing):
        return Left(job, "missing", "; ".join(found.reasons), why)
    changed = changes(why, row, ad)
    return Again(job, why, applied(earlier.marked(found, job), changed), changed)


def _of_dags(dags: set[int]) -> list[str]:
    named = ", ".join(map(str, sorted(dags)[:5]))
    return [f"Jobs of DAG {named} are among them: --dag runs what waits for them, too."] if dags else []


def _place(left: Left) -> tuple[str, int, int]:
    return left.job.ap, left.job.cluster, left.job.proc
