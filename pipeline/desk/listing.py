"""Acts as a table for people and programs."""

from collections.abc import Collection, Sequence

import pyarrow as pa

from pipeline.desk.act import Act

_COLUMNS = pa.schema(
    [
        ("id", pa.string()),
        ("done", pa.string()),
        ("holds", pa.bool_()),
        ("by", pa.string()),
        ("at_utc", pa.int64()),
        ("until_utc", pa.int64()),
        ("note", pa.string()),
        ("pool", pa.string()),
        ("sentence", pa.string()),
        ("source", pa.string()),
        ("undoes", pa.string()),
    ]
)


def as_table(acts: Sequence[Act], held: Collection[Act]) -> pa.Table:
    """One row an act, in their order; `holds`: whether it is in force; `undoes`: id of the act that it takes back."""
    ids = {act.number: act.id for act in acts}
    in_force = {act.number for act in held}
    rows = [
        {
            "id": act.id,
            "done": act.done,
            "holds": act.number in in_force,
            "by": act.by,
            "at_utc": act.at_utc,
            "until_utc": act.until_utc,
            "note": act.note,
            "pool": act.about.pool,
            "sentence": act.sentence,
            "source": act.source,
            "undoes": None if act.undoes is None else ids.get(act.undoes),
        }
        for act in acts
    ]
    return pa.Table.from_pylist(rows, schema=_COLUMNS)
