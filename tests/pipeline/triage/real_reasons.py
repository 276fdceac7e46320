"""What the records of a real pool say of holds and evictions."""

import re
from pathlib import Path

SAMPLES = Path(__file__).parents[3] / "data-samples"


def reasons(*kinds: str) -> set[str]:
    """Every HoldReason, VacateReason, RemoveReason (`kinds`: Hold, ...) of the samples' histories."""
    said = re.compile(rf'(?:{"|".join(kinds)})Reason = "([^"]+)"')
    return {found for path in SAMPLES.rglob("*history*") for found in said.findall(path.read_text("utf-8", "replace"))}
