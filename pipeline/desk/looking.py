"""Findings of a window with what holds for each; and the finding that a key means.

In: findings. Out: the same in their order, each with its standing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from pipeline.desk.journal import acts
from pipeline.desk.standing import Standing, in_force, standing
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.triage.finding import Finding


@dataclass(frozen=True)
class Looked:
    """A finding, and what holds for it."""

    finding: Finding
    standing: Standing


def looked_at(lake: Lake, pool: str, findings: Sequence[Finding], now_utc: int) -> list[Looked]:
    """The findings in their order, with what holds for each."""
    held = in_force(acts(lake), now_utc)
    return [Looked(one, standing(held, pool, one)) for one in findings]


def meant(findings: Sequence[Finding], key: str) -> Finding:
    """The finding of that key, or the only one whose key begins so. Raises UsageError."""
    found = {one.key: one for one in findings if len(key) >= 4 and one.key.startswith(key.lower())}
    if len(found) == 1:
        return next(iter(found.values()))
    many = "several findings of that window have a key that begins" if found else "no finding of that window has a key"
    hint = "`htc-ledger desk findings` shows them, with the same --pool, --since, --from and --to."
    raise UsageError(f"{many} {key[:40]!r}", hint)


def as_table(looked: Sequence[Looked]) -> pa.Table:
    """One row a finding: key, state (open, acknowledged, muted), by, until_utc, notes, hours, alarm, sentence."""
    rows = [
        {
            "key": one.finding.key,
            "state": one.standing.word,
            "by": _latest(one.standing, "by"),
            "until_utc": _latest(one.standing, "until_utc"),
            "notes": "; ".join(f"{act.by}: {act.note}" for act in one.standing.acts if act.note),
            "alarm": one.finding.alarm,
            "hours": one.finding.hours,
            "sentence": one.finding.sentence,
        }
        for one in looked
    ]
    return pa.Table.from_pylist(rows, schema=_COLUMNS)


def _latest(held: Standing, name: str) -> object:
    act = held.muted or held.acknowledged
    return None if act is None else getattr(act, name)


_COLUMNS = pa.schema(
    [
        ("key", pa.string()),
        ("state", pa.string()),
        ("by", pa.string()),
        ("until_utc", pa.int64()),
        ("notes", pa.string()),
        ("alarm", pa.bool_()),
        ("hours", pa.float64()),
        ("sentence", pa.string()),
    ]
)
