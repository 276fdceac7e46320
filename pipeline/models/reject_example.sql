-- reject_example: one row per rejected record, of the 20 newest of each (pool, rule), with its first 4 KiB.
-- Reads: lake_reject.
WITH newest AS (
    SELECT record_id, row_number() OVER (PARTITION BY pool, rule ORDER BY read_utc DESC, record_id) AS place
    FROM lake_reject
    QUALIFY place <= 20
)
SELECT
    lake_reject.pool,
    lake_reject.rule,
    newest.place,
    lake_reject.ap,
    lake_reject.path,
    lake_reject.kind,
    lake_reject.offset_bytes,
    lake_reject.length_bytes,
    lake_reject.reason,
    lake_reject.content[1:4096]                         AS beginning,
    lake_reject.read_utc
FROM lake_reject
INNER JOIN newest USING (record_id)
