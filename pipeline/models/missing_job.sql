-- missing_job: one row per range of job ids that must have been given out and that no final ad in the lake names.
-- Reads: seen_job, lake_transfer, lake_queue_job, lake_queue_left, lake_coverage, lake_source_file.
-- An access point numbers clusters upwards, and the jobs of a cluster from 0 to the number submitted less one (of a
-- cluster that the schedd materialises late: up to those that it had made). Looked at is what was submitted, or ran,
-- since the first final ad of that access point that the lake has. kind:
--   job        jobs of a known cluster that no record names
--   final ad   jobs that ran, by their attempts, or were in the queue, and whose end is not known
--   cluster    clusters between two known ones that no record names
-- state: `missing`, if the access point's queue was asked after them and did not hold them, and history was read from
-- their time to a minute after that (polled: by statements that leave nothing open; only ingested: by when files were
-- read): they have left, and their records are lost. Asked later again, it stays so. Else `unknown`: they can still be in the queue, or in history that
-- is not read yet. Whole clusters are always `unknown`: a submission that failed uses up an id, too.
-- day: from when on it can be missing: when its cluster (of `cluster`: the known one before) was submitted, or when
-- its attempt was last heard of. Of one access point, kind and state the 1,000 newest ranges stand one by one, the
-- others are one row a day, which goes from the first to the last of them.
WITH
last_asked AS (
    SELECT pool, ap, max(seen_utc) AS seen_utc FROM lake_queue_job GROUP BY ALL
),
-- times of which all history was read, or is known to be lost; those that follow each other are one
stated AS (
    SELECT
        *,
        coalesce(from_utc > max(to_utc) OVER (
            PARTITION BY pool, ap
            ORDER BY from_utc, to_utc
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) + 1, true)                                    AS is_first
    FROM lake_coverage
    WHERE stream = 'history' AND ap IS NOT NULL
),
numbered AS (
    SELECT *, sum(is_first::BIGINT) OVER (PARTITION BY pool, ap ORDER BY from_utc, to_utc) AS island
    FROM stated
),
settled AS (
    SELECT pool, ap, min(from_utc) AS from_utc, max(to_utc) AS to_utc
    FROM numbered
    GROUP BY pool, ap, island
),
-- moments at which every job of a queue was asked for
asked AS (
    SELECT pool, ap, seen_utc AS asked_utc FROM last_asked
    UNION
    -- a queue that was empty has no rows
    SELECT pool, ap, to_utc FROM lake_coverage WHERE stream = 'queue'
    UNION
    SELECT pool, ap, left_utc FROM lake_queue_left
),
left_queue AS (
    SELECT pool, ap, cluster, proc, max(seen_utc) AS seen_utc, max(left_utc) AS left_utc
    FROM lake_queue_left
    GROUP BY ALL
),
read_files AS (
    SELECT pool, ap, max(read_utc) AS read_utc
    FROM (
        SELECT pool, ap, read_utc FROM seen_job
        UNION ALL
        SELECT pool, ap, read_utc FROM lake_source_file WHERE stream_of(kind) = 'history'
    )
    GROUP BY ALL
),
known_ap AS (
    SELECT pool, ap, min(ended_utc) AS since_utc FROM seen_job GROUP BY ALL HAVING min(ended_utc) IS NOT NULL
),
-- a job can have two rows: what other records say of it does not change what it is
known_job AS NOT MATERIALIZED (
    SELECT
        seen_job.*,
        true                                            AS is_seen,
        has_ended OR is_queued                          AS is_settled
    FROM seen_job
    INNER JOIN known_ap USING (pool, ap)
    UNION ALL BY NAME
    SELECT pool, ap, cluster, proc, max(heard_utc) AS heard_utc, false AS is_seen, false AS is_settled
    FROM (
        SELECT pool, ap, cluster, proc, write_utc AS heard_utc FROM lake_transfer
        UNION ALL
        SELECT pool, ap, cluster, proc, seen_utc FROM left_queue
    )
    INNER JOIN known_ap USING (pool, ap)
    WHERE cluster BETWEEN 0 AND 2_147_483_647 AND proc BETWEEN 0 AND 2_147_483_647
    GROUP BY pool, ap, cluster, proc
),
known_cluster AS MATERIALIZED (
    SELECT
        pool,
        ap,
        cluster,
        min(submit_utc)                                 AS submit_utc,
        max(proc)                                       AS last_proc,
        count(*) FILTER (WHERE is_seen)                 AS seen_jobs,
        bool_or(is_materialized)                        AS is_materialized,
        CASE WHEN bool_or(is_materialized) THEN max(made_jobs) ELSE max(cluster_jobs) END AS jobs
    FROM known_job
    GROUP BY pool, ap, cluster
),
-- clusters whose whole life lies in the time that is looked at
watched_cluster AS (
    SELECT known_cluster.*
    FROM known_cluster
    INNER JOIN known_ap USING (pool, ap)
    WHERE known_cluster.submit_utc >= known_ap.since_utc
),
proc_gap AS (
    SELECT pool, ap, cluster, before + 1 AS first_proc, proc - 1 AS last_proc
    FROM (
        SELECT
            pool,
            ap,
            cluster,
            proc,
            coalesce(lag(proc) OVER (PARTITION BY pool, ap, cluster ORDER BY proc), -1) AS before
        FROM known_job
        -- in all others there is room for none
        SEMI JOIN (FROM known_cluster WHERE seen_jobs <> last_proc + 1) USING (pool, ap, cluster)
    )
    WHERE proc > before + 1
    UNION ALL
    SELECT pool, ap, cluster, last_proc + 1, jobs - 1
    FROM known_cluster
    WHERE jobs > last_proc + 1
),
cluster_gap AS (
    SELECT pool, ap, cluster + 1 AS first_cluster, following - 1 AS last_cluster, submit_utc
    FROM (
        SELECT
            pool,
            ap,
            cluster,
            -- some records do not say when their cluster was submitted: not before those of lower ids
            max(submit_utc) OVER (of_ap ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS submit_utc,
            lead(cluster) OVER of_ap                    AS following
        FROM known_cluster
        WINDOW of_ap AS (PARTITION BY pool, ap ORDER BY cluster)
    )
    INNER JOIN known_ap USING (pool, ap)
    WHERE following > cluster + 1 AND submit_utc >= since_utc
),
open_job AS (
    SELECT pool, ap, cluster, proc, max(heard_utc) AS heard_utc
    FROM (FROM known_job WHERE NOT is_settled)
    ANTI JOIN (FROM known_job WHERE is_settled) USING (pool, ap, cluster, proc)
    GROUP BY pool, ap, cluster, proc
),
-- procs that follow each other are one range
open_run AS (
    SELECT
        pool,
        ap,
        cluster,
        proc,
        heard_utc,
        left_utc,
        proc - row_number() OVER (PARTITION BY pool, ap, cluster ORDER BY proc) AS island
    FROM open_job
    INNER JOIN known_ap USING (pool, ap)
    LEFT JOIN left_queue USING (pool, ap, cluster, proc)
    WHERE open_job.heard_utc >= known_ap.since_utc
),
-- absent_from_utc: when it was not in the queue any more, where that is known better than by the next asking
found AS (
    SELECT
        'job'                                           AS kind,
        proc_gap.pool,
        proc_gap.ap,
        proc_gap.cluster                                AS first_cluster,
        proc_gap.cluster                                AS last_cluster,
        proc_gap.first_proc,
        proc_gap.last_proc,
        proc_gap.last_proc - proc_gap.first_proc + 1    AS jobs,
        watched_cluster.submit_utc                      AS known_utc,
        -- made late, nobody says when: absent by the newest asking
        CASE WHEN watched_cluster.is_materialized THEN newest.asked_utc END AS absent_from_utc
    FROM proc_gap
    INNER JOIN watched_cluster USING (pool, ap, cluster)
    LEFT JOIN (SELECT pool, ap, max(asked_utc) AS asked_utc FROM asked GROUP BY ALL) AS newest USING (pool, ap)
    UNION ALL
    SELECT 'final ad', pool, ap, cluster, cluster, min(proc), max(proc), count(*), max(heard_utc), max(left_utc)
    FROM open_run
    GROUP BY pool, ap, cluster, island
    UNION ALL
    SELECT
        'cluster', pool, ap, first_cluster, last_cluster, NULL, NULL, last_cluster - first_cluster + 1, submit_utc, NULL
    FROM cluster_gap
),
absent AS (
    SELECT
        found.* EXCLUDE (absent_from_utc),
        -- a job that was in the queue at any asking is in queue_job or in queue_left: this one was in none since
        greatest(asked.asked_utc, found.absent_from_utc) AS absent_utc
    FROM found
    ASOF LEFT JOIN asked
        ON found.pool = asked.pool AND found.ap = asked.ap AND found.known_utc < asked.asked_utc
),
judged AS (
    SELECT
        absent.*,
        CASE
            WHEN absent.kind = 'cluster' OR absent.absent_utc IS NULL THEN 'unknown'
            WHEN EXISTS (FROM settled WHERE settled.pool = absent.pool AND settled.ap = absent.ap)
                THEN CASE
                    WHEN EXISTS (
                        FROM settled
                        WHERE
                            settled.pool = absent.pool
                            AND settled.ap = absent.ap
                            AND settled.from_utc <= absent.known_utc
                            AND settled.to_utc >= absent.absent_utc + 60
                    )
                        THEN 'missing'
                    ELSE 'unknown'
                END
            WHEN read_files.read_utc >= absent.absent_utc + 60 THEN 'missing'
            ELSE 'unknown'
        END                                             AS state,
        local_day(absent.known_utc)                     AS day_index
    FROM absent
    LEFT JOIN read_files USING (pool, ap)
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY pool, ap, kind, state ORDER BY known_utc DESC, first_cluster DESC, first_proc DESC
        )                                               AS newest
    FROM judged
)
SELECT
    pool,
    ap,
    kind,
    state,
    min(first_cluster)                                  AS first_cluster,
    max(last_cluster)                                   AS last_cluster,
    -- of several ranges that are one row the procs say nothing
    CASE WHEN count(*) = 1 THEN min(first_proc) END     AS first_proc,
    CASE WHEN count(*) = 1 THEN max(last_proc) END      AS last_proc,
    count(*)                                            AS ranges,
    sum(jobs)::BIGINT                                   AS jobs,
    min(known_utc)                                      AS known_utc,
    day_index,
    DATE '1970-01-01' + day_index::INTEGER              AS day
FROM ranked
GROUP BY pool, ap, kind, state, day_index, CASE WHEN newest <= 1000 THEN newest END
