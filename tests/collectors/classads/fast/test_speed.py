"""When the fast reader is used, and what it costs those who do not need it: nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from collectors.classads.fast import store
from collectors.classads.fast.speed import CAREFUL_ONLY, Speed
from collectors.classads.fast.store import KernelStore
from pipeline.bounds import Limits

LIMITS = Limits(1_800_000_000, 64)


def test_a_small_file_never_loads_the_compiler(tmp_path: Path) -> None:
    program = (
        "import sys; from collectors.classads.fast.speed import Speed; from pipeline.bounds import Limits; "
        "print(Speed().kernel(Limits(1, 1), 0, (16 << 20) - 1), 'numba' in sys.modules, 'llvmlite' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["None", "False", "False"]


def test_nothing_is_compiled_for_a_file_of_medium_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(store, "_beside", asked.append)
    speed = Speed(folder=tmp_path)
    assert speed.kernel(LIMITS, 0, 63 << 20) is None
    assert asked == []
    assert speed.kernel(LIMITS, 0, 64 << 20) is None
    assert asked == [tmp_path]


def test_of_a_packed_file_as_much_is_expected_as_was_read(fast: Speed) -> None:
    speed = Speed(folder=fast.folder)
    assert speed.kernel(LIMITS, (16 << 20) - 1, None) is None
    assert speed.kernel(LIMITS, 16 << 20, None) is not None


def test_the_careful_reader_alone_can_be_asked_for(fast: Speed) -> None:
    assert Speed(smallest=0, folder=fast.folder).kernel(LIMITS, 0, 0) is not None
    assert CAREFUL_ONLY.kernel(LIMITS, 1 << 50, 1 << 50) is None


def test_a_cache_that_others_can_write_to_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CACHE_DIRECTORY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    own = KernelStore.of_user()
    assert own is not None
    assert own.folder.parent == tmp_path / "htc-ledger"
    own.folder.parent.chmod(0o777)
    assert KernelStore.of_user() is None


def test_without_a_place_for_it_there_is_no_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CACHE_DIRECTORY", raising=False)
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "taken"))
    assert KernelStore.of_user() is None
    assert Speed().kernel(LIMITS, 0, 1 << 40) is None


def test_a_folder_is_ready_only_once_all_of_it_is_compiled(tmp_path: Path, fast: Speed) -> None:
    assert fast.folder is not None
    assert KernelStore(fast.folder).is_ready
    assert not KernelStore(tmp_path).is_ready
