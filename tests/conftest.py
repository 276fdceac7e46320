"""What tests share: an empty lake, and records that other people published (used in place, never copied)."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"

# a busy machine is no failure of what is tested
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def empty_lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with empty tables. Do not write to it."""
    made = Lake(tmp_path_factory.mktemp("empty") / "lake")
    made.create()
    return made


@pytest.fixture
def lake(tmp_path: Path, empty_lake: Lake) -> Lake:
    """A lake with empty tables, for one test."""
    return copied(empty_lake, tmp_path / "lake")


@pytest.fixture(scope="module")
def shared_lake(tmp_path_factory: pytest.TempPathFactory, empty_lake: Lake) -> Lake:
    """A lake with empty tables for all tests of a file: what is written to it once and then only read."""
    return copied(empty_lake, tmp_path_factory.mktemp("shared") / "lake")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Records of other people, beside the project. Where they are absent the test is skipped, but not in CI."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED} is missing: in CI nothing is skipped")
        pytest.skip(f"{SHARED} is not here: these records are not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def samples() -> Path:
    """Records of a real pool that the project ran itself."""
    return ROOT / "data-samples"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """The command `htc-ledger` with an empty lake of its own."""
    return Ledger(tmp_path / "lake", tmp_path)
