"""Lakes with their cubes, and the application served on ports of its own, for tests of the dashboard."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.closing.closing import Reason, close
from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.dashboard import hostile_lake, made_lake, registered_lake, watched_lake
from tests.dashboard.made_lake import OCTOBER
from tests.dashboard.served import served

Serve = Callable[[Path], str]
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def lake_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with a real, a simulated and a hostile pool, built and published. Do not write to it."""
    return made_lake.make(tmp_path_factory.mktemp("dashboard") / "lake")


@pytest.fixture(scope="session")
def cube(lake_root: Path) -> Cube:
    return Cube.open(lake_root)


@pytest.fixture(scope="session")
def demo_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake that `htc-ledger demo` makes: the real sample, and the simulated pool; its October is closed. Do not
    write to it.
    """
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "htc_ledger", "demo", str(folder), "--no-serve"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    root = folder / "lake"
    close(Lake(root), Settings(lake=root), OCTOBER, Reason("report of October", even_so=True), datetime.now(UTC))
    return root


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Serves a lake until the tests end; gives the address."""
    with ExitStack() as running:
        yield lambda root: running.enter_context(served(root))


@pytest.fixture(scope="session")
def address(serve: Serve, lake_root: Path) -> str:
    """Where the made lake is served."""
    return serve(lake_root)


@pytest.fixture(scope="session")
def demo_address(serve: Serve, demo_lake: Path) -> str:
    """Where that lake is served."""
    return serve(demo_lake)


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> watched_lake.Made:
    """A lake of a pool that is being collected, built and published. Do not write to it."""
    return watched_lake.make(tmp_path_factory.mktemp("watched") / "lake")


@pytest.fixture(scope="session")
def watched_address(serve: Serve, watched: watched_lake.Made) -> str:
    """Where that lake is served."""
    return serve(watched.root)


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made lake with pledges, grants, downtimes, slots and a pilot. Do not write to it."""
    return registered_lake.make(tmp_path_factory.mktemp("registered") / "lake")


@pytest.fixture(scope="session")
def registered_address(serve: Serve, registered: Path) -> str:
    """Where that lake is served."""
    return serve(registered)


@pytest.fixture(scope="session")
def hostile_address(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a lake is served whose every text is hostile."""
    return serve(hostile_lake.make(tmp_path_factory.mktemp("hostile") / "lake"))
