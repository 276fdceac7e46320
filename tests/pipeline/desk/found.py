"""Findings for tests of what is said of them."""

from pipeline.triage.finding import Finding

DAY = 86_400
NOW = 1_795_305_600  # Sunday 2026-11-22 00:00 UTC
FULL = Finding(
    kind="class",
    failure="disk_exceeded",
    signature="",
    dimension="site",
    value="Alpha",
    values=("Alpha",),
    within="",
    failed=90,
    tried=100,
    failed_elsewhere=5,
    tried_elsewhere=1000,
    failed_before=4,
    tried_before=700,
    effect=180.0,
    effect_low=75.0,
    effect_high=430.0,
    p=1e-90,
    hours=12.5,
    jobs=80,
    since_utc=NOW - DAY + 3600,
    new=False,
    alarm=True,
    blame="site",
    action="Make room.",
    sentence="95 % of “Disk exceeded” (90 of 95) are at site Alpha.",
)
