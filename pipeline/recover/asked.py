"""Which jobs are asked about: a cluster, a DAG by the cluster of its own job, or a batch by its name. Pure."""

from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.explorer.ids import JobIds, job_ids
from pipeline.recover.rescue_file import Written
from pipeline.terminal import visible
from pipeline.triage.taxonomy import taxonomy


@dataclass(frozen=True)
class Asked:
    """One of cluster, dag and batch; pool and user where a name alone could be several's.

    only      failure classes that run again; none: all
    removed   also what its user removed
    rescued   of a DAG: what DAGMan's newest rescue file says
    """

    cluster: JobIds | None = None
    dag: JobIds | None = None
    batch: str | None = None
    pool: str | None = None
    user: str | None = None
    only: tuple[str, ...] = ()
    removed: bool = False
    rescued: Written | None = None

    @property
    def text(self) -> str:
        """What it is called."""
        if self.batch is not None:
            return f"batch {self.batch}"
        ids = self.dag or self.cluster
        assert ids is not None
        kind = "DAG" if self.dag else "cluster"
        return f"{kind} {ids.cluster}" if ids.ap is None else f"{kind} {ids.ap}#{ids.cluster}"


def asked(cluster: str | None = None, dag: str | None = None, batch: str | None = None, **more: Any) -> Asked:
    """The question in those words. Raises UsageError for none or several, for what names no cluster, and no class."""
    if sum(each is not None for each in (cluster, dag, batch)) != 1:
        raise UsageError("one thing is recovered at a time", "Name one: --cluster AP#C, --dag AP#C or --batch NAME.")
    found = Asked(_cluster(cluster), _cluster(dag), batch, **more)
    classes = taxonomy().classes
    for name in found.only:
        if name not in classes:
            raise UsageError(f"there is no failure class {visible(name[:80])!r}", f"Known: {', '.join(classes)}.")
    if dag is not None and (found.only or found.user is not None):
        raise UsageError("a DAG is recovered as a whole", "Leave --only and --user out.")
    if dag is None and found.rescued is not None:
        raise UsageError("a rescue file is of a DAG", "Name the DAG with --dag.")
    return found


def _cluster(text: str | None) -> JobIds | None:
    if text is None:
        return None
    ids = job_ids(text)
    if ids.submitted is not None or (ids.proc is not None and ids.proc != 0):
        raise UsageError(f"{visible(text[:200])!r} is one job, no cluster", "Write AP#CLUSTER, for example ap1#1234.")
    return JobIds(ids.cluster, None, ids.ap)
