"""Whose record it is: access point, job and run, from the ad, its banner, its file and the operator.

The schedd writes GlobalJobId as AP#CLUSTER.PROC#QDATE; no job user can set it.
"""

from collectors.classads.banner import Banner
from collectors.classads.literals import decoded
from collectors.draft import Draft

_IDS = ("cluster", "proc", "run_instance")


def ap_of(global_job_id: str | None) -> str | None:
    """The access point that a job id names."""
    ap, mark, _ = (global_job_id or "").partition("#")
    return ap if mark and ap else None


def made_up_job_id(row: Draft) -> str | None:
    """The job id that a schedd would have given, for ads that have none; None without a submission date."""
    submitted = row.whole("submit_utc")
    return None if submitted is None else f"{row['ap']}#{row['cluster']}.{row['proc']}#{submitted}"


def disagreement(row: Draft, banner: Banner) -> str | None:
    """What banner and ad say differently about whose record it is, as a sentence; None if they agree."""
    for name in _IDS:
        said, own = getattr(banner, name), row.get(name)
        if said is not None and own is not None and said != own:
            return f"its banner says {name} {said}, the ad says {own}: the banner belongs to another ad, or is a fake"
    return None


def fill_from_banner(row: Draft, banner: Banner) -> None:
    """Set what the ad does not say and its banner does. Older HTCondor wrote some of it in the banner alone."""
    owner = None if banner.owner is None else decoded(banner.owner)
    facts = {
        "cluster": banner.cluster,
        "proc": banner.proc,
        "run_instance": banner.run_instance,
        "owner": None if owner == "?" else owner,
        "write_utc": banner.current_utc if banner.run_instance is not None else None,
    }
    for name, value in facts.items():
        if name in row and row[name] is None:
            row[name] = value


def fill_run(row: Draft) -> None:
    """Set the run's number and the time of its record where only older attributes tell them."""
    starts = row.whole("shadow_starts")
    if row["run_instance"] is None and starts:
        row["run_instance"] = starts - 1
    if row["write_utc"] is None and row.get("record_type") == "STARTD":
        row["write_utc"] = row.get("completion_utc")
