"""Rates over time: storms, in which a class comes much more often than before, and streams that went quiet.

The window and its base are cut into blocks of equal length, so that like is compared with like.
"""

from dataclasses import dataclass

from pipeline.triage.chance import chance, few
from pipeline.triage.finding import Asked
from pipeline.triage.thresholds import thresholds
from pipeline.triage.where import corrected
from pipeline.triage.window import SITE, Con, Dimension, rows

STREAMS = (
    SITE,
    Dimension("access point", "ap", "site"),
    Dimension("project", "project", "site"),
    Dimension("user", "user", "site"),
)


@dataclass(frozen=True)
class Storm:
    """A class in its worst blocks of the window, beside the base window."""

    failure: str
    failed: int
    tried: int
    failed_before: int
    tried_before: int
    since_utc: int
    until_utc: int
    p: float


@dataclass(frozen=True)
class Silence:
    """A stream of runs that stopped: what came in the window, what was to be expected; dimension None: the pool's."""

    dimension: Dimension | None
    value: str
    came: int
    expected: float
    last_utc: int | None
    p: float


def storms(con: Con, asked: Asked) -> tuple[Storm, ...]:
    """Classes whose rate, in any block of the window, is far above that of all blocks before."""
    known = thresholds().storm
    length = max(1, (asked.to_utc - asked.from_utc) // known.blocks)
    if asked.from_utc - asked.base_utc < length:
        return ()
    tried = {block: count for _, block, count in _by_block(con, asked, length, "tried_hour", "''")}
    by_class: dict[str, dict[int, int]] = {}
    for failure, block, count in _by_block(con, asked, length, "failed", "failure"):
        by_class.setdefault(failure, {})[block] = count
    classes = [failure for failure, by_block in sorted(by_class.items()) if max(by_block) >= 0]
    found = (
        _storm(failure, by_class[failure], tried, asked, length, len(classes) * known.blocks) for failure in classes
    )
    return tuple(storm for storm in found if storm is not None)


def _storm(
    failure: str, failed: dict[int, int], tried: dict[int, int], asked: Asked, length: int, looks: int
) -> Storm | None:
    known = thresholds().storm
    before = [block for block in tried if block < 0]
    failed_before, tried_before = (sum(by.get(block, 0) for block in before) for by in (failed, tried))
    if not tried_before:
        return None
    worst = max(
        (failed.get(block, 0) / tried[block] for block in before if tried[block] >= known.fewest_failed), default=0
    )
    usual = (failed_before + 1) / (tried_before + 1)
    limit = max(known.times_base * usual, known.times_worst * worst)
    high = [
        b for b in sorted(tried) if b >= 0 and failed.get(b, 0) >= known.fewest_failed and failed[b] / tried[b] > limit
    ]
    if not high:
        return None
    some, of = (sum(by.get(block, 0) for block in high) for by in (failed, tried))
    p = corrected(chance(some, of, failed_before, tried_before), looks)
    if p > known.largest_p:
        return None
    first, last = (asked.from_utc + block * length for block in (high[0], high[-1] + 1))
    return Storm(failure, some, of, failed_before, tried_before, first, min(last, asked.to_utc), p)


def _by_block(con: Con, asked: Asked, length: int, of: str, by: str) -> list[tuple[str, int, int]]:
    """How many of each block, by something; block 0 is the window's first, those before it are negative.

    A part of a block at the base's beginning is left out, and what is left over at the window's end belongs to its last
    block.
    """
    before = (asked.from_utc - asked.base_utc) // length
    last = (asked.to_utc - asked.from_utc) // length - 1
    sql = f"""
        SELECT {by} AS by_, least((hour_utc - $1) // $2 - $3, $4) AS block, sum(n)::BIGINT
        FROM {of} WHERE hour_utc >= $1 GROUP BY by_, block
    """
    return rows(con, sql, [asked.from_utc - before * length, length, before, last])


def silences(con: Con, asked: Asked) -> tuple[Silence, ...]:
    """Streams that were steady before the window and are not there in it; the pool alone, where it is quiet itself."""
    known = thresholds().quiet
    length = asked.to_utc - asked.from_utc
    blocks = (asked.from_utc - asked.base_utc) // length
    if blocks < 3:
        return ()
    pool = _streams(con, asked, None, length, blocks)
    if pool and pool[0].came < known.pool_share * pool[0].expected:
        return tuple(one for one in pool if one.p <= known.largest_p)
    share = pool[0].came / pool[0].expected if pool else 0.0
    found = []
    for dimension in STREAMS:
        for one in _streams(con, asked, dimension, length, blocks):
            if one.came <= known.share_left * one.expected * min(share, 1.0) and one.p <= known.largest_p:
                found.append(one)
    return tuple(found)


def _streams(con: Con, asked: Asked, dimension: Dimension | None, length: int, blocks: int) -> list[Silence]:
    """Streams that were steady in the base window, with what came of them since."""
    known = thresholds().quiet
    column = f'"{dimension.column}"' if dimension else "''"
    found = rows(
        con,
        f"""
        WITH block AS (
            SELECT
                {column} AS value,
                is_now,
                (hour_utc - $1) // $2                   AS block,
                sum(n)                                  AS runs,
                max(last_utc)                           AS last_utc
            FROM tried_hour WHERE {column} IS NOT NULL AND hour_utc >= $1 GROUP BY ALL
        )
        SELECT
            value,
            coalesce(sum(runs) FILTER (WHERE is_now), 0)::BIGINT,
            sum(runs) FILTER (WHERE NOT is_now) / $3    AS usual,
            max(last_utc)
        FROM block
        GROUP BY value
        HAVING
            usual >= $4
            AND count(*) FILTER (WHERE NOT is_now) = $3
            AND min(runs) FILTER (WHERE NOT is_now) >= $5 * usual
        ORDER BY usual DESC, value
        """,
        [asked.from_utc - blocks * length, length, blocks, known.fewest_expected, known.steadiness],
    )
    looks = max(1, len(found))
    return [
        Silence(dimension, value, came, float(usual), last_utc, corrected(few(came, float(usual)), looks))
        for value, came, usual, last_utc in found
    ]
