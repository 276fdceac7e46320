-- attempt: one row per (pool, ap, job, run_instance): one execution attempt, the unit of account.
-- Reads: lake_attempt_record, lake_queue_job, job, routed_job.
-- Sources, best first: the run's newest EPOCH ad; what the job's final ad says of its last run; a SPAWN record alone
-- (the run's shadow or schedd died, or the job runs now: its time is not known and is null).
-- A SPAWN whose execution a later shadow took over after a restart of the schedd is no attempt of its own.
-- Interval: start_utc to end_utc; EPOCH: JobCurrentStartDate to EpochWriteDate; final ad: to CompletionDate, else as
-- long as the wall time of its last run, at the latest to the change of status.
-- Rows are in the order of their ends: what is looked at is mostly of some days.
WITH
written AS (
    SELECT *, coalesce(global_job_id, concat(cluster, '.', proc)) AS name, coalesce(run_instance, -1) AS run
    FROM lake_attempt_record
    WHERE record_type = 'EPOCH'
),
-- a run can have two EPOCH ads: only the second one of an on_exit_hold names the hold
twice AS (
    SELECT pool, ap, name, run FROM written GROUP BY ALL HAVING count(*) > 1
),
epoch AS (
    SELECT * FROM written ANTI JOIN twice USING (pool, ap, name, run)
    UNION ALL
    SELECT *
    FROM written
    SEMI JOIN twice USING (pool, ap, name, run)
    QUALIFY row_number() OVER (
        PARTITION BY pool, ap, name, run_instance
        ORDER BY write_utc DESC NULLS LAST, (hold_reason IS NOT NULL) DESC, record_id
    ) = 1
),
from_epoch AS (
    SELECT
        epoch.pool,
        epoch.ap,
        epoch.global_job_id,
        epoch.cluster,
        epoch.proc,
        epoch.run_instance,
        'epoch'                                         AS basis,
        -- a project that was given later, by condor_qedit, is the whole job's
        coalesce(epoch.project, job.project)            AS project,
        coalesce(epoch."user", job."user")              AS "user",
        coalesce(epoch.universe, job.universe)          AS universe,
        coalesce(epoch.routed_from, job.routed_from)    AS routed_from,
        coalesce(epoch.at_ce, false) OR coalesce(job.at_ce, false) AS at_ce,
        epoch.site,
        epoch.resource,
        epoch.slot,
        epoch.machine,
        epoch.glidein_entry,
        left(coalesce(epoch.container_image, job.image), 300) AS image,
        left(coalesce(epoch.batch_name, job.batch_name), 300) AS batch_name,
        left(coalesce(epoch.command, job.command), 300) AS command,
        coalesce(epoch.start_utc, epoch.write_utc)      AS start_utc,
        CASE
            -- a run without an end is not one of no length
            WHEN epoch.write_utc IS NULL THEN NULL
            -- an ad without a start is of a run that never had its slot
            WHEN epoch.start_utc IS NULL THEN epoch.write_utc
            ELSE greatest(epoch.write_utc, epoch.start_utc)
        END                                             AS end_utc,
        coalesce(epoch.cpus_milli, epoch.request_cpus_milli, epoch.slot_cpus_milli, job.cores_milli) AS cores_milli,
        CASE
            WHEN epoch.cpus_milli IS NOT NULL THEN 'provisioned'
            WHEN epoch.request_cpus_milli IS NOT NULL THEN 'requested'
            WHEN epoch.slot_cpus_milli IS NOT NULL THEN 'slot'
            ELSE coalesce(job.cores_basis, 'unknown')
        END                                             AS cores_basis,
        coalesce(epoch.gpus, epoch.request_gpus, 0)     AS gpus,
        coalesce(epoch.memory_mib, epoch.request_memory_mib, job.memory_mib) AS memory_mib,
        epoch.cpu_user_us,
        epoch.cpu_sys_us,
        epoch.hold_reason,
        epoch.vacate_reason,
        CASE
            WHEN epoch.write_utc IS NULL THEN 'lost'
            -- 15 and 16, held before it ever ran, stay in the ad after the release and end no run
            WHEN epoch.hold_reason IS NOT NULL AND coalesce(epoch.hold_code, 0) NOT IN (15, 16) THEN 'held'
            -- 1023 is the shadow's "job removed"; periodic_remove leaves only a reason
            WHEN epoch.remove_reason IS NOT NULL OR epoch.vacate_code = 1023 THEN 'removed'
            -- HTCondor clears the vacate reason when a run starts, so it is this run's (its time may be an earlier one's)
            WHEN epoch.vacate_code IS NOT NULL OR epoch.vacate_reason IS NOT NULL THEN
                CASE
                    -- 23.9 writes code 0 and "" for a removal: only the final ad tells it from a hold
                    WHEN job.status = 3 AND coalesce(job.last_status, 2) NOT IN (1, 5)
                        AND epoch.run_instance = job.last_run_instance THEN 'removed'
                    WHEN epoch.vacate_code < 1000 THEN 'held'
                    -- the shadow lost the execution point and gave up
                    WHEN epoch.vacate_code = 1008 THEN 'lost'
                    ELSE 'evicted'
                END
            WHEN epoch.exit_by_signal THEN 'signal'
            WHEN epoch.exit_code = coalesce(epoch.success_exit_code, 0) THEN 'succeeded'
            WHEN epoch.exit_code IS NOT NULL THEN 'failed'
            ELSE 'unknown'
        END                                             AS outcome,
        epoch.record_id
    FROM epoch
    LEFT JOIN job USING (pool, ap, global_job_id)
),
from_final AS (
    SELECT
        job.pool,
        job.ap,
        job.global_job_id,
        job.cluster,
        job.proc,
        job.last_run_instance                           AS run_instance,
        'final'                                         AS basis,
        job.project,
        job."user",
        job.universe,
        job.routed_from,
        job.at_ce,
        job.site,
        job.resource,
        job.slot,
        job.machine,
        job.glidein_entry,
        left(job.image, 300)                            AS image,
        left(job.batch_name, 300)                       AS batch_name,
        left(job.command, 300)                          AS command,
        job.start_utc,
        greatest(
            job.start_utc,
            coalesce(job.completion_utc, least(job.status_utc, job.start_utc + coalesce(job.last_wall_s, job.wall_s)))
        )                                               AS end_utc,
        job.cores_milli,
        job.cores_basis,
        job.gpus,
        job.memory_mib,
        job.cpu_user_us,
        job.cpu_sys_us,
        job.hold_reason,
        job.remove_reason                               AS vacate_reason,
        CASE
            WHEN job.status = 3 AND job.last_status = 5 THEN 'held'
            WHEN job.status = 3 AND job.last_status = 1 THEN 'evicted'
            WHEN job.status = 3 THEN 'removed'
            WHEN job.exit_by_signal THEN 'signal'
            WHEN job.exit_code = job.success_exit_code THEN 'succeeded'
            WHEN job.exit_code IS NOT NULL THEN 'failed'
            ELSE 'unknown'
        END                                             AS outcome,
        job.record_id
    FROM job
    WHERE
        job.start_utc IS NOT NULL
        AND (job.wall_s > 0 OR job.completion_utc IS NOT NULL)
        -- a shadow that was started to find its job done leaves the start of the run before it
        AND NOT EXISTS (
            FROM from_epoch AS known
            WHERE
                known.pool = job.pool
                AND known.ap = job.ap
                AND known.global_job_id = job.global_job_id
                AND (known.run_instance = job.last_run_instance OR known.start_utc = job.start_utc)
        )
),
dated AS (
    SELECT * FROM from_epoch
    UNION ALL BY NAME
    SELECT * FROM from_final
),
-- jobs that had one place after the other: a schedd that lost its queue counts from 1 again
named AS (
    SELECT pool, ap, cluster, proc, global_job_id, submit_utc FROM lake_attempt_record WHERE global_job_id IS NOT NULL
    UNION ALL
    SELECT pool, ap, cluster, proc, global_job_id, submit_utc FROM job
    UNION ALL
    SELECT pool, ap, cluster, proc, global_job_id, submit_utc FROM lake_queue_job
),
reused AS (
    SELECT pool, ap, cluster, proc
    FROM named
    GROUP BY ALL
    HAVING min(global_job_id) <> max(global_job_id)
),
spawned AS (
    SELECT *, coalesce(write_utc, shadow_start_utc) AS said_utc
    FROM lake_attempt_record
    WHERE record_type = 'SPAWN'
),
-- the others have an EPOCH ad of their run beside them, of the only job that had the place
alone AS (
    SELECT *
    FROM spawned
    WHERE NOT EXISTS (
        FROM (FROM written ANTI JOIN reused USING (pool, ap, cluster, proc)) AS known
        WHERE
            known.pool = spawned.pool
            AND known.ap = spawned.ap
            AND known.cluster = spawned.cluster
            AND known.proc = spawned.proc
            AND known.run_instance = spawned.run_instance
            AND known.global_job_id IS NOT NULL
            AND (known.submit_utc IS NULL OR known.submit_utc <= spawned.said_utc)
    )
),
-- SPAWN records name no GlobalJobId: the newest job of that cluster and proc which was there at the time
job_of_spawn AS (
    SELECT DISTINCT pool, ap, cluster, proc, global_job_id, submit_utc
    FROM named
    SEMI JOIN alone USING (pool, ap, cluster, proc)
),
-- of a job that runs for the first time nothing but the queue says whose it is
queued AS (
    SELECT
        pool,
        ap,
        global_job_id,
        arg_max(project, seen_utc)                      AS project,
        arg_max("user", seen_utc)                       AS "user",
        arg_max(universe, seen_utc)                     AS universe,
        arg_max(routed_from, seen_utc)                  AS routed_from
    FROM lake_queue_job
    GROUP BY ALL
),
spawn AS (
    SELECT
        alone.pool,
        alone.ap,
        named.global_job_id,
        alone.cluster,
        alone.proc,
        alone.run_instance,
        alone.at_ce,
        coalesce(alone.shadow_start_utc, alone.write_utc) AS start_utc,
        alone.record_id
    FROM alone
    LEFT JOIN job_of_spawn AS named
        ON named.pool = alone.pool
        AND named.ap = alone.ap
        AND named.cluster = alone.cluster
        AND named.proc = alone.proc
        AND (named.submit_utc IS NULL OR named.submit_utc <= alone.said_utc)
    QUALIFY row_number() OVER (
        PARTITION BY alone.pool, alone.ap, alone.cluster, alone.proc, alone.run_instance,
            coalesce(alone.shadow_start_utc, alone.write_utc)
        ORDER BY named.submit_utc DESC NULLS LAST, named.global_job_id, alone.record_id
    ) = 1
),
from_spawn AS (
    SELECT
        spawn.pool,
        spawn.ap,
        spawn.global_job_id,
        spawn.cluster,
        spawn.proc,
        spawn.run_instance,
        'spawn'                                         AS basis,
        coalesce(job.project, other.project, queued.project) AS project,
        coalesce(job."user", other."user", queued."user")  AS "user",
        coalesce(job.universe, other.universe, queued.universe) AS universe,
        coalesce(job.routed_from, other.routed_from, queued.routed_from) AS routed_from,
        coalesce(spawn.at_ce, false) OR coalesce(job.at_ce, other.at_ce, false) AS at_ce,
        spawn.start_utc,
        CASE
            WHEN
                job.global_job_id IS NOT NULL
                OR spawn.run_instance < other.last_run
                OR spawn.run_instance < max(spawn.run_instance) OVER of_job
                THEN 'lost'
            ELSE 'running'
        END                                             AS outcome,
        spawn.record_id
    FROM spawn
    LEFT JOIN job USING (pool, ap, global_job_id)
    LEFT JOIN (
        SELECT
            pool,
            ap,
            global_job_id,
            arg_max(project, run_instance)              AS project,
            arg_max("user", run_instance)               AS "user",
            arg_max(universe, run_instance)             AS universe,
            arg_max(routed_from, run_instance)          AS routed_from,
            bool_or(at_ce)                              AS at_ce,
            max(run_instance)                           AS last_run
        FROM dated
        SEMI JOIN spawn USING (pool, ap, global_job_id)
        GROUP BY ALL
    ) AS other USING (pool, ap, global_job_id)
    LEFT JOIN queued USING (pool, ap, global_job_id)
    WHERE NOT EXISTS (
        FROM dated AS known
        WHERE
            known.pool = spawn.pool
            AND known.ap = spawn.ap
            AND known.global_job_id = spawn.global_job_id
            AND (
                known.run_instance = spawn.run_instance
                -- the schedd restarted, and the shadow of a later run took the same execution over
                OR (known.run_instance > spawn.run_instance AND known.start_utc <= spawn.start_utc)
            )
    )
    WINDOW of_job AS (PARTITION BY spawn.pool, spawn.ap, spawn.global_job_id, spawn.cluster, spawn.proc)
    QUALIFY row_number() OVER (
        PARTITION BY spawn.pool, spawn.ap, spawn.global_job_id, spawn.cluster, spawn.proc, spawn.run_instance
        ORDER BY spawn.start_utc
    ) = 1
)
SELECT
    pool,
    ap,
    global_job_id,
    md5_number(concat_ws(chr(31), pool, ap, coalesce(global_job_id, concat(cluster, '.', proc)))) AS job_id,
    md5_number(
        concat_ws(chr(31), pool, ap, coalesce(global_job_id, concat(cluster, '.', proc)), run_instance)
    )                                                   AS attempt_id,
    cluster,
    proc,
    run_instance,
    basis,
    project,
    "user",
    universe,
    venue_of(universe, routed_job.copy_job_id IS NOT NULL, at_ce, routed_from) AS venue,
    site,
    resource,
    slot,
    machine,
    glidein_entry,
    image,
    batch_name,
    command,
    start_utc,
    end_utc,
    end_utc - start_utc                                 AS wall_s,
    cores_milli,
    coalesce(cores_basis, 'unknown')                    AS cores_basis,
    gpus,
    memory_mib,
    -- null where the run reported neither: not measured is never idle
    CASE
        WHEN cpu_user_us IS NULL AND cpu_sys_us IS NULL THEN NULL
        ELSE coalesce(cpu_user_us, 0) + coalesce(cpu_sys_us, 0)
    END                                                 AS cpu_used_us,
    outcome,
    hold_reason,
    vacate_reason,
    record_id
FROM (
    SELECT * FROM dated
    UNION ALL BY NAME
    SELECT * FROM from_spawn
)
LEFT JOIN routed_job USING (pool, ap, global_job_id)
ORDER BY coalesce(end_utc, start_utc)
