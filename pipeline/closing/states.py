"""All closed versions of a lake, each looked at: is it what it was, and does the journal say so?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.closing import manifest as manifests
from pipeline.closing.journal import Act
from pipeline.closing.manifest import Manifest
from pipeline.closing.month import Month
from pipeline.closing.shelf import CLOSE, REOPEN, Shelf
from pipeline.errors import LakeError

Look = Callable[[Path, Manifest], list[str]]


@dataclass(frozen=True)
class ClosedState:
    """One version.

    state   closed; replaced (by a newer version); reopened (and not closed again yet); damaged
    trouble what is wrong with it, in sentences; of a version that is not damaged: none
    """

    month: str
    version: int
    state: str
    closed_utc: str
    by: str
    reason: str
    manifest_sha256: str
    totals_sha256: str
    trouble: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClosedStates:
    """All versions, by month; `journal`: what is wrong with the journal, empty if nothing is."""

    versions: tuple[ClosedState, ...]
    journal: str

    @property
    def all_is_well(self) -> bool:
        return not self.journal and not any(version.trouble for version in self.versions)


def states(shelf: Shelf, *, each_file: bool = True) -> ClosedStates:
    """Look at every file of every version (or at the manifests alone), and at the journal. Raises LakeError."""
    try:
        acts, trouble = shelf.journal.acts(), ""
    except LakeError as error:
        acts, trouble = [], f"{error.what}. {error.hint}"
    named = {(act.month, act.version) for act in acts if act.act == CLOSE}
    there = {(str(month), version) for month in shelf.months() for version in shelf.versions(month)}
    look = manifests.damage if each_file else _unlooked
    found = [_state(shelf, month, version, acts, look, knows=not trouble) for month, version in sorted(named | there)]
    return ClosedStates(tuple(found), trouble)


def _unlooked(_folder: Path, _manifest: Manifest) -> list[str]:
    return []


def _state(shelf: Shelf, month: str, version: int, acts: Sequence[Act], look: Look, *, knows: bool) -> ClosedState:
    of_month = [act for act in acts if act.month == month]
    noted = next((act for act in of_month if act.act == CLOSE and act.version == version), None)
    try:
        manifest, sha256 = manifests.read(shelf.place(Month.parse(month), version))
    except LakeError as error:
        return _lost(month, version, noted, error.what)
    trouble = look(shelf.place(Month.parse(month), version), manifest)
    if noted is not None and noted.manifest_sha256 != sha256:
        trouble.append("its manifest is not the one that the journal names")
    if noted is None and knows:
        trouble.append("the journal does not name it: `htc-ledger close` or `reopen` was interrupted, run it again")
    return ClosedState(
        month,
        version,
        "damaged" if trouble else _word(version, of_month),
        manifest.closed_utc,
        manifest.by,
        manifest.reason,
        sha256,
        manifest.totals_sha256,
        tuple(trouble),
    )


def _lost(month: str, version: int, noted: Act | None, why: str) -> ClosedState:
    if noted is None:
        return ClosedState(month, version, "damaged", "", "", "", "", "", (why,))
    said = (noted.utc, noted.by, noted.reason, noted.manifest_sha256, noted.totals_sha256)
    return ClosedState(month, version, "damaged", *said, (why,))


def _word(version: int, acts: Sequence[Act]) -> str:
    if any(act.act == CLOSE and act.version > version for act in acts):
        return "replaced"
    return "reopened" if acts and acts[-1].act == REOPEN else "closed"
