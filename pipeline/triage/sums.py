"""What a cause at some places comes to, as numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Amounts:
    """As in `Finding`; and the signature of most failures there, with how many have it."""

    failed: int
    tried: int
    failed_elsewhere: int
    tried_elsewhere: int
    failed_before: int
    tried_before: int
    jobs: int
    hours: float
    signature: str
    signature_failed: int
