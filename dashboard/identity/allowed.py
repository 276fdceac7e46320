"""Which addresses are answered to whom. What is not named here is not answered to who does not see everything.

Pages and their callbacks show more than one question each, and files of the lake. Until each of them is proven to keep
to the viewer, somebody who may see some projects gets those answers that are: CHECKED, which a test asks as such a
person for another project's numbers. Whoever sees everything gets all pages.
"""

from pipeline.viewer import Viewer

READS = frozenset({"GET", "HEAD"})
OPEN = frozenset({"/healthz"})
"""Answered to anybody: it says that the server runs, and nothing else."""
STATIC = "/assets/"
"""Files that are the same for everybody and in every copy of this program: style, fonts, scripts."""
CHECKED = frozenset(
    {
        "/api/openapi.json",
        "/api/v1/definitions/dimensions",
        "/api/v1/definitions/metrics",
        "/api/v1/efficiency",
        "/api/v1/pools",
        "/api/v1/state",
        "/api/v1/usage",
        "/api/v1/waste",
    }
)
"""Answers that keep to the viewer's projects."""
FOR_PROGRAMS = ("/api/", "/download/")
METRICS = "/metrics"


def is_open(method: str, path: str) -> bool:
    """Whether it is answered without knowing who asks."""
    return method in READS and (path in OPEN or (path.startswith(STATIC) and ".." not in path))


def may_ask(viewer: Viewer, method: str, path: str, *, is_program: bool) -> bool:
    """Whether that viewer gets an answer there. A program with a token only reads, and opens no pages."""
    if is_program and (method not in READS or not (path.startswith(FOR_PROGRAMS) or path == METRICS)):
        return False
    return viewer.sees_all or (method in READS and path in CHECKED)
