"""Rights and tokens as tables for people and programs."""

from collections.abc import Collection, Sequence

import pyarrow as pa

from pipeline.rights.contacts import SOURCE
from pipeline.rights.grant import Grant
from pipeline.rights.token import Token

_RIGHTS = pa.schema(
    [
        ("id", pa.string()),
        ("done", pa.string()),
        ("holds", pa.bool_()),
        ("role", pa.string()),
        ("project", pa.string()),
        ("site", pa.string()),
        ("who_kind", pa.string()),
        ("who", pa.string()),
        ("issuer", pa.string()),
        ("by", pa.string()),
        ("at_utc", pa.int64()),
        ("until_utc", pa.int64()),
        ("note", pa.string()),
        ("source", pa.string()),
    ]
)
_TOKENS = pa.schema(
    [
        ("token", pa.string()),
        ("done", pa.string()),
        ("holds", pa.bool_()),
        ("name", pa.string()),
        ("projects", pa.string()),
        ("by", pa.string()),
        ("at_utc", pa.int64()),
        ("until_utc", pa.int64()),
    ]
)


def rights_table(lines: Sequence[Grant], held: Collection[Grant]) -> pa.Table:
    """One row a line, in their order; `holds`: whether it is in force. Rights that follow from metadata have no id."""
    rows = [
        {
            "id": None if line.source == SOURCE else line.id,
            "done": "grant" if line.undoes is None else "revoke",
            "holds": line in held,
            "role": line.role,
            "project": line.project,
            "site": line.site,
            "who_kind": line.who.kind,
            "who": line.who.name,
            "issuer": line.who.issuer,
            "by": line.by,
            "at_utc": line.at_utc,
            "until_utc": line.until_utc,
            "note": line.note,
            "source": line.source,
        }
        for line in lines
    ]
    return pa.Table.from_pylist(rows, schema=_RIGHTS)


def tokens_table(lines: Sequence[Token], held: Collection[Token]) -> pa.Table:
    """One row a line, in their order; `holds`: whether it is in force. What tokens are recognised by is not shown."""
    rows = [
        {
            "token": line.token,
            "done": "create" if line.undoes is None else "revoke",
            "holds": line in held,
            "name": line.name,
            "projects": "all" if line.projects is None else ", ".join(line.projects),
            "by": line.by,
            "at_utc": line.at_utc,
            "until_utc": line.until_utc,
        }
        for line in lines
    ]
    return pa.Table.from_pylist(rows, schema=_TOKENS)
