"""What a closed version says of itself: one JSON file beside its Parquet files, written once and never changed."""

from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import LakeError
from pipeline.lake_errors import lake_errors

MANIFEST = "manifest.json"
_AT_A_TIME = 1 << 20
_BACKUP = "Put the folder back from a backup: a closed month is never made anew."


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ClosedFile(_Said):
    """One table: its file, what is in it, and SQL types of its columns, which Parquet alone does not keep."""

    table: str
    name: str
    rows: int
    size: int
    sha256: str
    columns: dict[str, str]


class PoolState(_Said):
    """The badge of one pool's month when it was closed."""

    pool: str
    state: str
    sentence: str


class Manifest(_Said):
    """One closed version of a month.

    totals          booking -> pool -> fact -> sum; a sum is null where nothing is known
    totals_sha256   of the totals in canonical JSON
    journal_before  hash of the journal's line before this act
    mapping         digest of what names mean: see `records.MAPPING`
    newest_read_utc when the newest record of the lake was read; null: there was none
    """

    format: int
    month: str
    version: int
    zone: str
    closed_utc: str
    by: str
    reason: str
    even_so: bool
    cube_version: str
    cube_built_utc: str
    rules: str
    checks: int
    lake_tables: dict[str, int]
    mapping: str
    newest_read_utc: int | None
    states: list[PoolState]
    totals: dict[str, dict[str, dict[str, int | None]]]
    totals_sha256: str
    files: list[ClosedFile]
    journal_before: str

    def file(self, table: str) -> ClosedFile | None:
        """The file of that table; None if that version has none."""
        return next((file for file in self.files if file.table == table), None)


def encoded(manifest: Manifest) -> bytes:
    """The manifest's bytes: what its hash in the journal is of."""
    return (manifest.model_dump_json(indent=2) + "\n").encode()


def read(folder: Path) -> tuple[Manifest, str]:
    """The manifest of a closed version, and its hash. Raises LakeError if it is lost or was changed."""
    path = folder / MANIFEST
    with lake_errors(f"{path} cannot be read", _BACKUP):
        content = path.read_bytes()
    try:
        return Manifest.model_validate_json(content), sha256(content).hexdigest()
    except ValidationError as error:
        raise LakeError(f"{path} was changed: it is no manifest", _BACKUP) from error


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex. Raises OSError."""
    found = sha256()
    with path.open("rb") as file:
        while some := file.read(_AT_A_TIME):
            found.update(some)
    return found.hexdigest()


def damage(folder: Path, manifest: Manifest) -> list[str]:
    """What is wrong with the files of a closed version, one sentence each; none if each is what it was."""
    found = []
    for file in manifest.files:
        path = folder / file.name
        try:
            changed = path.stat().st_size != file.size or digest(path) != file.sha256
        except FileNotFoundError:
            found.append(f"{file.name} is lost")
        except OSError as error:
            found.append(f"{file.name} cannot be read: {error.strerror}")
        else:
            found += [f"{file.name} was changed"] if changed else []
    return found


def require_whole(folder: Path, manifest: Manifest) -> None:
    """Raise LakeError unless every file is what it was."""
    found = damage(folder, manifest)
    if found:
        raise LakeError(f"{manifest.month} version {manifest.version} is damaged: {'; '.join(found)}", _BACKUP)
