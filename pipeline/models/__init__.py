"""The models, in the order in which they are built: one SQL file per table, its grain and rule in the head comment."""

MODELS: tuple[str, ...] = (
    "routed_job",
    "job",
    "attempt",
    "residual",
    "charge",
    "charge_ended",
    "usage_day",
    "missing_job",
    "coverage_day",
    "reject_rule",
    "reject_example",
    "source_state",
    "slot_now",
    "capacity",
    "capacity_gpu",
    "ce_site",
    "provisional",
    "queue_now",
)
