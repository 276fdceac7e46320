-- coverage_day: one row per (pool, ap, source, stream, day): whether all its records were read, and the evidence.
-- Reads: lake_coverage, lake_source_file, lake_reject, missing_job, calendar.
-- state, the worst that anything says:
--   partial    something is lost or was not counted: a gap that a poll found, a break in a chain of banners, a rejected
--              record, a missing job (of `missing_job`, state `missing`) touches the day
--   unknown    nothing proves that the day was read whole
--   complete   proven spans cover the whole day; the day of the newest statement up to that statement
-- Rows of a polled source reach from its first statement to its newest, or, where it fell silent for more than an hour,
-- to the newest of its pool. Findings that no poll made (in files, by job ids) stand in the row of the polled stream
-- of that access point; where none is polled, under source `files`. Files that were only ingested prove nothing beyond
-- themselves: a file between them can be absent without a trace, so their days are `unknown`, from their first record
-- to their last. A rejected record says not when it was: it touches all days of the reading that met it.
WITH
statement AS (
    SELECT pool, coalesce(ap, '') AS ap, source, stream, state, from_utc, to_utc, evidence
    FROM lake_coverage
    -- a queue is asked at moments, not over a time
    WHERE from_utc <= to_utc AND stream <> 'queue'
),
watched AS (
    SELECT
        pool,
        ap,
        source,
        stream,
        min(from_utc)                                   AS oldest_utc,
        max(to_utc)                                     AS newest_utc,
        max(max(to_utc)) OVER (PARTITION BY pool)       AS pool_newest_utc
    FROM statement
    GROUP BY pool, ap, source, stream
),
-- proven spans that overlap or follow each other are one
marked AS (
    SELECT
        *,
        coalesce(from_utc > max(to_utc) OVER earlier + 1, true) AS is_first
    FROM statement
    WHERE state = 'proven'
    WINDOW earlier AS (
        PARTITION BY pool, ap, source, stream
        ORDER BY from_utc, to_utc
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
numbered AS (
    SELECT
        *,
        sum(is_first::BIGINT) OVER (
            PARTITION BY pool, ap, source, stream
            ORDER BY from_utc, to_utc
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )                                               AS island
    FROM marked
),
proven AS (
    SELECT
        pool,
        ap,
        source,
        stream,
        min(from_utc)                                   AS from_utc,
        max(to_utc)                                     AS to_utc
    FROM numbered
    GROUP BY pool, ap, source, stream, island
),
watched_day AS (
    SELECT
        *,
        unnest(range(
            local_day(oldest_utc),
            -- what ends at midnight has nothing on the next day
            local_day(greatest(CASE WHEN is_silent THEN pool_newest_utc ELSE newest_utc END - 1, oldest_utc)) + 1
        ))                                              AS day_index
    FROM (SELECT *, newest_utc < pool_newest_utc - 3600 AS is_silent FROM watched)
),
proven_day AS (
    SELECT *, unnest(range(local_day(from_utc), local_day(greatest(to_utc - 1, from_utc)) + 1)) AS day_index FROM proven
),
newest_proof AS (
    SELECT pool, ap, source, stream, day_index, arg_max(evidence, to_utc) AS evidence
    FROM (
        SELECT *, unnest(range(local_day(from_utc), local_day(greatest(to_utc - 1, from_utc)) + 1)) AS day_index
        FROM statement
    )
    WHERE state = 'proven'
    GROUP BY pool, ap, source, stream, day_index
),
-- what the polls say of each day of theirs, which is over when it ends, or with the newest statement
day_to_prove AS (
    SELECT
        watched_day.pool,
        watched_day.ap,
        watched_day.source,
        watched_day.stream,
        watched_day.day_index,
        watched_day.newest_utc,
        calendar.start_utc,
        CASE
            WHEN watched_day.is_silent THEN calendar.end_utc
            ELSE least(calendar.end_utc, watched_day.newest_utc)
        END                                             AS end_utc
    FROM watched_day
    INNER JOIN calendar USING (day_index)
),
polled AS (
    SELECT
        day_to_prove.*,
        count(proven_day.from_utc)                      AS spans,
        coalesce(bool_or(proven_day.from_utc <= day_to_prove.start_utc), false) AS has_begin,
        coalesce(bool_or(proven_day.to_utc >= day_to_prove.end_utc), false) AS has_end,
        min(proven_day.from_utc)                        AS proven_from_utc,
        max(proven_day.to_utc)                          AS proven_to_utc,
        any_value(newest_proof.evidence)                AS evidence
    FROM day_to_prove
    LEFT JOIN proven_day USING (pool, ap, source, stream, day_index)
    LEFT JOIN newest_proof USING (pool, ap, source, stream, day_index)
    GROUP BY ALL
),
told AS (
    SELECT
        pool,
        ap,
        source,
        stream,
        day_index,
        CASE WHEN spans = 1 AND has_begin AND has_end THEN 0 ELSE 1 END AS severity,
        CASE
            WHEN spans = 1 AND has_begin AND has_end THEN evidence
            WHEN newest_utc < start_utc
                THEN concat(
                    'Nothing proves that this day was read: the newest statement is of ', utc_text(newest_utc), '.'
                )
            WHEN spans = 0 THEN 'Nothing proves that this day was read.'
            WHEN spans = 1 AND has_end THEN concat('Nothing proves the time before ', utc_text(proven_from_utc), '.')
            WHEN spans = 1 AND has_begin THEN concat('Nothing proves the time after ', utc_text(proven_to_utc), '.')
            WHEN spans = 1
                THEN concat('Proven only from ', utc_text(proven_from_utc), ' to ', utc_text(proven_to_utc), '.')
            ELSE concat('Proven in ', spans, ' pieces, with time between them of which nothing is known.')
        END                                             AS evidence,
        0                                               AS gaps,
        0                                               AS chain_breaks,
        0                                               AS rejects,
        0                                               AS missing_jobs
    FROM polled
),
gap AS (
    SELECT
        pool,
        ap,
        source,
        stream,
        unnest(range(local_day(from_utc), local_day(greatest(to_utc - 1, from_utc)) + 1)) AS day_index,
        2                                               AS severity,
        concat(evidence, ' (', utc_text(from_utc), ' to ', utc_text(to_utc), ')') AS evidence,
        1                                               AS gaps
    FROM statement
    WHERE state = 'gap'
),
reading AS (
    SELECT
        pool,
        coalesce(ap, '')                                AS ap,
        source,
        path,
        stream_of(kind)                                 AS stream,
        coalesce(first_utc, last_utc, read_utc)         AS first_utc,
        coalesce(last_utc, first_utc, read_utc)         AS last_utc,
        chain_breaks,
        read_utc
    FROM lake_source_file
),
reading_time AS (
    SELECT pool, source, read_utc, min(first_utc) AS first_utc, max(last_utc) AS last_utc
    FROM reading
    GROUP BY ALL
),
rejected AS (
    SELECT
        lake_reject.pool,
        coalesce(lake_reject.ap, '')                    AS ap,
        stream_of(lake_reject.kind)                     AS stream,
        coalesce(reading_time.first_utc, lake_reject.read_utc) AS first_utc,
        coalesce(reading_time.last_utc, lake_reject.read_utc) AS last_utc,
        count(*)                                        AS rejects,
        concat(
            counted(count(*), 'record', 'records'), ' rejected: ',
            string_agg(DISTINCT lake_reject.rule, ', ' ORDER BY lake_reject.rule), '.'
        )                                               AS evidence
    FROM lake_reject
    LEFT JOIN reading_time USING (pool, source, read_utc)
    GROUP BY ALL
),
-- what was found elsewhere than in a poll, by access point, stream and day
finding AS (
    SELECT
        pool,
        ap,
        stream,
        unnest(range(local_day(first_utc), local_day(last_utc) + 1)) AS day_index,
        concat(
            counted(chain_breaks, 'break', 'breaks'), ' in the chain of banners of ', path,
            ': records between are missing.'
        )                                               AS evidence,
        chain_breaks,
        0                                               AS rejects,
        0                                               AS missing_jobs
    FROM reading
    WHERE chain_breaks > 0
    UNION ALL
    SELECT pool, ap, stream, unnest(range(local_day(first_utc), local_day(last_utc) + 1)), evidence, 0, rejects, 0
    FROM rejected
    UNION ALL
    SELECT
        pool,
        ap,
        'history',
        day_index,
        concat(
            'No final ad of ', counted(sum(jobs)::BIGINT, 'job', 'jobs'), ' that left the queue, the first of cluster ',
            min(first_cluster), '.'
        ),
        0,
        0,
        sum(jobs)::BIGINT
    FROM missing_job
    WHERE state = 'missing'
    GROUP BY pool, ap, day_index
),
placed AS (
    SELECT
        finding.pool,
        -- a source of many access points has one row for all of them
        coalesce(watched.ap, finding.ap)                AS ap,
        coalesce(watched.source, 'files')               AS source,
        finding.stream,
        finding.day_index,
        2                                               AS severity,
        finding.evidence,
        finding.chain_breaks,
        finding.rejects,
        finding.missing_jobs
    FROM finding
    LEFT JOIN watched
        ON watched.pool = finding.pool
        AND watched.stream = finding.stream
        AND watched.ap IN (finding.ap, '')
),
ingested AS (
    SELECT
        pool,
        ap,
        'files'                                         AS source,
        stream,
        day_index,
        1                                               AS severity,
        concat(
            'Read from ', counted(count(DISTINCT source), 'file', 'files'),
            '; nothing tells whether there were others.'
        )                                               AS evidence
    FROM (SELECT *, unnest(range(local_day(first_utc), local_day(last_utc) + 1)) AS day_index FROM reading) AS read_day
    WHERE
        stream IN ('history', 'epochs', 'startd')
        AND NOT EXISTS (
            FROM polled
            WHERE
                polled.pool = read_day.pool
                AND polled.stream = read_day.stream
                AND polled.ap IN (read_day.ap, '')
                AND polled.day_index = read_day.day_index
        )
    GROUP BY ALL
),
said AS (
    SELECT * FROM told
    UNION ALL BY NAME
    SELECT * FROM gap
    UNION ALL BY NAME
    SELECT * FROM placed
    UNION ALL BY NAME
    SELECT * FROM ingested
)
SELECT
    pool,
    nullif(ap, '')                                      AS ap,
    source,
    stream,
    day_index,
    DATE '1970-01-01' + day_index::INTEGER              AS day,
    ['complete', 'unknown', 'partial'][max(severity) + 1] AS state,
    left(string_agg(DISTINCT evidence, ' ' ORDER BY evidence) FILTER (WHERE is_worst), 1000) AS evidence,
    coalesce(sum(gaps), 0)::BIGINT                      AS gaps,
    coalesce(sum(chain_breaks), 0)::BIGINT              AS chain_breaks,
    coalesce(sum(rejects), 0)::BIGINT                   AS rejects,
    coalesce(sum(missing_jobs), 0)::BIGINT              AS missing_jobs
FROM (
    SELECT *, severity = max(severity) OVER (PARTITION BY pool, ap, source, stream, day_index) AS is_worst
    FROM said
)
GROUP BY pool, ap, source, stream, day_index
