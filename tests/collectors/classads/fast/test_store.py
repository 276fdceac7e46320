"""Compiled code is kept for its owner alone, whole or not at all, and read without what made it."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from collectors.classads.fast.code import Code, code_of
from collectors.classads.fast.kernel import making
from collectors.classads.fast.speed import Speed
from collectors.classads.fast.store import KernelStore
from pipeline.bounds import Limits
from tests.collectors.records import history, job_ad

LIMITS = Limits(1_800_000_000, 64)
ROOT = Path(__file__).parents[4]
INGEST = """
import atexit, sys
WATCHED = {"numba", "pandas", "scipy", "collectors.pieces"}
atexit.register(lambda: print("loaded:", *sorted(WATCHED & sys.modules.keys())))
import htc_ledger
htc_ledger.main()
"""


@pytest.fixture
def kept(fast: Speed) -> Code:
    """The code that the other tests use."""
    assert fast.folder is not None
    found = code_of((KernelStore(fast.folder).folder / "code").read_bytes())
    assert found is not None
    return found


@pytest.fixture
def store(tmp_path: Path, kept: Code, monkeypatch: pytest.MonkeyPatch) -> KernelStore:
    """A store with that code, which it can make in no time."""
    monkeypatch.setattr(making, "made", lambda: kept)
    made = KernelStore(tmp_path / "kernels")
    made.compile()
    return made


def test_neither_numba_nor_pandas_is_loaded_to_read_a_large_file(tmp_path: Path, fast: Speed) -> None:
    assert fast.folder is not None
    (tmp_path / "htc-ledger").symlink_to(fast.folder)
    plain = history(*(job_ad(number) for number in range(1, 1000)))
    large = tmp_path / "history"
    large.write_bytes(plain * (1 + (16 << 20) // len(plain)))
    environment = {name: value for name, value in os.environ.items() if name != "CACHE_DIRECTORY"}
    done = subprocess.run(
        [sys.executable, "-c", INGEST, "ingest", str(large), "--lake", str(tmp_path / "lake"), "--format", "json"],
        env=environment | {"XDG_CACHE_HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded: collectors.pieces"


def test_code_is_its_owners_alone(store: KernelStore) -> None:
    path = store.folder / "code"
    assert path.stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert store.load(LIMITS) is not None
    for mode in (0o620, 0o602):
        path.chmod(mode)
        assert store.load(LIMITS) is None


def test_code_behind_a_link_is_not_run(store: KernelStore, tmp_path: Path) -> None:
    path = store.folder / "code"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert not store.is_ready


def test_code_that_is_not_whole_is_not_run_but_made_anew(store: KernelStore) -> None:
    path = store.folder / "code"
    whole = path.read_bytes()
    for size in (0, 31, 1_000, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert store.load(LIMITS) is None
    store.compile()
    assert path.read_bytes() == whole
    assert store.load(LIMITS) is not None


def test_what_a_killed_process_left_is_in_nobodys_way(store: KernelStore) -> None:
    path = store.folder / "code"
    path.with_suffix(".new").write_bytes(b"half")
    path.unlink()
    store.compile()
    assert store.is_ready
    assert sorted(file.name for file in store.folder.iterdir()) == ["code", "lock"]


def test_one_process_at_a_time_compiles(store: KernelStore) -> None:
    (store.folder / "code").unlink()
    with (store.folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        store.compile()
        assert store.load(LIMITS) is None
    store.compile()
    assert store.load(LIMITS) is not None


def test_code_that_is_there_is_not_made_again(store: KernelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []
    monkeypatch.setattr(making, "made", lambda: made.append(True))
    store.compile()
    assert made == []
