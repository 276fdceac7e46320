"""Storms at one site: hours in which a class of failures comes there much more often than before, and than elsewhere.

What lasts for hours is lost in a week's sums, so the window is cut into short blocks, and blocks side by side that are
all high make a storm. Of the classes only those that are usually a site's or the network's: a user whose jobs fail is
no storm where they happen to run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.triage import sentences
from pipeline.triage.amounts import amounts
from pipeline.triage.chance import chance
from pipeline.triage.finding import Finding
from pipeline.triage.made import Spot, What, made
from pipeline.triage.places import Cause, Place
from pipeline.triage.scene import Scene
from pipeline.triage.sums import Amounts
from pipeline.triage.taxonomy import taxonomy
from pipeline.triage.thresholds import thresholds
from pipeline.triage.where import corrected, share_at
from pipeline.triage.window import SITE, rows

BLOCK_S = 6 * 3600
TOLD_BY_PLACES = 0.5
"""The share of a site's failures of a class from which on findings of places tell them."""


@dataclass(frozen=True)
class Block:
    """Attempts of a site in some hours, those of them that failed in one class, and the same of all other sites."""

    number: int
    failed: int
    tried: int
    failed_elsewhere: int
    tried_elsewhere: int
    first_utc: int


@dataclass(frozen=True)
class SiteStorm:
    """Blocks side by side in which a class came at a site far above what it was there before, and is elsewhere."""

    site: str
    failure: str
    blocks: tuple[Block, ...]
    failed_before: int
    tried_before: int
    p: float

    @property
    def failed(self) -> int:
        return sum(block.failed for block in self.blocks)

    @property
    def tried(self) -> int:
        return sum(block.tried for block in self.blocks)


def site_storms(scene: Scene, told: Mapping[str, Sequence[Place]]) -> tuple[Finding, ...]:
    """A finding for each storm that no alarm of places tells; `told`: the places of those, by class."""
    found = []
    for storm in _storms(scene):
        place, known = Place(SITE, storm.site), told.get(storm.failure, ())
        if share_at(scene.counted, Cause(storm.failure), [place], known) < TOLD_BY_PLACES:
            found.append(_finding(scene, storm, place))
    return tuple(found)


def _storms(scene: Scene) -> Iterator[SiteStorm]:
    """The worst storm of each site and class."""
    before = {(site, failure): counts for site, failure, *counts in _before(scene)}
    by_cause: dict[tuple[str, str], list[Block]] = {}
    for site, failure, *counts in _now(scene):
        by_cause.setdefault((site, failure), []).append(Block(*counts))
    looks = sum(map(len, by_cause.values()))
    asked = thresholds()
    for (site, failure), blocks in by_cause.items():
        failed, tried = before.get((site, failure), (0, 0))
        found = [
            SiteStorm(site, failure, part, failed, tried, corrected(_chance(part, failed, tried), looks))
            for part in _side_by_side(_high(blocks, (failed + 1) / (tried + 1)))
        ]
        enough = [storm for storm in found if storm.failed >= asked.fewest_failed and storm.p <= asked.storm.largest_p]
        if tried >= asked.fewest_elsewhere and enough:
            yield min(enough, key=lambda storm: (storm.p, -storm.failed))


def _high(blocks: Iterable[Block], usual: float) -> list[Block]:
    times = thresholds().storm.times_base
    return [
        block
        for block in blocks
        if block.failed > times * usual * block.tried
        and block.failed * block.tried_elsewhere > times * block.failed_elsewhere * block.tried
    ]


def _side_by_side(blocks: Iterable[Block]) -> list[tuple[Block, ...]]:
    """Parts of the blocks in which each follows on the one before."""
    parts: list[list[Block]] = []
    for block in sorted(blocks, key=lambda block: block.number):
        if parts and block.number == parts[-1][-1].number + 1:
            parts[-1].append(block)
        else:
            parts.append([block])
    return [tuple(part) for part in parts]


