-- As ended, each job that left the queue is booked once, with the wall time of its final ad.
SELECT
    job.job_id,
    job.global_job_id,
    job.wall_s,
    count(charge_ended.job_id)                          AS bookings,
    sum(charge_ended.wall_s)                            AS booked_s
FROM job
LEFT JOIN charge_ended ON charge_ended.job_id = job.job_id AND charge_ended.kind = 'job'
GROUP BY ALL
HAVING bookings <> 1 OR booked_s IS DISTINCT FROM job.wall_s
