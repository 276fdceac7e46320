"""Everything that stands out in a window, the costliest first: a cube, who asks, and the window in; findings out."""

from typing import TYPE_CHECKING

from pipeline.triage.finding import KINDS, Asked, Finding, Kind

if TYPE_CHECKING:
    from pipeline.cube import Cube
    from pipeline.viewer import Viewer

__all__ = ["KINDS", "Asked", "Finding", "Kind", "findings"]


def findings(cube: "Cube", viewer: "Viewer", asked: Asked) -> tuple[Finding, ...]:
    """What stands out of the runs that the viewer may see: alarms first, then by core hours lost.

    Empty where the viewer sees nothing of the pool. Numbers are of the cube, and do not change.
    """
    return cube.findings(asked, viewer)
