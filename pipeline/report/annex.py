"""All rows behind a report, as CSV or Parquet, in a folder or a zip file. Equal facts give equal bytes."""

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.export import to_csv, to_parquet
from pipeline.facility_sheet import capacity_table, months_table, new_table
from pipeline.report.facts import COMPARED, WHO, Facts
from pipeline.waste import as_table

AnnexForm = Literal["csv", "parquet"]
MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip file can name: when it was made is nobody's business, and would change its bytes."""
_READABLE = 0o644 << 16


def tables(facts: Facts) -> dict[str, pa.Table]:
    """Each table of the annex by its name; ratios and hours as numbers, unknown is null."""
    return {
        "totals": _totals(facts),
        **{f"by_{name}": table for name, table in facts.groups.items()},
        "months": months_table(facts.sheet.months),
        "compared": _compared(facts),
        "new": new_table(facts.sheet.new),
        "commitments": facts.commitments,
        "buckets": as_table(facts.waste),
        "capacity_day": capacity_table(facts.sheet.capacity),
        "incomplete": facts.incomplete,
        "unmapped": facts.unmapped,
    }


def numbers_sha256(facts: Facts) -> str:
    """One hash of all numbers: that of the CSV files of the annex, by name."""
    digests = {name: sha256(to_csv(table)).hexdigest() for name, table in tables(facts).items()}
    return sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def files(facts: Facts, form: AnnexForm) -> dict[str, bytes]:
    """File name -> content: a file a table, and a manifest with the data's version and each file's hash."""
    write = to_csv if form == "csv" else to_parquet
    made = {f"{name}.{form}": write(table) for name, table in tables(facts).items()}
    said = {
        "pool": facts.pool.name,
        "simulated": facts.pool.simulated,
        "period": facts.period.name,
        "first_day": facts.days[0].isoformat(),
        "last_day": facts.days[1].isoformat(),
        "zone": facts.published.zone,
        "cube_version": facts.published.version,
        "rules": facts.published.rules,
        "numbers_sha256": numbers_sha256(facts),
        "files_sha256": {name: sha256(content).hexdigest() for name, content in made.items()},
    }
    return made | {MANIFEST: (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()}


def write_annex(content: Mapping[str, bytes], place: Path) -> None:
    """Into a zip file if `place` is named so, else into that folder, which need not be there. Raises UsageError."""
    try:
        if place.suffix == ".zip":
            place.write_bytes(zipped(content))
            return
        place.mkdir(parents=True, exist_ok=True)
        for name, file in content.items():
            (place / name).write_bytes(file)
    except OSError as error:
        raise UsageError(f"the annex {place} cannot be written: {error.strerror}") from error


def zipped(content: Mapping[str, bytes]) -> bytes:
    """A zip file of them."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, file in content.items():
            entry = ZipInfo(name, _EPOCH)
            entry.external_attr, entry.compress_type = _READABLE, ZIP_DEFLATED
            archive.writestr(entry, file)
    return out.getvalue()


def _totals(facts: Facts) -> pa.Table:
    rows = [{"what": name, "value": value} for name, value in facts.totals.items()]
    rows += [{"what": f"distinct_{name}", "value": value} for name, value in facts.who.items()]
    return pa.Table.from_pylist(rows, schema=pa.schema([("what", pa.string()), ("value", pa.float64())]))


def _compared(facts: Facts) -> pa.Table:
    days = ("first_day", "last_day", "before_first_day", "before_last_day")
    schema = pa.schema(
        [*((name, pa.string()) for name in ("what", *days)), ("now", pa.float64()), ("before", pa.float64())]
    )
    found = facts.compared
    if found is None:
        return schema.empty_table()
    when = dict(zip(days, (day.isoformat() for day in (*found.days, *found.before)), strict=True))
    rows = [{"what": name, **when, "now": found.now[name], "before": found.then[name]} for name in (*COMPARED, *WHO)]
    return pa.Table.from_pylist(rows, schema=schema)
