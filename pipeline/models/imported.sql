-- imported: one row per (booking, key of usage records of another accounting system, day of the reporting zone).
-- Reads: lake_usage_record, calendar. Bookings: `used` and `ended`, as in charge and charge_ended, which hold these rows.
-- Of the versions of a record one counts: the newest by its source's clock, else the one that was read last.
-- As used, all amounts are spread evenly over the time that the record tells of and cut at the zone's midnights, in
-- whole numbers that add up: a job of which every second was wall time has on each day its seconds there. A summary
-- (kind `summary`) does not tell how its time is spread over its days: it is spread evenly. Its jobs are each on one day.
-- As ended, a job is whole on the day of its end; a summary tells of no ends, and is spread as it is as used.
WITH
newest AS (
    SELECT
        *,
        md5_number(concat_ws(chr(31), pool, ap, global_job_id)) AS job_id,
        record_type = 'SUMMARY'                         AS is_summary,
        end_utc - begin_utc                             AS span_s,
        local_day(begin_utc)                            AS first_day,
        local_day(greatest(end_utc - 1, begin_utc))     AS last_day,
        local_day(end_utc)                              AS end_day
    FROM lake_usage_record
    WHERE end_utc >= begin_utc
    QUALIFY row_number() OVER (
        PARTITION BY pool, ap, global_job_id
        ORDER BY version_utc DESC NULLS LAST, read_utc DESC, turn DESC, offset_bytes DESC, record_id
    ) = 1
),
on_day AS (
    SELECT
        'used' AS booking, newest.*,
        greatest(newest.begin_utc, calendar.start_utc) - newest.begin_utc AS before_s,
        least(newest.end_utc, calendar.end_utc) - newest.begin_utc AS up_to_s
    FROM (SELECT *, unnest(range(first_day, last_day + 1)) AS day_index FROM newest) AS newest
    INNER JOIN calendar USING (day_index)
),
booked AS (
    SELECT * FROM on_day
    UNION ALL BY NAME
    SELECT * REPLACE ('ended' AS booking) FROM on_day WHERE is_summary
    UNION ALL BY NAME
    SELECT 'ended' AS booking, *, end_day AS day_index, 0 AS before_s, span_s AS up_to_s FROM newest WHERE NOT is_summary
),
shared AS (
    SELECT
        *,
        portion(wall_s, before_s, up_to_s, span_s)      AS day_wall_s,
        portion(mcore_s, before_s, up_to_s, span_s)     AS day_mcore_s,
        portion(cpu_used_us, before_s, up_to_s, span_s) AS day_cpu_used_us,
        portion(gpu_s, before_s, up_to_s, span_s)       AS day_gpu_s,
        portion(memory_mib_s, before_s, up_to_s, span_s) AS day_memory_mib_s,
        portion(jobs, before_s, up_to_s, span_s)        AS day_jobs
    FROM booked
)
SELECT
    booking,
    pool,
    coalesce(submit_host, ap)                           AS ap,
    job_id,
    NULL::UHUGEINT                                      AS attempt_id,
    CASE WHEN is_summary THEN 'summary' ELSE 'record' END AS kind,
    day_index,
    DATE '1970-01-01' + day_index::INTEGER              AS day,
    coalesce(project, 'unmapped')                       AS project,
    coalesce(site, 'unattributed')                      AS site,
    coalesce(resource, 'unattributed')                  AS resource,
    coalesce("user", 'unknown')                         AS "user",
    CASE
        WHEN outcome IS NOT NULL THEN outcome
        WHEN exit_code = 0 THEN 'succeeded'
        WHEN exit_code IS NOT NULL THEN 'failed'
        ELSE 'unknown'
    END                                                 AS outcome,
    venue_of(NULL, false, at_ce, NULL)                  AS venue,
    day_wall_s                                          AS wall_s,
    day_mcore_s                                         AS mcore_s,
    day_gpu_s                                           AS gpu_s,
    day_memory_mib_s                                    AS memory_mib_s,
    day_cpu_used_us                                     AS cpu_used_us,
    CASE WHEN day_mcore_s IS NOT NULL THEN day_cpu_used_us END AS cpu_measured_us,
    CASE WHEN day_cpu_used_us IS NOT NULL THEN day_mcore_s END AS mcore_measured_s,
    -- an import lets no amount pass that would not fit
    CASE
        WHEN day_cpu_used_us - day_mcore_s * 1000 IS NOT NULL
            THEN greatest(day_cpu_used_us - day_mcore_s * 1000, 0)
    END                                                 AS cpu_over_us,
    -- how many jobs the row stands for, where it is not one
    CASE WHEN is_summary THEN day_jobs END              AS jobs
FROM shared
