-- idle_group: one row per group of like idle jobs of an access point's queue when last asked, of one project and user.
-- Reads: lake_queue_job.
-- Like: they ask for the same and demand the same of a slot (match_ad: lines of their ads; null where the collector
-- did not keep them yet). Jobs that need no slot of the pool (scheduler, local, grid) are in none.
WITH newest AS (
    SELECT *
    FROM lake_queue_job
    QUALIFY
        seen_utc = max(seen_utc) OVER (PARTITION BY pool, ap)
        AND row_number() OVER (PARTITION BY pool, ap, global_job_id ORDER BY status_utc DESC NULLS LAST, record_id) = 1
)
SELECT
    pool,
    ap,
    seen_utc,
    coalesce(project, 'unmapped')                       AS project,
    coalesce("user", 'unknown')                         AS "user",
    accounting_group,
    within(request_cpus_milli, 1_000_000_000)           AS request_cpus_milli,
    within(request_memory_mib, 1_000_000_000)           AS request_memory_mib,
    within(request_disk_kib, 1_000_000_000_000)         AS request_disk_kib,
    coalesce(within(request_gpus, 1_000_000), 0)        AS request_gpus,
    match_ad,
    count(*)                                            AS jobs,
    min(submit_utc)                                     AS oldest_submit_utc,
    min(status_utc)                                     AS idle_since_utc,
    -- one of them: the first
    arg_min(concat(cluster, '.', proc), (cluster, proc)) AS example
FROM newest
WHERE status = 1 AND coalesce(universe, 5) NOT IN (7, 9, 12)
GROUP BY ALL
