"""What a report to a PI says besides its ground: the period before, whose the project is, its grants, advice.

Asks the cube; nothing is counted here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from pipeline.advice.as_rows import as_table
from pipeline.advice.sheet import AdviceSheet
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.project_sheet import ProjectSheet, is_known, project_sheet
from pipeline.query import UsageQuery
from pipeline.report.before import Before, before
from pipeline.report.commitments import commitments_table
from pipeline.report.ground import Ground, Question, counted, ground, numbers_table, of_one
from pipeline.viewer import Viewer

WHO = ("user", "site")
GROUPS = ("user", "site")


@dataclass(frozen=True, kw_only=True)
class ProjectFacts(Ground):
    """`before`: None where the ledger does not reach back. The advice is of runs that ended on the days."""

    project: str
    who: Mapping[str, int]
    before: Before | None
    sheet: ProjectSheet
    advice: AdviceSheet

    def tables(self) -> dict[str, pa.Table]:
        """Each table of the annex by its name."""
        distinct = {f"distinct_{name}": value for name, value in self.who.items()}
        return super().tables() | {
            "totals": numbers_table({**self.totals, **distinct}),
            **({"before": self.before.table()} if self.before else {}),
            "advice": as_table(self.advice),
            "commitments": commitments_table((*self.sheet.allocations, *self.sheet.awards)),
        }


def project_facts(cube: Cube, viewer: Viewer, asked: Question, project: str) -> ProjectFacts:
    """The facts of that project; `asked.where` are further filters. Raises UsageError, also for an unknown project."""
    pool = asked.pool
    if not is_known(cube, viewer, pool, project):
        hint = "Write it as it is registered: `htc-ledger usage --by project` lists all."
        raise UsageError(f"pool {pool.name!r} has no project {project!r}", hint)
    base = ground(cube, viewer, of_one(asked, "project", project), GROUPS)
    return ProjectFacts(
        **vars(base),
        project=project,
        who=counted(cube, viewer, base.query, WHO),
        before=before(cube, viewer, base, WHO),
        sheet=project_sheet(cube, viewer, pool, project, *base.days),
        advice=cube.advice(_of_runs(base), pool.name, viewer),
    )


def _of_runs(base: Ground) -> UsageQuery:
    """The question as advice wants it: its pool is named beside it."""
    return UsageQuery((), (), *base.days, base.where)
