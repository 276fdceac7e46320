"""Hosts that eat jobs: they fail most of what they take, at once, and so take more than others."""

from dataclasses import dataclass

from pipeline.triage.chance import chance
from pipeline.triage.counted import Counted
from pipeline.triage.places import Place
from pipeline.triage.thresholds import thresholds
from pipeline.triage.where import adjusted, corrected
from pipeline.triage.window import HOST, Con, rows


@dataclass(frozen=True)
class BlackHole:
    """Runs of a host, beside those of all others; failure: the class of most of its failures."""

    place: Place
    site: str
    failure: str
    failed: int
    tried: int
    failed_elsewhere: int
    tried_elsewhere: int
    failed_s: float
    p: float


def black_holes(con: Con, counted: Counted) -> tuple[BlackHole, ...]:
    """Those of the window, the hungriest first."""
    known = thresholds().black_hole
    found = rows(
        con,
        """
        WITH tried AS (
            SELECT host, arg_max(site, n) AS site, sum(n)::BIGINT AS tried
            FROM tried_now WHERE host IS NOT NULL GROUP BY host
        ),
        failed AS (
            SELECT host, count(*) AS failed, mode(failure) AS failure, median(wall_s) AS failed_s
            FROM failed_now GROUP BY host
        ),
        host AS (
            SELECT host, site, tried, coalesce(failed, 0) AS failed, failure, failed_s
            FROM tried LEFT JOIN failed USING (host)
        ),
        beside AS (
            SELECT
                *,
                count(*) OVER ()                        AS hosts,
                sum(tried) OVER ()                      AS all_tried,
                sum(failed) OVER ()                     AS all_failed,
                CASE
                    WHEN count(*) OVER of_site >= 3 THEN median(tried) OVER of_site
                    ELSE median(tried) OVER ()
                END                                     AS usual
            FROM host
            WINDOW of_site AS (PARTITION BY site)
        )
        SELECT host, coalesce(site, ''), failure, failed, tried, all_failed - failed, all_tried - tried, failed_s, hosts
        FROM beside
        WHERE tried >= ? AND failed >= ? * tried AND failed_s <= ? AND tried >= ? * usual
        ORDER BY failed DESC, host
        """,
        [known.fewest_runs, known.failed_share, known.short_s, known.times_faster],
    )
    holes = []
    for host, site, failure, *counts, failed_s, hosts in found:
        place = Place(HOST, host)
        some, of, others, of_others = (int(count) for count in counts)
        p = corrected(chance(some, of, others, of_others), hosts)
        if p <= thresholds().largest_p and adjusted(counted, None, place) >= thresholds().smallest_adjusted:
            holes.append(BlackHole(place, site, failure, some, of, others, of_others, float(failed_s), p))
    return tuple(holes)
