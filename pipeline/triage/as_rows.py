"""Findings as a table for programs."""

from collections.abc import Sequence
from dataclasses import asdict, fields

import pyarrow as pa

from pipeline.triage.finding import Finding

_TYPES = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), str: pa.string()}


def as_rows(findings: Sequence[Finding]) -> pa.Table:
    """One row a finding, in their order: the fields of `Finding`, and `change`; `values` as a list, an infinite end of
    an interval as null."""
    schema = pa.schema(
        [*((field.name, _type(field.name, field.type)) for field in fields(Finding)), ("change", pa.float64())]
    )
    rows = [{**asdict(one), "values": list(one.values), "change": one.change} for one in findings]
    return pa.Table.from_pylist([{name: _finite(value) for name, value in row.items()} for row in rows], schema)


def _type(name: str, python: object) -> pa.DataType:
    if name == "values":
        return pa.list_(pa.string())
    return pa.int64() if name.endswith("_utc") else _TYPES.get(python, pa.string())  # type: ignore[call-overload]


def _finite(value: object) -> object:
    return None if isinstance(value, float) and value in (float("inf"), float("-inf")) else value
