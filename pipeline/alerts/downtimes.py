"""Whether a finding is at sites that said they would be down: then nobody is woken.

A finding is quiet while all of its sites are in announced downtime at the window's end. After a downtime it is quiet
as long as what came since its end does not stand out by itself. What was reported and not announced keeps nothing
quiet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pipeline.cube import Cube
from pipeline.desk.act import About
from pipeline.triage.finding import Asked, Finding
from pipeline.viewer import Viewer


@dataclass(frozen=True)
class Downtime:
    """Announced for a site; Unix seconds."""

    site: str
    from_utc: int
    to_utc: int


def announced(cube: Cube, viewer: Viewer, asked: Asked) -> list[Downtime]:
    """Announced downtimes that touch the window."""
    first, last = (datetime.fromtimestamp(edge, UTC).date() for edge in (asked.from_utc, asked.to_utc))
    rows = cube.downtimes((asked.pool,), viewer, first - timedelta(days=1), last + timedelta(days=1)).to_pylist()
    known = [Downtime(row["site"], row["from_utc"], row["to_utc"]) for row in rows if row["is_planned"] is not False]
    return [one for one in known if one.from_utc < asked.to_utc and one.to_utc > asked.from_utc]


def sites_of(found: Finding) -> tuple[str, ...]:
    """The sites that a finding is at; none where it is not at a site."""
    if found.dimension == "site":
        return found.values
    return (found.within,) if found.dimension == "host" and found.within else ()


def down(sites: Sequence[str], downtimes: Iterable[Downtime], to_utc: int) -> Downtime | None:
    """The downtime that ends last of those that cover all of the sites; None if one has none.

    A site's downtime that is over counts as well: the caller looks at what came after it.
    """
    by_site = {one.site: one for one in sorted(downtimes, key=lambda one: min(one.to_utc, to_utc))}
    if not sites or not set(sites) <= by_site.keys():
        return None
    return max((by_site[site] for site in sites), key=lambda one: one.to_utc)


def is_quiet(
    cube: Cube, viewer: Viewer, asked: Asked, found: Finding, downtimes: Sequence[Downtime]
) -> Downtime | None:
    """The downtime that keeps the finding quiet; None: it is to be told."""
    over = down(sites_of(found), downtimes, asked.to_utc)
    if over is None or over.to_utc >= asked.to_utc:
        return over
    about = About.of(asked.pool, found)
    after = cube.findings(replace(asked, from_utc=over.to_utc), viewer)
    return None if any(about.covers(About.of(asked.pool, one)) for one in after if one.alarm) else over
