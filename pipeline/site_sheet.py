"""What a site's page tells besides its usage: names, pledges, downtimes, what it offered, pilots. Asks the cube.

A site is its registered name. Slots, and a CE's pilots, are known by the names that glideins give: those that stood for
the site on those days are taken together, and a name that stood for another site, too, is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.course import Course, commitment, course
from pipeline.cube import Cube, PoolInfo
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

OFFERED = ("offered_cpu_h", "claimed_cpu_h", "used_cpu_h", "backfill_cpu_h", "offered_gpu_h", "claimed_gpu_h")
"""What is known of each day's capacity: see `Cube.capacity_hours`."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class SiteSheet:
    """What the cube knows of one site of one pool.

    names       what glideins call it; `shared`: those of them that another site is called, too
    facilities  facility and contributing institution of its days, as registered
    capacity    day -> hours offered and claimed; days of which no picture of the pool is known are not in it
    pilot_h     core hours of pilots of its CEs on those days; None: none is known
    downtimes   those that touch the days, and all that come after them: rows of `Cube.downtimes`, the newest first
    pledges     of the site and of its facility
    """

    names: tuple[str, ...]
    shared: tuple[str, ...]
    facilities: tuple[tuple[str, str], ...]
    capacity: Mapping[date, Mapping[str, float | None]]
    pilot_h: float | None
    downtimes: tuple[Row, ...]
    pledges: tuple[Course, ...]

    def total(self, what: str) -> float | None:
        """The sum of a column of the capacity; None where nothing is known."""
        known = [value for row in self.capacity.values() if (value := row[what]) is not None]
        return sum(known) if known else None


def is_known(cube: Cube, viewer: Viewer, pool: PoolInfo, site: str) -> bool:
    """Whether that pool ever heard of a site of that name: usage, a slot, a pledge or a downtime."""
    pools = (pool.name,)
    return (
        bool(_names(cube, viewer, pool, site)[0])
        or any(row["site"] == site for row in cube.capacity_hours(("site",), pools, viewer).to_pylist())
        or any(
            (row["of_kind"], row["owner"]) == ("site", site)
            for row in cube.commitments(("pledge",), pools, viewer).to_pylist()
        )
        or any(row["site"] == site for row in cube.downtimes(pools, viewer).to_pylist())
    )


def site_sheet(cube: Cube, viewer: Viewer, pool: PoolInfo, site: str, first: date, last: date) -> SiteSheet:
    """The sheet of that site, on those days (both included) of that pool."""
    pools = (pool.name,)
    names, shared = _names(cube, viewer, pool, site)
    called = {site, *names}
    facilities = _facilities(cube, viewer, pool, site, (first, last))
    pilots = cube.site_hours(pools, viewer, first, last).to_pylist()
    return SiteSheet(
        names=names,
        shared=shared,
        facilities=facilities,
        capacity=_capacity(cube.capacity_hours(("day", "site"), pools, viewer, first, last).to_pylist(), called),
        pilot_h=_sum(row["pilot_cpu_h"] for row in pilots if row["site"] in called),
        downtimes=tuple(row for row in cube.downtimes(pools, viewer, first).to_pylist() if row["site"] == site),
        pledges=_pledges(cube, viewer, pool, site, facilities, (first, last)),
    )


def _names(cube: Cube, viewer: Viewer, pool: PoolInfo, site: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What glideins call the site, and which of these names are another site's, too; on all days of the pool."""
    asked = UsageQuery(("raw_site", "site"), ("wall_s",), where=(("pool", (pool.name,)),))
    rows = cube.usage(asked, viewer).to_pylist()
    mine = {row["raw_site"] for row in rows if row["site"] == site}
    others = {row["raw_site"] for row in rows if row["site"] != site}
    return tuple(sorted(mine)), tuple(sorted(mine & others))


def _facilities(
    cube: Cube, viewer: Viewer, pool: PoolInfo, site: str, days: tuple[date, date]
) -> tuple[tuple[str, str], ...]:
    by = ("facility", "contributing_institution")
    asked = UsageQuery(by, ("wall_s",), *days, where=(("pool", (pool.name,)), ("site", (site,))))
    return tuple((row[by[0]], row[by[1]]) for row in cube.usage(asked, viewer).to_pylist())


def _capacity(rows: Iterable[Row], called: set[str]) -> dict[date, dict[str, float | None]]:
    """Days on which a slot of the site was seen; the sums of its names."""
    days: dict[date, list[Row]] = {}
    for row in rows:
        if row["site"] in called:
            days.setdefault(date.fromisoformat(row["day"]), []).append(row)
    summed = {day: {what: _sum(row[what] for row in some) for what in OFFERED} for day, some in sorted(days.items())}
    return {day: row for day, row in summed.items() if row["offered_cpu_h"] is not None}


def _pledges(
    cube: Cube,
    viewer: Viewer,
    pool: PoolInfo,
    site: str,
    facilities: tuple[tuple[str, str], ...],
    days: tuple[date, date],
) -> tuple[Course, ...]:
    """Pledges of the site, and of its facility, whose days touch those; each over all its own days so far."""
    if pool.first_day is None or pool.last_day is None:
        return ()
    owners = {("site", site), *(("facility", facility) for facility, _ in facilities if facility != "unmapped")}
    rows = cube.commitments(("pledge",), (pool.name,), viewer, *days).to_pylist()
    found = [commitment(row) for row in rows if (row["of_kind"], row["owner"]) in owners]
    return tuple(course(cube, viewer, pool.name, one, pool.first_day, pool.last_day) for one in found)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