def _chance(part: Sequence[Block], failed_before: int, tried_before: int) -> float:
    failed, tried = sum(block.failed for block in part), sum(block.tried for block in part)
    return chance(failed, tried, failed_before, tried_before)


def _classes() -> list[str]:
    return [name for name, known in taxonomy().classes.items() if known.blame in ("site", "network")]


def _before(scene: Scene) -> list[tuple[str, str, int, int]]:
    """Site, class, failures and attempts of the base window."""
    sql = """
        WITH
        tried AS (SELECT site, sum(n)::BIGINT AS tried FROM tried_hour WHERE NOT is_now GROUP BY site),
        failed AS (
            SELECT site, failure, count(*) FILTER (WHERE NOT is_now) AS failed FROM failed GROUP BY ALL
        )
        SELECT site, failure, failed, tried
        FROM tried INNER JOIN failed USING (site)
        WHERE failure IN (SELECT unnest(?::VARCHAR[])) AND failed > 0
        UNION ALL
        SELECT site, failure, 0, tried
        FROM tried CROSS JOIN (SELECT unnest(?::VARCHAR[]) AS failure)
        ANTI JOIN failed USING (site, failure)
    """
    return rows(scene.con, sql, [_classes(), _classes()])


def _now(scene: Scene) -> list[tuple[str, str, int, int, int, int, int, int]]:
    """Site and class, with the parts of Block, of those blocks of the window in which the class came at the site."""
    sql = """
        WITH
        tried AS (
            SELECT site, (hour_utc - ?) // ? AS block, sum(n) AS tried
            FROM tried_hour WHERE is_now AND site IS NOT NULL GROUP BY ALL
        ),
        everywhere AS (SELECT block, sum(tried) AS tried FROM tried GROUP BY ALL),
        failed AS (
            SELECT site, failure, (hour_utc - ?) // ? AS block, count(*) AS failed, min(ended_utc) AS first_utc
            FROM failed_now WHERE site IS NOT NULL AND failure IN (SELECT unnest(?::VARCHAR[])) GROUP BY ALL
        ),
        failed_everywhere AS (SELECT failure, block, sum(failed) AS failed FROM failed GROUP BY ALL)
        SELECT site, failed.failure, block, failed.failed, tried.tried,
            failed_everywhere.failed - failed.failed, everywhere.tried - tried.tried, failed.first_utc
        FROM failed
        INNER JOIN tried USING (site, block)
        INNER JOIN everywhere USING (block)
        INNER JOIN failed_everywhere USING (failure, block)
        ORDER BY ALL
    """
    found = rows(scene.con, sql, [*[scene.asked.from_utc, BLOCK_S] * 2, _classes()])
    return [(site, failure, *map(int, counts)) for site, failure, *counts in found]


def _finding(scene: Scene, storm: SiteStorm, place: Place) -> Finding:
    all_of_it = amounts(scene, Cause(storm.failure), [place])
    elsewhere = [(block.failed_elsewhere, block.tried_elsewhere) for block in storm.blocks]
    told = Amounts(
        failed=storm.failed,
        tried=storm.tried,
        failed_elsewhere=sum(failed for failed, _ in elsewhere),
        tried_elsewhere=sum(tried for _, tried in elsewhere),
        failed_before=storm.failed_before,
        tried_before=storm.tried_before,
        jobs=all_of_it.jobs,
        hours=all_of_it.hours,
        signature=all_of_it.signature,
        signature_failed=all_of_it.signature_failed,
    )
    since_utc = storm.blocks[0].first_utc
    until_utc = scene.asked.from_utc + (storm.blocks[-1].number + 1) * BLOCK_S
    span = " and ".join(
        sentences.moment(utc_s, scene.zone) for utc_s in (since_utc, min(until_utc, scene.asked.to_utc))
    )
    label = taxonomy().classes[storm.failure].label
    text = sentences.of_site_storm(label, storm.site, told, span)
    return made(What("storm", storm.failure), Spot("site", (storm.site,)), told, storm.p, since_utc, text)
