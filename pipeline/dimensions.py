"""By what usage can be grouped and filtered. One list, read by command line, dashboard and documentation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dimension:
    """A name in questions, a label for people, and the SQL expression over a fact table that it stands for."""

    name: str
    label: str
    doc: str
    sql: str


def _column(name: str, label: str, doc: str) -> Dimension:
    return Dimension(name, label, doc, f'"{name}"')


DIMENSIONS: tuple[Dimension, ...] = (
    _column("pool", "Pool", "HTCondor pool. A simulated pool is a pool of its own and never added to a real one."),
    _column("ap", "Access point", "Schedd that the job was submitted to, as GlobalJobId names it."),
    Dimension("day", "Day", "Day in the reporting time zone.", "strftime(day, '%Y-%m-%d')"),
    Dimension("month", "Month", "Calendar month in the reporting time zone.", "strftime(day, '%Y-%m')"),
    _column("project", "Project", "ProjectName of the attempt; `unmapped` where the job names none."),
    _column("site", "Site", "Site that ran the attempt; `unattributed` where no record says."),
    _column("resource", "Resource", "Resource within the site (a CE or cluster); `unattributed` where not known."),
    _column("user", "User", "Account with its domain; `unknown` where no record says."),
    _column(
        "outcome", "Outcome", "How the attempt ended: succeeded, failed, signal, held, evicted, removed, lost, ..."
    ),
    _column(
        "venue",
        "Venue",
        "`pool`: ran in the pool; `access_point`: local and scheduler universe; `pilot`: at a CE, or routed by one; "
        "`routed`: the job that a CE made such a pilot of, where the pilot itself is counted: the same hours.",
    ),
)
