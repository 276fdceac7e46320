"""The histories that daemons keep: what each record is told by, how its daemon is asked, what HTCondor calls it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import classad2
import htcondor2

from collectors.asking.terms import Term
from pipeline.schema import ATTEMPT_RECORD, JOB, TRANSFER, Table
from pipeline.schema.attempt_record import EPOCH_TYPE, STARTD_MARKS, STARTD_SIGNS
from pipeline.schema.pool_ads import AD_TYPE
from pipeline.schema.transfer import RESULT_LISTS

Kind = Literal["history", "epochs", "startd"]


@dataclass(frozen=True)
class History:
    """`terms` tell records apart; windows are cut by the first three, the first of which is a time.

    `names` are the attributes that are asked for; none: all of them. `tool` are the words by which HTCondor's own tool
    is asked.
    """

    kind: Kind
    label: str
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    tool: tuple[str, ...]

    def whole(self) -> "History":
        """The same, with all that an ad says."""
        return replace(self, names=())

    def query(self, location: Any, constraint: str, most: int, since: str) -> list[Any]:
        """Ads newest first, in the order of the file; `most` 0: all. Raises HTCondorException."""
        wanted = (constraint or None, list(self.names), most or -1, classad2.ExprTree(since) if since else None)
        if self.kind == "epochs":
            return list(htcondor2.Schedd(location).jobEpochHistory(*wanted, ad_type="ALL"))
        daemon = (htcondor2.Startd if self.kind == "startd" else htcondor2.Schedd)(location)
        return list(daemon.history(*wanted))


def _names(tables: Sequence[Table], *others: str) -> tuple[str, ...]:
    columns = {name for table in tables for column in table.from_ads for name in column.attributes}
    return tuple(sorted({*columns, *others}))


def _term(table: Table, column: str) -> Term:
    return Term(table.column(column).attributes[0])


_CLUSTER, _PROC, _ENDED = (_term(JOB, name) for name in ("cluster", "proc", "completion_utc"))
_JOB = Term(JOB.column("global_job_id").attributes[0], "")

HISTORIES: dict[Kind, History] = {
    # without what tells kinds of records apart: a final ad is one, whatever attributes its user has put into it
    "history": History(
        "history",
        "history, asked",
        (_term(JOB, "status_utc"), _CLUSTER, _PROC),
        _names([JOB], *STARTD_MARKS, *STARTD_SIGNS),
        (),
    ),
    "epochs": History(
        "epochs",
        "epoch history, asked",
        (
            _term(ATTEMPT_RECORD, "write_utc"),
            _CLUSTER,
            _PROC,
            _term(ATTEMPT_RECORD, "run_instance"),
            Term(EPOCH_TYPE, ""),
            _JOB,
        ),
        _names([ATTEMPT_RECORD, TRANSFER], EPOCH_TYPE, AD_TYPE, *RESULT_LISTS),
        ("-epochs", "-type", "ALL"),
    ),
    "startd": History(
        "startd",
        "startd history, asked",
        (_ENDED, _CLUSTER, _PROC, _JOB, _term(ATTEMPT_RECORD, "shadow_start_utc")),
        _names([ATTEMPT_RECORD], *STARTD_SIGNS),
        ("-startd",),
    ),
}
