"""What was handed over, as tables for people and programs."""

import duckdb
import pyarrow as pa

from pipeline.exports.send import Tally
from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.schema import EXPORTED
from pipeline.terminal import visible

_FILES = """
    SELECT
        at_utc, format, booking, target, pool, first_day, last_day, file,
        count(*)                                        AS records,
        sum(wall_s)::BIGINT                             AS wall_s,
        cube_version
    FROM {rows}
    GROUP BY ALL
    ORDER BY at_utc, format, target, file, pool
"""


def sent_files(lake: Lake) -> pa.Table:
    """Each file that was handed over, by pool, the newest last. Raises LakeError."""
    files = list(lake.snapshot(EXPORTED).files)
    sql = _FILES.format(rows=scan(EXPORTED, "$files" if files else None))
    with lake_errors("table exported cannot be read"), duckdb.connect() as con:
        return con.sql(sql, params={"files": files} if files else {}).to_arrow_table()


def sentences(tally: Tally, *, dry_run: bool) -> list[str]:
    """What came of a run, in lines for people."""
    files = "" if dry_run else f" in {tally.files:,} files"
    told = [f"{'Due' if dry_run else 'Sent'}: {_records(tally.sent)}{files}, {tally.sent_s:,} wall seconds."]
    about = [
        (tally.finished, "{} files of a run that was cut off got their names now."),
        (tally.known, "{} were sent before and have not changed."),
        (tally.replaced, "{} of them replace what was sent before: it has changed."),
        (tally.withdrawn, "{} of them withdraw, with zeros, what is no more."),
        (tally.changed, f"{{}} have changed since, and were not sent again ({_some(tally)}); --again sends all anew."),
        (tally.gone, "{} that were sent for these days are no more, or ended on other days: tell who got them."),
        (tally.untold, "{} runs have no cluster id: this format cannot tell them."),
        (tally.unmeasured, "{} runs among them reported no CPU time."),
    ]
    told += [sentence.format(f"{count:,}") for count, sentence in about if count]
    return [*told, *_totals(tally)]


def _totals(tally: Tally) -> list[str]:
    found = tally.totals
    if found is None:
        return []
    sums = f"All records of these days: {found.exported_s:,} wall seconds = usage of these days {found.usage_s:,}"
    if found.imported_s:
        sums += f" - {found.imported_s:,} that other systems told us"
    if found.before_s or found.later_s:
        sums += f" + {found.before_s:,} before them - {found.later_s:,} of runs that ended later"
    return [sums + "."]


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"


def _some(tally: Tally) -> str:
    more = ", ..." if tally.changed > len(tally.examples) else ""
    return visible(", ".join(tally.examples)) + more
