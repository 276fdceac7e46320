"""The models, in the order in which they are built: one SQL file per table, its grain and rule in the head comment."""

MODELS: tuple[str, ...] = (
    "job",
    "attempt",
    "residual",
    "charge",
    "charge_ended",
    "usage_day",
    "source_state",
)
