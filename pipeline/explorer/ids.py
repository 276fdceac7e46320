"""The id of a job, or of all jobs of a cluster, as people write it. Pure: text in, `JobIds` and SQL out."""

import re
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.receipt.naming import parse
from pipeline.terminal import visible

_CLUSTER = re.compile(r"(?:(?P<ap>[^#]+)#)?(?P<cluster>\d{1,18})\.?", re.ASCII)


@dataclass(frozen=True)
class JobIds:
    """One job, or a cluster's. None: whichever. `submitted` is the last part of a GlobalJobId."""

    cluster: int
    proc: int | None = None
    ap: str | None = None
    submitted: str | None = None

    @property
    def sql(self) -> tuple[str, list[Any]]:
        """The condition, over a fact with ap, cluster, proc and global_job_id, and its values."""
        condition, values = "cluster = ?", [self.cluster]
        more: list[Any] = []
        if self.proc is not None:
            condition += " AND proc = ?"
            more.append(self.proc)
        if self.ap is not None:
            condition += " AND (ap = ? OR split_part(ap, '.', 1) = ?)"
            more += [self.ap, self.ap]
        if self.submitted is not None:
            condition += " AND ends_with(global_job_id, ?)"
            more.append(f"#{self.submitted}")
        return condition, [*values, *more]


def job_ids(text: str) -> JobIds:
    """AP#CLUSTER.PROC, CLUSTER.PROC, AP#CLUSTER, CLUSTER or a GlobalJobId. Raises UsageError for another text."""
    found = _CLUSTER.fullmatch(text.strip())
    if found is not None:
        return JobIds(int(found["cluster"]), ap=found["ap"])
    try:
        name = parse(text)
    except UsageError as error:
        hint = "Write AP#CLUSTER.PROC, CLUSTER.PROC, a cluster alone, or a GlobalJobId."
        raise UsageError(f"{visible(text[:200])!r} names no job", hint) from error
    return JobIds(name.cluster, name.proc, name.ap, name.submitted)
