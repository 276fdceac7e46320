-- schedd_now: one row per access point whose schedd the collector daemon told of: what its newest ad says.
-- Reads: lake_schedd_ad.
-- The ad's name is the access point's, as GlobalJobId names it. Waiting transfers are those in the schedd's transfer
-- queue at that moment. Jobs submitted and completed are since the schedd's start. Null: the ad does not say.
SELECT
    pool,
    name                                                AS ap,
    machine,
    condor_version,
    daemon_start_utc,
    running,
    idle,
    held,
    removed,
    local_running,
    scheduler_running,
    users,
    max_running,
    duty_cycle_milli,
    jobs_submitted,
    jobs_completed,
    uploads_waiting,
    downloads_waiting,
    seen_utc
FROM lake_schedd_ad
WHERE name IS NOT NULL AND seen_utc IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY pool, name ORDER BY seen_utc DESC, read_utc DESC, record_id) = 1
