-- gpu_day: one row per (booking, pool, day, ap, project, site, resource, user, outcome, venue, gpu_model): usage of
-- attempts that had GPUs, by their model; its gpu_s add up to those of usage_day in every slice.
-- Reads: charge, charge_ended, attempt, attempt_gpu.
-- As ended: the model of the job's last attempt. `unknown` where nothing says it, and for residuals.
-- gpu_28_s: GPU seconds in 28ths of a whole GPU: a MIG slice is its share. gpu_known_s: those whose model, and whose
-- share of a GPU, something says; all others are counted as whole devices.
WITH
of_job AS (
    SELECT
        attempt.job_id,
        arg_max(attempt_gpu.gpu_model, attempt.run_instance) AS gpu_model,
        arg_max(attempt_gpu.share_28, attempt.run_instance) AS share_28,
        arg_max(attempt_gpu.is_known_share, attempt.run_instance) AS is_known_share
    FROM attempt
    INNER JOIN attempt_gpu USING (attempt_id)
    GROUP BY attempt.job_id
),
named AS (
    SELECT 'used' AS booking, charge.*, attempt_gpu.gpu_model, attempt_gpu.share_28, attempt_gpu.is_known_share
    FROM charge
    LEFT JOIN attempt_gpu USING (attempt_id)
    WHERE charge.gpu_s > 0
    UNION ALL BY NAME
    SELECT 'ended' AS booking, charge_ended.*, of_job.gpu_model, of_job.share_28, of_job.is_known_share
    FROM charge_ended
    LEFT JOIN of_job USING (job_id)
    WHERE charge_ended.kind <> 'attempt' AND charge_ended.gpu_s > 0
)
SELECT
    booking,
    pool,
    day,
    ap,
    project,
    site,
    resource,
    "user",
    outcome,
    venue,
    coalesce(gpu_model, 'unknown')                      AS gpu_model,
    sum(wall_s)::BIGINT                                 AS wall_s,
    sum(mcore_s)::BIGINT                                AS mcore_s,
    sum(gpu_s)::BIGINT                                  AS gpu_s,
    sum(gpu_s * coalesce(share_28, 28))::BIGINT         AS gpu_28_s,
    sum(CASE WHEN is_known_share AND gpu_model <> 'unknown' THEN gpu_s ELSE 0 END)::BIGINT AS gpu_known_s,
    sum(memory_mib_s)::BIGINT                           AS memory_mib_s,
    sum(cpu_used_us)::BIGINT                            AS cpu_used_us,
    sum(cpu_measured_us)::BIGINT                        AS cpu_measured_us,
    sum(mcore_measured_s)::BIGINT                       AS mcore_measured_s,
    sum(cpu_over_us)::BIGINT                            AS cpu_over_us,
    sum(memory_used_mib_s)::BIGINT                      AS memory_used_mib_s,
    sum(memory_measured_mib_s)::BIGINT                  AS memory_measured_mib_s,
    sum(gpu_used_ms)::BIGINT                            AS gpu_used_ms,
    sum(gpu_measured_s)::BIGINT                         AS gpu_measured_s
FROM named
GROUP BY ALL
