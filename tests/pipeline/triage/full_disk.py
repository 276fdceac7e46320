"""A simulated pool of nine days with a site whose disks are full, for tests of what says so."""

from pathlib import Path

from tests.ledger_command import Ledger

POOL = "prairie (simulated)"


def full_disk(folder: Path) -> Ledger:
    """Its lake, built; `truth.json` beside it tells which site that is."""
    command = Ledger(folder / "lake", folder)
    planted = ("--fault", "full_disk", "--truth", folder / "truth.json")
    command.ok("simulate", "--to", "lake", "--days", "9", "--jobs", "8000", *planted)
    command.ok("build")
    return command
