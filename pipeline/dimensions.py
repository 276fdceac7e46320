"""By what usage can be grouped and filtered. One list, read by command line, dashboard and documentation."""

from dataclasses import dataclass

from pipeline.buckets import BUCKETS


@dataclass(frozen=True)
class Dimension:
    """A name in questions, a label for people, and the SQL expression over a fact table that it stands for.

    The question calls that table `fact`. What a name is registered as on a day is looked up in a mapping table.
    `columns` are those of the fact that the expression needs. `narrow` is a condition that holds for every row whose
    value is in a list, and that can be told without looking each row's name up; None where that is not needed.
    """

    name: str
    label: str
    doc: str
    sql: str
    columns: tuple[str, ...]
    narrow: str | None = None


def _column(name: str, label: str, doc: str) -> Dimension:
    return Dimension(name, label, doc, f'"{name}"', (name,))


MAPPINGS: dict[str, tuple[str, ...]] = {
    "project_day": ("project",),
    "site_day": ("site", "resource"),
    "user_day": ("user",),
}
"""Models that say what a fact's names stand for on its day, and those names."""


def in_schema(sql: str, schema: str) -> str:
    """SQL made of dimensions, with the mapping tables of that schema."""
    for table in MAPPINGS:
        sql = sql.replace(f"FROM {table} ", f"FROM {schema}.{table} ")
    return sql


def _registered(table: str, column: str, otherwise: str) -> str:
    """What a mapping table says of the row's day and names."""
    same = " AND ".join(f'{table}."{name}" = fact."{name}"' for name in ("pool", "day", *MAPPINGS[table]))
    return f"coalesce((SELECT {column} FROM {table} WHERE {same}), {otherwise})"


def _mapped(table: str, name: str, label: str, doc: str, column: str, otherwise: str = "'unmapped'") -> Dimension:
    """What a mapping table says in that column. Every name of a fact is in the mapping: a check holds that."""
    raw = f'"{MAPPINGS[table][0]}"'
    narrow = f"{raw} IN (SELECT {raw} FROM {table} WHERE list_contains(?, {column}))"
    return Dimension(name, label, doc, _registered(table, column, otherwise), MAPPINGS[table], narrow)


def _of_project(name: str, label: str, doc: str, column: str) -> Dimension:
    return _mapped("project_day", name, label, doc, column)


def _of_site(name: str, label: str, doc: str, column: str) -> Dimension:
    return _mapped("site_day", name, label, doc, column)


def _of_user(name: str, label: str, doc: str, column: str) -> Dimension:
    return _mapped("user_day", name, label, doc, column)


DIMENSIONS: tuple[Dimension, ...] = (
    _column("pool", "Pool", "HTCondor pool. A simulated pool is a pool of its own and never added to a real one."),
    _column("ap", "Access point", "Schedd that the job was submitted to, as GlobalJobId names it."),
    Dimension("day", "Day", "Day in the time zone that is asked in.", "strftime(day, '%Y-%m-%d')", ("day",)),
    Dimension("month", "Month", "Month in the time zone that is asked in.", "strftime(day, '%Y-%m')", ("day",)),
    _mapped(
        "project_day",
        "project",
        "Project",
        "Project as registered on that day: ProjectName of the attempt, after aliases and renames; `unmapped` where "
        "the job names none.",
        "registered",
        "project",
    ),
    _mapped(
        "site_day",
        "site",
        "Site",
        "Site that ran the attempt, as registered on that day (of the glidein's own names, after aliases); "
        "`unattributed` where no record says.",
        "registered",
        "site",
    ),
    _mapped(
        "site_day",
        "resource",
        "Resource",
        "Resource within the site (a CE or cluster), after aliases; `unattributed` where not known.",
        "registered_resource",
        "resource",
    ),
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
    _column(
        "bucket",
        "Bucket",
        "What became of the time, in this order: "
        + "; ".join(f"`{bucket.name}`: {bucket.doc}" for bucket in BUCKETS)
        + ".",
    ),
    _column(
        "gpu_model",
        "GPU model",
        "Model of the attempt's GPUs, by its slot's ads; `unknown` where none was seen. Attempts without GPUs are left "
        "out.",
    ),
    _of_project("pi", "PI", "Principal investigator of the project on that day.", "pi"),
    _of_project(
        "institution",
        "Institution",
        "Consuming institution: that of the project on that day, by its id; `unmapped` where nobody registered one.",
        "consumer",
    ),
    _of_project("institution_id", "Institution id", "Id of the consuming institution.", "consumer_id"),
    _of_project(
        "field_of_science", "Field of science", "Field of the project on that day, by its CIP id.", "field_title"
    ),
    _of_project(
        "field_area", "Field area", "Broad field of science: the family of the project's CIP id.", "field_area"
    ),
    _of_project(
        "nsf_field", "NSF field", "Broad field of science of the NSF, by the words for the project's field.", "nsf_area"
    ),
    _of_project(
        "sponsor",
        "Sponsor",
        "Sponsor of the project as its source states it; `unmapped` unless it was imported with --sponsors.",
        "sponsor",
    ),
    _of_site("facility", "Facility", "Facility of the site on that day.", "place"),
    _of_site(
        "contributing_institution",
        "Contributing institution",
        "Institution of the site's facility on that day, by its id.",
        "contributor",
    ),
    _of_user("person", "Person", "Person behind the account on that day; the account where none is known.", "identity"),
    _of_user(
        "account", "Account", "`person`, `service` (an account that is no person), or `unmapped`.", "account_kind"
    ),
    _of_user("user_institution", "User's institution", "Institution of the person behind the account.", "home"),
    Dimension(
        "raw_project",
        "Project as named",
        "ProjectName as the job has it, before aliases and renames.",
        "project",
        ("project",),
    ),
    Dimension("raw_site", "Site as named", "Site as the glidein names itself, before aliases.", "site", ("site",)),
)
