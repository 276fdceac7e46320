"""All rows behind a report, as CSV or Parquet, in a folder or a zip file. Equal facts give equal bytes."""

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pipeline.errors import UsageError
from pipeline.export import to_csv, to_parquet
from pipeline.report.ground import Ground

AnnexForm = Literal["csv", "parquet"]
MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip file can name: when it was made is nobody's business, and would change its bytes."""
_READABLE = 0o644 << 16


def numbers_sha256(facts: Ground) -> str:
    """One hash of all numbers: that of the CSV files of the annex, by name."""
    digests = {name: sha256(to_csv(table)).hexdigest() for name, table in facts.tables().items()}
    return sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def files(facts: Ground, form: AnnexForm) -> dict[str, bytes]:
    """File name -> content: a file a table, and a manifest with the data's version and each file's hash."""
    write = to_csv if form == "csv" else to_parquet
    made = {f"{name}.{form}": write(table) for name, table in facts.tables().items()}
    said = {
        "pool": facts.pool.name,
        "simulated": facts.pool.simulated,
        "period": facts.period.name,
        "first_day": facts.days[0].isoformat(),
        "last_day": facts.days[1].isoformat(),
        "zone": facts.published.zone,
        "booking": facts.booking,
        "where": [f"{name}={value}" for name, values in facts.where for value in values],
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
