"""Documents of CMS' spider of schedds (cms-htcondor-es) -> the job's ad as its schedd had it.

The spider adds what it derives (hours, site, tier, outcome in its own words), which nothing here reads, and changes
some of what it takes over: that is undone. What MONIT passed on is wrapped, and has its dates in milliseconds. Facts
from its source; it puts 1 where a job does not say how many cores it asked for, and that cannot be told from a true 1.
"""

from typing import Any

from pipeline.schema import JOB

MARK = "CoreHr"
"""What every document of the spider has, and no ad."""
WRAPPED = "data."
"""Where a wrapped document has its fields."""
_OWN_EXIT, _COMMON = "CondorExitCode", "JobFailed"
"""The ad's exit code, where the spider has put one of its own in its place, which it does with every job it judges."""
_ASKED = "RequestMemory_Eval"
_STRIPPED = "MATCH_EXP_JOB_"
"""Begin of names that the spider leaves away."""
_MILLISECONDS = 10**11
"""No number of seconds is larger: that is in the year 5138."""

_ID, _EXIT, _MEMORY = (JOB.column(name).attributes[0] for name in ("global_job_id", "exit_code", "request_memory_mib"))
_SHORT = {
    name.removeprefix(_STRIPPED): name
    for column in JOB.from_ads
    for name in column.attributes
    if name.startswith(_STRIPPED)
}
_INSTANTS = tuple(name for column in JOB.from_ads if column.type == "instant" for name in column.attributes)


def as_ad(body: dict[str, Any]) -> dict[str, Any]:
    """The ad in a document, whoever wrote it: of another than the spider it is the document as it is."""
    inner = body.get(WRAPPED.removesuffix("."))
    document = inner if isinstance(inner, dict) and _ID in inner else body
    return _undone(document) if MARK in document else document


def _undone(document: dict[str, Any]) -> dict[str, Any]:
    ad = dict(document)
    if _COMMON in ad:
        ad.pop(_EXIT, None)
    for name, other in ((_EXIT, _OWN_EXIT), (_MEMORY, _ASKED), *((whole, short) for short, whole in _SHORT.items())):
        if ad.get(name) is None and other in ad:
            ad[name] = ad[other]
    for name in _INSTANTS:
        value = ad.get(name)
        if isinstance(value, int | float) and value > _MILLISECONDS:
            ad[name] = int(value) // 1000
    return ad
