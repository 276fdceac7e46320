-- No charge is negative, and none lies outside the calendar.
SELECT job_id, day, wall_s, mcore_s, cpu_used_us
FROM charge
WHERE wall_s < 0 OR mcore_s < 0 OR gpu_s < 0 OR memory_mib_s < 0 OR cpu_used_us < 0 OR day IS NULL
