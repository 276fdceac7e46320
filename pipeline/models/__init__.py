"""The models, in the order in which they are built: one SQL file per table, its grain and rule in the head comment."""

MODELS: tuple[str, ...] = (
    "routed_job",
    "seen_job",
    "job",
    "repeated_ad",
    "attempt",
    "failure",
    "residual",
    "attempt_gpu",
    "phase",
    "imported",
    "charge",
    "charge_ended",
    "itinerary",
    "usage_day",
    "count_day",
    "usage_user_day",
    "usage_project_day",
    "usage_site_day",
    "institution",
    "field_of_science",
    "project_day",
    "site_day",
    "user_day",
    "downtime",
    "commitment",
    "project_prefix",
    "gpu_day",
    "waste",
    "listed_job",
    "waste_day",
    "waste_user_day",
    "waste_project_day",
    "waste_site_day",
    "itinerary_project_day",
    "itinerary_site_day",
    "itinerary_user_day",
    "efficiency",
    "file_moved",
    "transfer_day",
    "served_by",
    "missing_job",
    "coverage_day",
    "reject_rule",
    "reject_example",
    "source_state",
    "slot_now",
    "host_version",
    "schedd_now",
    "negotiation",
    "capacity",
    "capacity_gpu",
    "capacity_day",
    "ce_site",
    "pilot_day",
    "provisional",
    "queue_now",
    "idle_group",
    "slot_offer",
    "account_now",
)

PLACE = "pool, ap, cluster, proc"
BY_JOB: dict[str, str] = {
    "seen_job": PLACE,
    "job": "job_id",
    "repeated_ad": "job_id",
    "attempt": "job_id",
    "failure": "attempt_id",
    "residual": "job_id",
    "phase": "attempt_id",
    "imported": "job_id",
    "charge": "job_id",
    "charge_ended": "job_id",
    "itinerary": "job_id",
    "waste": "job_id",
    "listed_job": PLACE,
    "efficiency": "attempt_id",
}
"""Models whose rows are made of one job's records, with the calendar and the job's row of `routed_job`, and the columns
that name the job or its attempt: after a batch they are made anew for the jobs that it can have changed."""

SLICE = ("pool", "day", "ap", "project", "site", "resource", "user", "outcome", "venue")
BY_SLICE: frozenset[str] = frozenset({"usage_day", "count_day", "waste_day"})
"""Models that add up models of jobs by the columns of SLICE, which those have: made anew for the slices that changed.
"""

BY_DAY: frozenset[str] = frozenset(
    {
        "usage_project_day",
        "usage_site_day",
        "usage_user_day",
        "waste_project_day",
        "waste_site_day",
        "waste_user_day",
        "itinerary_project_day",
        "itinerary_site_day",
        "itinerary_user_day",
    }
)
"""Models whose rows are made of one pool's and day's rows of models of jobs and slices, or of other models of days:
made anew for the days that changed. All other models are made anew whole."""
