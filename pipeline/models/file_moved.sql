-- file_moved: one row per file that a transfer record lists, and one per record that lists none: what URL plugins moved.
-- Reads: lake_transfer, attempt.
-- HTCondor's own file transfer (CEDAR) writes no such records. A record that was read in two forms counts once, as it
-- was read last. day: of the record's writing, which is the transfer's end. Whose and where it was says the attempt;
-- the record itself names project and user where no attempt is known.
-- result: done, failed, unknown (the plugin does not say); none: the plugin listed no file, so that all of the file is
-- unknown. file_bytes: size of the file; moved_bytes: on the wire, also of a transfer that failed. cache_age_us: how long
-- the endpoint had held the file; 0: it fetched it for this; null: nobody says, which is not the same.
WITH
told AS (
    SELECT
        *,
        md5_number(
            concat_ws(chr(31), pool, ap, coalesce(global_job_id, concat(cluster, '.', proc)), run_instance)
        )                                               AS attempt_id,
        coalesce(write_utc, file_end_utc, read_utc)     AS written_utc
    FROM lake_transfer
),
twice AS (
    SELECT attempt_id, record_type, written_utc, file_index, url
    FROM told
    GROUP BY ALL
    HAVING count(*) > 1
),
newest AS (
    SELECT told.*
    FROM told
    LEFT JOIN twice
        ON twice.attempt_id = told.attempt_id
        AND twice.record_type = told.record_type
        AND twice.written_utc = told.written_utc
        AND twice.file_index IS NOT DISTINCT FROM told.file_index
        AND twice.url IS NOT DISTINCT FROM told.url
    QUALIFY twice.attempt_id IS NULL OR row_number() OVER (
        PARTITION BY told.attempt_id, told.record_type, told.written_utc, told.file_index, told.url
        ORDER BY told.read_utc DESC, told.record_id
    ) = 1
)
SELECT
    newest.pool,
    DATE '1970-01-01' + local_day(newest.written_utc)::INTEGER AS day,
    newest.ap,
    newest.attempt_id,
    coalesce(attempt.project, newest.project, 'unmapped') AS project,
    coalesce(attempt.site, 'unattributed')              AS site,
    coalesce(attempt.resource, 'unattributed')          AS resource,
    coalesce(attempt."user", newest."user", 'unknown')  AS "user",
    coalesce(attempt.venue, venue_of(NULL, false, newest.at_ce, NULL)) AS venue,
    lower(newest.record_type)                           AS purpose,
    CASE
        WHEN newest.direction IN ('download', 'upload') THEN newest.direction
        WHEN newest.record_type IN ('INPUT', 'COMMON') THEN 'download'
        ELSE 'upload'
    END                                                 AS direction,
    coalesce(nullif(left(lower(newest.protocol), 100), ''), 'unknown') AS protocol,
    coalesce(nullif(left(newest.endpoint, 300), ''), 'unknown') AS endpoint,
    CASE
        WHEN newest.file_index IS NULL THEN 'none'
        WHEN newest.success THEN 'done'
        WHEN NOT newest.success OR newest.error IS NOT NULL THEN 'failed'
        ELSE 'unknown'
    END                                                 AS result,
    newest.url,
    left(newest.error, 4000)                            AS error,
    within(newest.file_bytes, 1_000_000_000_000_000)                  AS file_bytes,
    within(newest.moved_bytes, 1_000_000_000_000_000)                 AS moved_bytes,
    within(newest.file_end_utc - newest.file_start_utc, 864_000) AS transfer_s,
    within(newest.cache_age_us, 315_360_000_000_000)    AS cache_age_us,
    newest.written_utc
FROM newest
LEFT JOIN attempt USING (attempt_id)
