"""Final ads of jobs by hand, and a history file of them."""

import re

from collectors.classads.writer import HistoryChain
from tests.collectors.records import START, job_ad
from tests.pipeline.recover.ads import lines

AP = "ap1.example.org"


def whole(cluster: int, proc: int, *more: str, **values: str | None) -> str:
    """The final ad of a job of ann's, with all that it was submitted with."""
    return job_ad(cluster, proc, AP, *lines(**values).splitlines(), 'User = "ann@x"', *more)


def history(*ads: str) -> bytes:
    """A history file of those ads."""
    chain = HistoryChain()
    made = []
    for ad in ads:
        cluster, proc = (int(re.findall(rf"{name} = (\d+)", ad)[-1]) for name in ("ClusterId", "ProcId"))
        made.append(chain.record(ad, cluster, proc, "ann", START + 110, START + 110))
    return b"".join(made)
