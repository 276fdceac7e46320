"""Causes of residuals with their names for people: see the model `residual`, which decides them."""

RESIDUAL_CAUSES: dict[str, str] = {
    "run_lost": "A run's record was lost (shadow or schedd died)",
    "run_unrecorded": "Runs of which no record was read",
    "slot_kept": "A slot was kept after the run's record was written",
    "rounding": "Whole seconds, run by run",
    "schedd_restart": "The schedd restarted and forgot time",
    "forced_removal": "Removed by force: the final ad says no time",
    "shorter_ad": "The final ad says less, for no known reason",
}
