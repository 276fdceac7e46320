"""A recovery for people: what failed by class, what will run again and with which changes, what will not, and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from pipeline.recover.as_rows import changed
from pipeline.recover.failures import Failure
from pipeline.recover.parts import Again, Job, Left, Recovery
from pipeline.terminal import plain_table, visible

MOST_SHOWN = 20
KINDS = {
    "missing": "The ledger does not hold enough to submit again",
    "queued": "In the queue: not submitted again",
    "ended_unknown": "Their end is not known: not submitted again",
    "removed": "Removed by their user",
    "recovered": "Run again before",
    "not_chosen": "Not of the chosen classes",
}


def show(found: Recovery, console: Console) -> None:
    """Print the answer."""
    failed: list[Again | Left] = [
        *found.again,
        *(each for each in found.left if each.failure is not None and each.kind != "queued"),
    ]
    head = (
        f"{found.asked}, pool {found.pool}: {_jobs(found.succeeded)} succeeded, {_jobs(len(failed))} without a success"
    )
    _say(console, head, "bold")
    if failed:
        _classes(console, failed)
    _again(console, found.again)
    for kind, title in KINDS.items():
        _left(console, title, [each for each in found.left if each.kind == kind])
    for note in found.notes:
        _say(console, note, "dim")


def _classes(console: Console, failed: Iterable[Again | Left]) -> None:
    by_class: dict[str, list[tuple[Job, Failure, bool]]] = defaultdict(list)
    for each in failed:
        assert each.failure is not None
        by_class[each.failure.label].append((each.job, each.failure, isinstance(each, Again)))
    table = plain_table()
    for name in ("Failed of", "Whose", "Jobs", "Attempts", "Core hours lost", "Run again", "Why, most often"):
        right = name in ("Jobs", "Attempts", "Core hours lost", "Run again")
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for label, jobs in sorted(by_class.items(), key=lambda item: (-len(item[1]), item[0])):
        lost = [job.lost_h for job, _, _ in jobs]
        why = Counter(failure.message or failure.why for _, failure, _ in jobs).most_common(1)[0][0]
        counts = (len(jobs), sum(job.attempts for job, _, _ in jobs), sum(runs for _, _, runs in jobs))
        tried, attempts, runs = (f"{count:,}" for count in counts)
        cells = (label, jobs[0][1].blame or "—", tried, attempts, _hours(lost), runs, why[:160])
        table.add_row(*(Text(visible(cell)) for cell in cells))
    console.print(table)


def _hours(lost: Sequence[float | None]) -> str:
    known = [each for each in lost if each is not None]
    more = "≥ " if len(known) < len(lost) else ""
    return "—" if not known else f"{more}{sum(known):,.2f}"


def _again(console: Console, again: Sequence[Again]) -> None:
    if not again:
        _say(console, "\nNothing of it can be run again from here.", "bold")
        return
    _say(console, f"\n{_jobs(len(again))} will run again:", "bold")
    by_change: dict[str, list[Again]] = defaultdict(list)
    for each in again:
        by_change[changed(each) or "unchanged"].append(each)
    for what, jobs in sorted(by_change.items(), key=lambda item: -len(item[1]))[:MOST_SHOWN]:
        why = f" ({'; '.join(change.why for change in jobs[0].changes)})" if jobs[0].changes else ""
        _say(console, f"  {len(jobs):,}: {what}{why}: {_listed(each.job for each in jobs)}")
    own = sorted({name for each in again for name in each.description.own})
    if own:
        _say(console, f"  Attributes of their own that they keep: {', '.join(own[:MOST_SHOWN])}")


def _left(console: Console, title: str, left: Sequence[Left]) -> None:
    if not left:
        return
    _say(console, f"\n{title}: {_jobs(len(left))}", "bold")
    by_why: dict[str, list[Left]] = defaultdict(list)
    for each in left:
        by_why[each.why].append(each)
    for why, jobs in sorted(by_why.items(), key=lambda item: -len(item[1]))[:MOST_SHOWN]:
        _say(console, f"  {_listed(each.job for each in jobs)}: {why}")
    if len(by_why) > MOST_SHOWN:
        _say(console, f"  {len(by_why) - MOST_SHOWN:,} more reasons: --format csv has all.", "dim")


def _listed(jobs: Iterable[Job]) -> str:
    names = [job.name for job in jobs]
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count:,} jobs"


def _say(console: Console, sentence: str, style: str = "") -> None:
    console.print(Text("\n".join(visible(line) for line in sentence.split("\n")), style=style))
