"""An open cube that can be asked what is broken. Every question carries a viewer, as in `Cube`."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.opened import OpenCube
from pipeline.triage.find import find
from pipeline.triage.finding import Asked, Finding
from pipeline.triage.sheet import Sheet, sheet
from pipeline.triage.window import Con
from pipeline.viewer import Viewer


class TriagedCube(OpenCube):
    """Questions of triage. Methods are thread-safe and block."""

    def newest_end(self, pool: str, viewer: Viewer, by_utc: int) -> int | None:
        """When the newest of the pool's own attempts ended that had ended by then; Unix seconds, None: none did."""
        return self.answers.get(("newest_end", pool, viewer, by_utc), lambda: self._newest_end(pool, viewer, by_utc))

    def _newest_end(self, pool: str, viewer: Viewer, by_utc: int) -> int | None:
        only = "" if viewer.sees_all else "AND list_contains($3, coalesce(project, 'unmapped'))"
        sql = f"SELECT max(end_utc) FROM attempt WHERE pool = $1 AND venue = 'pool' AND end_utc <= $2 {only}"
        values = [pool, by_utc, *([] if viewer.projects is None else [sorted(viewer.projects)])]
        newest: int | None = self._rows(sql, values)[0][0]
        return newest

    def findings(self, asked: Asked, viewer: Viewer) -> tuple[Finding, ...]:
        """What is broken in a window, the costliest first: see `triage.findings`."""
        return self.answers.get(("findings", asked, viewer), lambda: self._findings(asked, viewer))

    def _findings(self, asked: Asked, viewer: Viewer) -> tuple[Finding, ...]:
        with self._looking_at(asked, viewer) as (_, found):
            return found

    def triage_sheet(self, asked: Asked, viewer: Viewer) -> Sheet:
        """The same with evidence: see `triage.sheet`."""
        return self.answers.get(("triage", asked, viewer), lambda: self._triage_sheet(asked, viewer))

    def _triage_sheet(self, asked: Asked, viewer: Viewer) -> Sheet:
        with self._looking_at(asked, viewer) as (con, found):
            return sheet(con, asked, found)

    @contextmanager
    def _looking_at(self, asked: Asked, viewer: Viewer) -> Iterator[tuple[Con, tuple[Finding, ...]]]:
        """A connection with the attempts of a window that the viewer may see, and what is found in them."""
        projects = viewer.projects if self._allowed((asked.pool,), viewer) else ()
        with self._cursor() as cursor:  # a temporary table is its own
            yield cursor, find(cursor, asked, projects, self._published.zone)
