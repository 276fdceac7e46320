-- slot_offer: one row per slot that a pool has now and that jobs can be matched with: what they are matched on.
-- Reads: slot_now, lake_slot_ad.
-- Partitionable and static slots; parts of partitionable ones and backfill slots are not. Numbers twice: `total_...`
-- as if nothing ran in it, the others as it is now. is_free: a match could be made now. match_ad: lines of its ad.
SELECT
    slot_now.pool,
    slot_now.name,
    slot_now.startd,
    slot_now.seen_utc,
    slot_now.is_partitionable,
    slot_now.state = 'unclaimed'                        AS is_free,
    ad.machine,
    ad.state,
    ad.activity,
    ad.slot_type,
    slot_now.cpus_milli,
    coalesce(slot_now.total_cpus_milli, slot_now.cpus_milli) AS total_cpus_milli,
    slot_now.memory_mib,
    coalesce(slot_now.total_memory_mib, slot_now.memory_mib) AS total_memory_mib,
    ad.disk_kib,
    slot_now.gpus,
    coalesce(slot_now.total_gpus, slot_now.gpus)        AS total_gpus,
    ad.gpu_model,
    ad.site,
    ad.resource,
    ad.glidein_entry,
    ad.gatekeeper,
    ad.arch,
    ad.os,
    ad.detected_cpus,
    ad.detected_memory_mib,
    ad.condor_version,
    ad.match_ad
FROM slot_now
INNER JOIN lake_slot_ad AS ad USING (pool, name, seen_utc)
WHERE slot_now.role = 'whole' AND NOT slot_now.is_backfill
QUALIFY row_number() OVER (PARTITION BY slot_now.pool, slot_now.name ORDER BY ad.read_utc DESC, ad.record_id) = 1
