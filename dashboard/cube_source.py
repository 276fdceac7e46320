"""Where callbacks get their numbers: the newest published cube, asked in a worker thread, for the request's viewer.

The server's event loop never waits for the cube: every question goes through `CubeSource.ask`. A cube that is
published while the server runs is picked up by the next question; so is the first one. What stands in the lake's
folder beside the cube goes through `CubeSource.read`, in a worker thread, too.
"""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import anyio.to_thread

from dashboard.viewers import current_viewer
from pipeline.cube import Cube
from pipeline.viewer import Viewer

T = TypeVar("T")


class CubeSource:
    """The cube of one lake, opened when it is first asked for."""

    def __init__(self, lake_root: Path) -> None:
        self._lake_root = lake_root
        self._cube: Cube | None = None
        self._opening = threading.Lock()

    def newest(self) -> Cube:
        """The newest published cube; it does not change while it is asked. Raises CubeMissing if there is none."""
        with self._opening:
            self._cube = self._cube.newest() if self._cube else Cube.open(self._lake_root)
            return self._cube

    async def ask(self, question: Callable[[Cube, Viewer], T], zone: str | None = None) -> T:
        """The question's answer, found in a worker thread; its days are those of that zone (None: the ledger's own).

        Raises what the question raises, CubeMissing, and UsageError for a zone that the cube has not.
        """
        return await anyio.to_thread.run_sync(partial(self._answer, question, zone, current_viewer()))

    def _answer(self, question: Callable[[Cube, Viewer], T], zone: str | None, viewer: Viewer) -> T:
        return question(self.newest().in_zone(zone), viewer)

    async def read(self, reading: Callable[[Path], T]) -> T:
        """What the function makes of the lake's folder, in a worker thread. Raises what it raises."""
        return await anyio.to_thread.run_sync(reading, self._lake_root)
