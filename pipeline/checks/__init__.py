"""Rules that must hold before a cube is published: each SQL file returns the rows that break it. Empty = holds.

Where a cube is renewed, not made anew, a rule about single jobs is checked on those that changed, one about slices or
days on those that changed: of all others it was checked when they did. Rules that are not named are checked whole.
"""

OF_JOBS: frozenset[str] = frozenset(
    {
        "attempt_is_unique",
        "buckets_add_up_to_charges",
        "charges_add_up_to_attempts",
        "each_charge_is_in_the_buckets_once",
        "each_failed_attempt_has_one_failure",
        "ended_jobs_are_booked_once",
        "failures_are_of_failed_attempts",
        "job_is_unique",
        "job_reconciles",
        "nothing_is_negative",
        "residuals_add_up",
        "simulated_pools_are_apart",
        "what_is_told_twice_is_counted_once",
    }
)
OF_SLICES: frozenset[str] = frozenset({"buckets_add_up_to_usage", "days_add_up", "each_job_is_counted_once_a_day"})
OF_DAYS: frozenset[str] = frozenset(
    {
        "itineraries_add_up",
        "rollups_add_up_to_usage",
        "rollups_add_up_to_waste",
    }
)
