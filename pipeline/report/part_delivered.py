"""Parts of a report about what was delivered: in short, to whom, how many, month by month, beside the year before."""

from pipeline.report.content import Block, Paragraph, Table, Tile, Tiles
from pipeline.report.facts import Facts
from pipeline.report.ground import Ground
from pipeline.report.hours_blocks import group_blocks, month_chart, month_table
from pipeline.report.period import words
from pipeline.report.template import Template
from pipeline.report.wording import change, count, name_of, number, percent, ratio

_KINDS = {"person": "People", "user": "Accounts", "project": "Projects", "institution": "Institutions"}
_COMPARED = {"cpu_h": "Core hours", "gpu_h": "GPU hours", "jobs": "Jobs", **_KINDS}


def summary(facts: Facts, template: Template) -> tuple[Block, ...]:
    """The numbers that a manager asks for, and three sentences."""
    totals, who = facts.totals, facts.who
    good = ratio(totals["goodput_succeeded_h"], totals["cpu_h"])
    tiles = (
        Tile("Core hours", number(totals["cpu_h"]), _than_before(facts, "cpu_h")),
        Tile("GPU hours", number(totals["gpu_h"]), _than_before(facts, "gpu_h")),
        Tile("Jobs", number(totals["jobs"]), _than_before(facts, "jobs")),
        Tile("People", number(who["person"]), count(who["user"], "account", "accounts")),
        Tile("Projects", number(who["project"])),
        Tile("Institutions", number(who["institution"])),
    )
    when = f"On {words(facts.days)}" if facts.days[0] == facts.days[1] else f"From {words(facts.days)}"
    where = f" of {count(who['institution'], 'institution', 'institutions')}" if who["institution"] else ""
    sentence = (
        f"{when} the pool {name_of(facts.pool.name)} gave {number(totals['cpu_h'])} core hours and "
        f"{number(totals['gpu_h'])} GPU hours to {count(who['project'], 'project', 'projects')}{where}."
    )
    ended_well = f"{percent(good)} of the core hours were in runs that ended with success."
    return Tiles(tiles), Paragraph(f"{sentence} {ended_well}{_largest(facts)}"), Paragraph(known(facts))


def delivered(facts: Facts, template: Template) -> tuple[Block, ...]:
    """A table for each group, the first lines and the rest as one."""
    if not facts.totals["jobs"]:
        return (Paragraph("No run was charged on these days."),)
    return tuple(block for name in template.groups for block in group_blocks(facts, name, template.top))


def people(facts: Facts, template: Template) -> tuple[Block, ...]:
    """How many were active, and how many of them were never seen before."""
    new = facts.sheet.new
    rows = []
    for name, label in _KINDS.items():
        found = new[name].new if name in new else None
        rows.append((label, number(facts.who[name]), "—" if found is None else number(len(found))))
    heads = ("Who", "Active", "Never seen before")
    since = facts.sheet.year.since.isoformat()
    text = (
        "Active is who had at least one charged second. A person is who is registered behind an account, else the "
        f"account itself. Never seen before looks back to {since}, where the ledger begins; a dash is not known."
    )
    return Table("Who was active", heads, tuple(rows), (False, True, True)), Paragraph(text)


def trend(facts: Facts, template: Template) -> tuple[Block, ...]:
    """The last thirteen months up to the last day."""
    text = "Days in brackets: only these of the month are known. Jobs of two months count in both."
    columns = ("cpu_h", "gpu_h", "jobs", "project", "user")
    return month_chart(facts.by_month), month_table(facts.by_month, columns), Paragraph(text)


def comparison(facts: Facts, template: Template) -> tuple[Block, ...]:
    """The same days of the year before, as far as the ledger knows them."""
    found = facts.compared
    if found is None:
        since = facts.sheet.year.since.isoformat()
        return (Paragraph(f"The ledger begins on {since}: the year before is not known, which is not zero."),)
    rows = tuple(
        (label, number(found.now[name]), number(found.then[name]), change(found.now[name], found.then[name]))
        for name, label in _COMPARED.items()
    )
    some = "" if found.days == facts.days else " The ledger knows the year before on these days only."
    heads = ("What", words(found.days), words(found.before), "Change")
    return (
        Table("The same days of both years", heads, rows, (False, True, True, True)),
        Paragraph(f"Compared are days that both years have.{some}"),
    )


def _than_before(facts: Facts, name: str) -> str:
    found = facts.compared
    if found is None or found.days != facts.days:
        return ""
    told = change(found.now[name], found.then[name])
    return "" if told == "—" else f"{told} than the year before"


def _largest(facts: Facts) -> str:
    for name in ("field_of_science", "project"):
        rows = facts.groups[name].to_pylist() if name in facts.groups else []
        named = [row for row in rows if row[name] != "unmapped"]
        if named:
            first, share = named[0], ratio(named[0]["cpu_h"], facts.totals["cpu_h"])
            return f" Most went to {name_of(first[name])}: {percent(share)}."
    return ""


def known(facts: Ground) -> str:
    """How far the days of the period are known."""
    period = facts.period
    if facts.days == (period.first, period.last):
        return facts.state.sentence
    days = (
        f"Of {words((period.first, period.last))} the ledger knows {words(facts.days)}: other days are not zero, but "
    )
    return f"{days}not known. {facts.state.sentence}"
