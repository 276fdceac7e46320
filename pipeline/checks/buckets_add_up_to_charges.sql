-- Each second of a charge is in one bucket, none is negative, and nothing is used beyond what the slot gave.
SELECT waste.booking, waste.job_id, waste.attempt_id, waste.day, waste.wall_s, waste.rest_bucket
FROM waste
WHERE
    least(
        suspended_s, transfer_queue_s, transfer_in_s, transfer_out_s, checkpointed_s, unattributed_s, rest_s,
        used_core_us, used_wall_us, used_gpu_ms, used_memory_mib_s
    ) < 0
    OR coalesce(wall_s, 0) <> coalesce(suspended_s, 0) + coalesce(transfer_queue_s, 0) + coalesce(transfer_in_s, 0)
        + coalesce(transfer_out_s, 0) + coalesce(checkpointed_s, 0) + coalesce(unattributed_s, 0) + coalesce(rest_s, 0)
    OR used_core_us > rest_s * cores_milli * 1000
    OR used_wall_us > rest_s * 1_000_000
    OR used_gpu_ms > rest_s * gpus * 1000
    OR used_memory_mib_s > rest_s * memory_mib
    OR (rest_s > 0 AND rest_bucket IS NULL)
