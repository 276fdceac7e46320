"""The ledger a second time: slow, obvious, and from nothing but the rules.

In: text files of HTCondor (history, epoch history, per-job history). Out: `Books` with jobs, attempts, residuals and
usage by any dimension. It shares no line with the product and uses the standard library only, so that two
independent readings of the same files must agree to the second. Read it in this order: `ads`, `records`, `jobs`,
`phases`, `lines`, `buckets`, `books`; beside them `spread` (quantiles) and `gpus` (GPU hours by model). All sums are
whole numbers; division comes last; None is unknown.
"""

from tests.oracle.ads import Ad, Size
from tests.oracle.books import Books, load
from tests.oracle.gpus import Slot, gpu_usage, slots
from tests.oracle.jobs import Attempt, Job
from tests.oracle.lines import Line, share
from tests.oracle.spread import spread

__all__ = ["Ad", "Attempt", "Books", "Job", "Line", "Size", "Slot", "gpu_usage", "load", "share", "slots", "spread"]
