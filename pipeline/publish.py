"""A new cube beside the old one, swapped at once.

`<lake>/cubes/current.json` names the file that readers open. It is replaced atomically; a reader that has the old
file open keeps a consistent view of it until it lets go.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipeline.build import Inputs, build, inputs, now_utc
from pipeline.errors import CheckFailed, CubeMissing
from pipeline.incremental.plan import Plan, plan
from pipeline.incremental.renew import renew
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.rules import rules
from pipeline.settings import Settings
from pipeline.workbench import Progress

POINTER = "current.json"
STILL_SERVED = "The cube before is still served. Mend the cause and run `htc-ledger build` again."
KEPT = 2  # the cube that is served, and the one before it for readers that are slow to let go


@dataclass(frozen=True)
class Published:
    """What the pointer says: the cube's file, its version (equal inputs, equal version) and how it was made.

    other_zones  zones whose days it has besides those of `zone`
    made         renewed, or from nothing and why
    """

    file: str
    version: str
    built_utc: str
    zone: str
    rules: str
    checks: int
    tables: dict[str, int]
    made: str = ""
    other_zones: tuple[str, ...] = ()


def publish(
    lake: Lake, settings: Settings, progress: Progress, *, from_nothing: bool = False
) -> tuple[Published, bool]:
    """Build from the lake as it is now and swap the pointer. Returns what is served, and whether it is new.

    The cube before is renewed where that is possible, and not if `from_nothing`: equal numbers, either way. Raises
    CheckFailed or LakeError; the cube before is then still served.
    """
    lake.require()
    with lake_errors(f"no cube can be written to {lake.cubes}", STILL_SERVED), _one_builder(lake.cubes):
        source = inputs(lake, settings)
        tables = {snapshot.table.name: snapshot.version for snapshot in source.snapshots}
        served = _served(lake.cubes)
        is_there = served is not None and (lake.cubes / served.file).exists()
        if served is not None and served.version == source.version and is_there and not from_nothing:
            if served.tables != tables:  # commits that brought no row, as of a sweep
                served = replace(served, tables=tables)
                _point(lake.cubes, served)
            return served, False
        with _workshop(lake.cubes / f"cube-{source.version}.building") as folder:
            begin = "it was asked for" if from_nothing else plan(lake, served, source)
            held, how = _made(begin, source, folder / "cube", settings, progress)
            made = Published(
                file=f"cube-{source.version}.duckdb",
                version=source.version,
                built_utc=now_utc().isoformat(timespec="seconds"),
                zone=source.zone,
                rules=rules(),
                checks=held,
                tables=tables,
                made=how,
                other_zones=source.other_zones,
            )
            _put_up(folder / "cube", lake.cubes, made)
        _forget_old(lake.cubes, keep=made.file)
        return made, True


def _made(begin: Plan | str, source: Inputs, target: Path, settings: Settings, progress: Progress) -> tuple[int, str]:
    """Write the cube as planned, or from nothing; returns the number of checks that held, and how it was made."""
    if isinstance(begin, Plan):
        try:
            return renew(begin, source, target, settings, progress), "renewed"
        except CheckFailed as broken:  # if the records break it, they will again
            begin = f"renewed, it broke a rule: {broken.what}"
    return build(source, target, settings, progress), f"from nothing: {begin}"


def current(cubes: Path) -> Published | None:
    """What is published, or None if nothing is. Raises CubeMissing for a pointer that cannot be read."""
    pointer = cubes / POINTER
    try:
        published = Published(**json.loads(pointer.read_text("utf-8")))
        return replace(published, other_zones=tuple(published.other_zones))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise CubeMissing(f"{pointer} cannot be read: {error}", "`htc-ledger build` writes it anew.") from error


def _served(cubes: Path) -> Published | None:
    """What readers can open now; None where the pointer is damaged or of another version: then it is written anew."""
    try:
        return current(cubes)
    except CubeMissing:
        return None


def _put_up(finished: Path, cubes: Path, made: Published) -> None:
    """Bring the finished file to its place and point at it; if that is not possible, it is gone again."""
    file = cubes / made.file
    finished.replace(file)
    try:
        _point(cubes, made)
    except OSError:
        file.unlink()
        raise


def _point(cubes: Path, made: Published) -> None:
    fresh = cubes / (POINTER + ".new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(made), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(cubes / POINTER)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _forget_old(cubes: Path, keep: str) -> None:
    finished = sorted(cubes.glob("cube-*.duckdb"), key=lambda path: path.stat().st_mtime, reverse=True)
    others = [path for path in finished if path.name != keep]
    for path in others[KEPT - 1 :]:
        path.unlink(missing_ok=True)


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A folder for an unfinished cube, gone afterwards, with what a failed build still writes when it is closed.

    What builds left behind that were killed goes first.
    """
    for left in folder.parent.glob("cube-*.building*"):
        _remove(left)
    folder.mkdir()
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(left: Path) -> None:
    """Drop what a build left behind."""
    if left.is_dir():
        shutil.rmtree(left)
    else:
        left.unlink(missing_ok=True)


@contextmanager
def _one_builder(cubes: Path) -> Iterator[None]:
    """Make the folder, and hold the lock that keeps a second build waiting until the first is done."""
    cubes.mkdir(parents=True, exist_ok=True)
    with (cubes / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
