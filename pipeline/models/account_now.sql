-- account_now: one row per account that a pool's negotiator kept when last seen: who stands where.
-- Reads: lake_accounting_ad.
-- The smaller the effective priority, the sooner is the account's turn. rank counts accounts of the same kind (groups,
-- submitters) that have a priority, from 1 on; share: of the cores that all of that kind hold.
WITH newest AS (
    SELECT *
    FROM lake_accounting_ad
    QUALIFY
        seen_utc >= max(seen_utc) OVER (PARTITION BY pool) - 900
        AND row_number() OVER (PARTITION BY pool, name ORDER BY seen_utc DESC, read_utc DESC, record_id) = 1
)
SELECT
    pool,
    name,
    seen_utc,
    coalesce(is_group, false)                           AS is_account_group,
    priority_milli,
    priority_factor_milli,
    cores_used_milli,
    core_use_s,
    CASE
        WHEN priority_milli IS NOT NULL
            THEN rank() OVER (PARTITION BY pool, is_account_group ORDER BY priority_milli NULLS LAST)
    END                                                 AS rank,
    count(priority_milli) OVER (PARTITION BY pool, is_account_group) AS accounts,
    sum(cores_used_milli) OVER (PARTITION BY pool, is_account_group) AS all_cores_used_milli
FROM newest
