"""What rules say, and what was told, as tables for people and programs."""

from collections.abc import Sequence

import pyarrow as pa

from pipeline.alerts.due import Due
from pipeline.mail.sent import Step

_DUE = ("state", "reason", "rule", "to", "key", "id", "sentence")
_STEPS = ("at_utc", "rule", "recipient", "about", "message_id", "said")


def of_due(found: Sequence[Due]) -> pa.Table:
    """One row per finding and reader: state, reason, rule, to, key (of the finding), id (of the message), sentence."""
    rows = [
        {
            "state": one.state,
            "reason": one.reason,
            "rule": one.rule.name,
            "to": one.to.shown,
            "key": one.finding.key,
            "id": one.id,
            "sentence": one.finding.sentence,
        }
        for one in found
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in _DUE]))


def of_steps(steps: Sequence[Step]) -> pa.Table:
    """One row per message that was taken: at_utc, rule, recipient, about (key), message_id, said."""
    rows = [{name: getattr(step, name) for name in _STEPS} for step in steps]
    schema = pa.schema([(name, pa.int64() if name == "at_utc" else pa.string()) for name in _STEPS])
    return pa.Table.from_pylist(rows, schema=schema)
