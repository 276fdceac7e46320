-- reject_rule: one row per (pool, ap, kind, rule): how many records were rejected by it.
-- Reads: lake_reject.
SELECT
    pool,
    ap,
    kind,
    rule,
    count(*)                                            AS records,
    sum(length_bytes)::BIGINT                           AS bytes,
    min(read_utc)                                       AS first_read_utc,
    max(read_utc)                                       AS last_read_utc
FROM lake_reject
GROUP BY ALL
