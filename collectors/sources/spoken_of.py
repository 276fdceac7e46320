"""Which attributes of slots the idle jobs of a pool speak of: what the pool is asked for besides the known ones.

Words only are looked for: what users write is not evaluated in a collector.
"""

from collections import Counter

import duckdb

from collectors.match_ad import named_in
from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.schema import QUEUE_JOB, SLOT_AD
from pipeline.schema.pool_ads import MATCHED_ON, REQUIREMENTS

MOST = 100
_SCANNED = 2000
"""Different demands that are looked through, the most frequent first."""
_IDLE = 1
_WORDS = ("target", "my", "true", "false", "undefined", "error", "is", "isnt")
_DEMAND = f"{REQUIREMENTS.lower()} = "


def spoken_of(lake: Lake, pool: str) -> tuple[str, ...]:
    """Lower-cased names, the most frequent first; no more than MOST. Raises LakeError."""
    files = list(lake.snapshot(QUEUE_JOB).files)
    if not files:
        return ()
    sql = f"""
        SELECT match_ad, count(*) AS jobs FROM {scan(QUEUE_JOB, "$files")}
        WHERE pool = $pool AND status = $idle AND match_ad IS NOT NULL
        GROUP BY match_ad ORDER BY jobs DESC, match_ad LIMIT {_SCANNED:d}
    """
    with lake_errors(f"table {QUEUE_JOB.name} cannot be read"), duckdb.connect() as con:
        found = con.execute(sql, {"files": files, "pool": pool, "idle": _IDLE}).fetchall()
    known = {name.lower() for column in SLOT_AD.from_ads for name in column.attributes}
    known |= {*map(str.lower, MATCHED_ON), *_WORDS}
    words: Counter[str] = Counter()
    for lines, jobs in found:
        demand = next((line for line in lines.split("\n") if line.startswith(_DEMAND)), "")
        for word in dict.fromkeys(named_in(demand.removeprefix(_DEMAND).encode())):
            words[word.decode()] += jobs
    return tuple(word for word, _ in words.most_common() if word not in known)[:MOST]
