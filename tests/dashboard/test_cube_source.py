"""Where callbacks get their numbers: nothing is read in the event loop, and what goes wrong is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest

from dashboard.cube_source import CubeSource
from pipeline.errors import LakeError


def run(asking: Any) -> Any:
    """Its result, in a loop of its own: playwright keeps one in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, asking).result()


def test_what_stands_beside_the_cube_is_read_in_a_worker_thread(tmp_path: Path) -> None:
    async def ask() -> tuple[int, tuple[Path, int]]:
        found = await CubeSource(tmp_path).read(lambda root: (root, threading.get_ident()))
        return threading.get_ident(), found

    loop, (root, reader) = run(ask)
    assert root == tmp_path
    assert reader != loop


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    def reading(_root: Path) -> None:
        raise LakeError("cannot be read")

    async def ask() -> None:
        await CubeSource(tmp_path).read(reading)

    with pytest.raises(LakeError, match="cannot be read"):
        run(ask)
