-- negotiation: one row per (pool, negotiator, cycle) of the day up to the pool's newest word of a negotiator.
-- Reads: lake_negotiator_ad.
-- Each ad tells of the negotiator's latest cycle; of ads that tell of one cycle the newest counts. A cycle between two
-- looks is not in it. cycle_s: whole seconds; idle_jobs, candidate_slots: as the negotiator saw them before the cycle.
WITH newest AS (
    SELECT *, max(seen_utc) OVER (PARTITION BY pool) AS pool_seen_utc
    FROM lake_negotiator_ad
    WHERE name IS NOT NULL AND cycle_end_utc IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY pool, name, cycle_end_utc ORDER BY seen_utc DESC, read_utc DESC, record_id
    ) = 1
)
SELECT
    pool,
    name                                                AS negotiator,
    cycle_end_utc,
    cycle_s,
    matches,
    rejections,
    active_submitters,
    idle_jobs,
    jobs_considered,
    total_slots,
    candidate_slots,
    seen_utc
FROM newest
WHERE seen_utc > pool_seen_utc - 86400
