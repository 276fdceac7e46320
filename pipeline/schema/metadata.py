"""What people state about names: whose project it is, where a site stands, who was promised what, and since when.

One table, so that an import is one commit: all of it is in force, or nothing.
"""

from pipeline.schema.column import Column, Table, count, flag, instant, text

DAY = "days since 1970-01-01"

CONTENT: tuple[Column, ...] = (
    text("kind", doc="project, alias, resource, site, facility, institution, field, user, downtime, pledge, ..."),
    text("name", doc="What the statement is about, as it is registered: a project, a resource, an institution's id."),
    text("pool", doc="Pool in which it holds; empty: in all of them."),
    text("of_kind", doc="Of an alias or a pledge: the kind of thing that it is about."),
    text("target", doc="Of an alias the registered name, of a downtime the resource, of an award the project."),
    text("title", doc="Name for people, or a description."),
    text("pi", doc="Principal investigator of a project."),
    text("person", doc="Person behind an account."),
    text("institution_id", doc="Id of the institution, as it is written in the source."),
    text("field_id", doc="Field of science: id of the CIP classification, mended where its source damaged it."),
    text("field_name", doc="Field of science in the words of the source."),
    text("sponsor", doc="Sponsor of a project as its source states it; often missing, or out of date."),
    text("resource_group", doc="Group that a resource belongs to, or in which an allocation can be spent."),
    text("site", doc="Site that a resource belongs to."),
    text("facility", doc="Facility that a site belongs to."),
    text("host", doc="Host name of a resource."),
    flag("is_service", doc="True for an account that is no person."),
    flag("is_planned", doc="Of a downtime: it was announced."),
    text("severity", doc="Of a downtime: what is out of order, in the words of the source."),
    text("rule", doc="Of an odd entry: what is odd, in one word."),
    instant("from_utc", doc="Begin of a downtime."),
    instant("to_utc", doc="End of a downtime."),
    count(
        "core_s",
        doc="Core time that an allocation grants or a pledge promises for its days; with a share, what that is of.",
        unit="core s",
    ),
    count("share_ppm", doc="Share of `core_s` that is pledged.", unit="millionths"),
    count("valid_from", doc="First day on which it holds; empty: on all days before its end.", unit=DAY),
    count("valid_to", doc="Last day on which it holds; empty: from its begin on.", unit=DAY),
)

METADATA = Table(
    name="metadata",
    grain="one row per statement about a name and span of days on which it holds",
    doc="Projects, sites, institutions, people, downtimes and pledges as of a date, and what was odd in their source.",
    columns=(
        *CONTENT,
        text("source", doc="Name of the import that it came with: the next one of that name replaces it."),
        text("basis", doc="topology, or file: a file of one's own, which counts more."),
        count("as_of", doc="Day from which on that import's state is known.", unit=DAY),
        text("imported_by", doc="Account that ran the import."),
        instant("imported_utc", doc="When it was imported."),
        count("record_id", doc="64-bit hash over all of the above but who imported it, and when."),
    ),
    key=("source", "kind", "of_kind", "name", "valid_from"),
    time="imported_utc",
)
