-- capacity_day: one row per (pool, day, origin, is_backfill, site, resource, state): what slots offered over time.
-- Reads: lake_slot_ad, calendar.
-- Unit: seconds x slots, x milli-cores, x MiB, x GPUs. The same slots as in `capacity`: partitionable ones whole, what
-- they have given away as `claimed`; static ones of a startd without a partitionable one; dynamic ones never.
-- A slot is as its ad says until its next ad; the collector daemon forgets a slot 15 minutes after its last ad. Where
-- the slot is there again at the next picture that was taken, it is taken to have been there in between, for an hour at
-- the most: an outage of the collection is not filled. Nothing reaches beyond the newest word of its pool.
WITH
ad AS (
    SELECT
        pool,
        name,
        startd_of(name, machine)                        AS startd,
        coalesce(is_partitionable, slot_type = 'Partitionable', false) AS is_partitionable,
        coalesce(is_backfill, false)                    AS is_backfill,
        coalesce(lower(state), 'unknown')               AS state,
        CASE WHEN site IS NULL THEN 'local' ELSE 'glidein' END AS origin,
        coalesce(site, 'unattributed')                  AS site,
        coalesce(resource, 'unattributed')              AS resource,
        within(cpus_milli, 1_000_000_000)               AS cpus_milli,
        within(total_cpus_milli, 1_000_000_000)         AS total_cpus_milli,
        within(memory_mib, 1_000_000_000)               AS memory_mib,
        within(total_memory_mib, 1_000_000_000)         AS total_memory_mib,
        within(gpus, 1_000_000)                         AS gpus,
        within(total_gpus, 1_000_000)                   AS total_gpus,
        seen_utc,
        read_utc
    FROM lake_slot_ad
    WHERE seen_utc IS NOT NULL AND NOT coalesce(is_dynamic, slot_type = 'Dynamic', false)
    QUALIFY row_number() OVER (PARTITION BY pool, name, seen_utc ORDER BY read_utc DESC, record_id) = 1
),
whole AS (
    SELECT *
    FROM ad
    QUALIFY
        is_partitionable
        -- at that time: a startd can be set up in another way later
        OR NOT bool_or(is_partitionable) OVER (
            PARTITION BY pool, startd, is_backfill
            ORDER BY seen_utc
            RANGE BETWEEN 900 PRECEDING AND 900 FOLLOWING
        )
),
picture AS (
    SELECT pool, read_utc, lead(read_utc) OVER (PARTITION BY pool ORDER BY read_utc) AS next_utc
    FROM (SELECT DISTINCT pool, read_utc FROM lake_slot_ad)
),
followed AS (
    SELECT
        whole.*,
        picture.next_utc,
        lead(whole.seen_utc) OVER (PARTITION BY whole.pool, whole.name ORDER BY whole.seen_utc) AS following_utc,
        max(whole.seen_utc) OVER (PARTITION BY whole.pool) AS newest_utc
    FROM whole
    LEFT JOIN picture USING (pool, read_utc)
),
held AS (
    SELECT
        *,
        CASE
            WHEN following_utc IS NULL THEN least(seen_utc + 900, newest_utc)
            ELSE least(following_utc, greatest(seen_utc + 900, least(coalesce(next_utc, seen_utc), seen_utc + 3600)))
        END                                             AS until_utc
    FROM followed
),
part AS (
    SELECT
        *,
        1                                               AS slots,
        CASE WHEN is_partitionable THEN cpus_milli ELSE coalesce(total_cpus_milli, cpus_milli) END AS part_cores_milli,
        CASE WHEN is_partitionable THEN memory_mib ELSE coalesce(total_memory_mib, memory_mib) END AS part_memory_mib,
        CASE WHEN is_partitionable THEN gpus ELSE coalesce(total_gpus, gpus) END AS part_gpus
    FROM held
    WHERE until_utc > seen_utc
    UNION ALL BY NAME
    SELECT
        * REPLACE ('claimed' AS state),
        0                                               AS slots,
        CASE WHEN total_cpus_milli >= cpus_milli THEN total_cpus_milli - cpus_milli END AS part_cores_milli,
        CASE WHEN total_memory_mib >= memory_mib THEN total_memory_mib - memory_mib END AS part_memory_mib,
        CASE WHEN total_gpus >= gpus THEN total_gpus - gpus END AS part_gpus
    FROM held
    WHERE
        until_utc > seen_utc
        AND is_partitionable
        AND (total_cpus_milli > cpus_milli OR total_memory_mib > memory_mib OR total_gpus > gpus)
),
piece AS (
    SELECT
        part.*,
        calendar.day_index,
        calendar.day,
        least(part.until_utc, calendar.end_utc) - greatest(part.seen_utc, calendar.start_utc) AS piece_s
    FROM (SELECT *, unnest(range(local_day(seen_utc), local_day(until_utc - 1) + 1)) AS day_index FROM part) AS part
    INNER JOIN calendar USING (day_index)
)
SELECT
    pool,
    day_index,
    day,
    origin,
    is_backfill,
    site,
    resource,
    state,
    sum(slots * piece_s)::BIGINT                        AS slot_s,
    sum(part_cores_milli * piece_s)::BIGINT             AS mcore_s,
    sum(part_memory_mib * piece_s)::BIGINT              AS memory_mib_s,
    sum(part_gpus * piece_s)::BIGINT                    AS gpu_s
FROM piece
GROUP BY ALL
