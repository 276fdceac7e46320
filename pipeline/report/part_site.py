"""Parts of a report of a site: in short, to whom it delivered, what failed, what it offered, downtimes. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipeline.course import Course
from pipeline.report.content import Block, Paragraph, Table, Tile, Tiles
from pipeline.report.cures import OF_SITE
from pipeline.report.hours_blocks import bucket_chart, group_blocks
from pipeline.report.part_brief import LEAST_SHARE, compared, hour_tiles, than, wasted
from pipeline.report.period import words
from pipeline.report.site_facts import GROUPS, Row, SiteFacts
from pipeline.report.template import Template
from pipeline.report.wording import count, name_of, number, of_bucket, percent, ratio, shown
from pipeline.site_sheet import OFFERED
from pipeline.site_trouble import FEWEST_ELSEWHERE, FEWEST_RUNS, Cause, Host

MOST_CAUSES = MOST_HOSTS = 8
MOST_DOWNTIMES = 15
_ENDED = {"failed": "failed", "signal": "died of a signal", "held": "was held", "lost": "contact was lost"}


def summary(facts: SiteFacts, template: Template) -> tuple[Block, ...]:
    """The numbers that a site's owner asks for, beside the period before."""
    projects = Tile("Projects", number(facts.who["project"]), than(facts.who["project"], facts.before, "project"))
    tiles = Tiles((*hour_tiles(facts, facts.before), projects))
    if not facts.totals["jobs"]:
        return tiles, Paragraph("No run at this site was charged on these days.")
    when = f"On {words(facts.days)}" if facts.days[0] == facts.days[1] else f"From {words(facts.days)}"
    institutions = facts.who["institution"]
    of = f" of {count(institutions, 'institution', 'institutions')}" if institutions else ""
    since = (facts.pool.first_day or facts.days[0]).isoformat()
    text = (
        f"{when} the site gave {number(facts.totals['cpu_h'])} core hours to "
        f"{count(facts.who['project'], 'project', 'projects')}{of}. {compared(facts.before, since)}"
    )
    return tiles, Paragraph(text)


def delivered(facts: SiteFacts, template: Template) -> tuple[Block, ...]:
    """By project, institution and field of science."""
    if not facts.totals["jobs"]:
        return (Paragraph("No run was charged on these days."),)
    return tuple(block for name in GROUPS for block in group_blocks(facts, name, template.site.top))


def failures(facts: SiteFacts, template: Template) -> tuple[Block, ...]:
    """Causes that are more frequent here than elsewhere, hosts worth a look, and what became of pilots."""
    return *_causes(facts), *_hosts(facts), *_pilots(facts)


def capacity(facts: SiteFacts, template: Template) -> tuple[Block, ...]:
    """What its slots offered, by month, as far as they were looked at."""
    if not facts.sheet.capacity:
        return (Paragraph("No slot of the site was seen on these days: what it offered is not known."),)
    lines = [(month, *(number(sums[name]) for name in OFFERED)) for month, sums in _by_month(facts).items()]
    seen, days = len(facts.sheet.capacity), (facts.days[1] - facts.days[0]).days + 1
    shared = ", ".join(shown(name) for name in facts.sheet.shared)
    notes = [f"Slots were seen on {seen:,} of {count(days, 'day', 'days')}; all other days are not known, not zero."]
    notes += [f"The name {shared} is another site's, too: its slots are counted here whole."] if shared else []
    if facts.sheet.pilot_h is not None:
        share = percent(ratio(facts.totals["cpu_h"], facts.sheet.pilot_h))
        notes.append(f"Pilots held {number(facts.sheet.pilot_h)} core hours; {share} of it ran payload.")
    heads = ("Month", "Core h offered", "Claimed", "Used", "Backfill", "GPU h offered", "GPU h claimed")
    return Table("Capacity", heads, tuple(lines), (False, *(True,) * 6)), Paragraph(" ".join(notes))


def downtimes(facts: SiteFacts, template: Template) -> tuple[Block, ...]:
    """Downtimes of these days, and those that are announced for later."""
    zone = facts.published.zone
    past = _downtimes(f"Downtimes of these days ({zone})", facts.downtimes, zone)
    coming = _downtimes(f"Announced for later ({zone})", facts.coming, zone)
    none = Paragraph("No downtime is announced or reported for these days, or after them.")
    return (*past, *coming) or (none,)


def pledges(facts: SiteFacts, template: Template) -> tuple[Block, ...]:
    """What was promised, what of it was due by now, and what was given."""
    if not facts.sheet.pledges:
        return (Paragraph("No pledge of this site is registered."),)
    lines = tuple(_pledge(one) for one in facts.sheet.pledges)
    heads = ("Pledge", "Days", "Promised h", "Due so far", "Given so far", "Of what was due")
    text = "Due is pro rata: equal parts for equal days. Given are core hours as used, of all projects."
    return Table("Pledges", heads, lines, (False, False, True, True, True, True)), Paragraph(text)


def waste(facts: SiteFacts, template: Template) -> tuple[Block, ...]:
    """What became of the hours at this site, and what can be looked at."""
    lines = tuple(
        (of_bucket(name), number(hours), percent(share), OF_SITE[name]) for name, hours, share in wasted(facts)
    )
    heads = ("Wasted on", "Core hours", "Share", "What to look at")
    table = (Table("Waste by cause", heads, lines, (False, True, True, False)),) if lines else ()
    return *bucket_chart(facts, LEAST_SHARE), *table


def about(facts: SiteFacts) -> tuple[str, ...]:
    """Lines for the head: facility and institution as registered, and other names of it."""
    lines = [
        f"{name_of(facility)} · {name_of(institution)}"
        for facility, institution in facts.sheet.facilities[:3]
        if facility != "unmapped"
    ]
    others = [shown(name) for name in facts.sheet.names if name != facts.site]
    called = [f"Glideins call it {', '.join(others[:5])}"] if others else []
    return (*(lines or ["Not registered: whose it is, nobody has said."]), *called)


def _causes(facts: SiteFacts) -> tuple[Block, ...]:
    found = facts.trouble
    if not found.enough:
        needed = f"{FEWEST_RUNS} here and {FEWEST_ELSEWHERE} elsewhere are needed"
        return (Paragraph(f"Too little to compare: {count(found.runs, 'run', 'runs')} ended here; {needed}."),)
    if not found.causes:
        said = f"Of {count(found.runs, 'run', 'runs')} that ended here none failed in a way that others do not."
        return (Paragraph(said),)
    heads = ("Run", "Cause, as its record says it", "Runs", "Here", "Elsewhere", "Core hours")
    lines = tuple(_cause(one) for one in found.causes[:MOST_CAUSES])
    table = Table("Fails more here than elsewhere", heads, lines, (False, False, True, True, True, True))
    return table, *_more(len(found.causes), MOST_CAUSES, "causes")


def _cause(one: Cause) -> tuple[str, ...]:
    elsewhere = "only here" if one.only_here else percent(one.share_elsewhere)
    said = (_ENDED.get(one.outcome, one.outcome), shown(one.cause))
    return *said, number(one.here), percent(one.share_here), elsewhere, number(one.cpu_h)


def _hosts(facts: SiteFacts) -> tuple[Block, ...]:
    found = facts.trouble
    if not found.hosts:
        said = f"None of its {found.host_count:,} hosts fails more than the others do." if found.host_count > 1 else ""
        return (Paragraph(said),) if said else ()
    heads = ("Host", "Runs", "In trouble", "Other hosts", "At once", "Core h lost")
    lines = tuple(_host(one) for one in found.hosts[:MOST_HOSTS])
    table = Table("Hosts worth a look", heads, lines, (False, *(True,) * 5))
    return table, *_more(len(found.hosts), MOST_HOSTS, "hosts")


def _host(one: Host) -> tuple[str, ...]:
    name = f"{shown(one.name)} (fails jobs at once)" if one.is_black_hole else shown(one.name)
    shares = (percent(one.share), percent(one.share_others))
    return name, number(one.runs), *shares, number(one.short), number(one.troubled_cpu_h)


def _pilots(facts: SiteFacts) -> tuple[Block, ...]:
    row = facts.trouble.pilots
    if not row["known"]:
        return ()
    text = (
        f"Pilots of its CEs: {row['asked']:,} were asked for and {row['ended']:,} left the queue, "
        f"{row['never_ran']:,} of them without a run; {row['bad']:,} ended badly, {row['short']:,} within 20 minutes. "
        f"Payload ended in {row['with_payload']:,} glideins."
    )
    return (Paragraph(text),)


def _more(found: int, most: int, what: str) -> tuple[Block, ...]:
    if found <= most:
        return ()
    return (Paragraph(f"The worst {most} of {found:,} {what}; the annex has all ends and hosts."),)


def _by_month(facts: SiteFacts) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {}
    for day, row in facts.sheet.capacity.items():
        sums = found.setdefault(f"{day:%Y-%m}", dict.fromkeys(OFFERED))
        for name in OFFERED:
            known = [value for value in (sums[name], row[name]) if value is not None]
            sums[name] = sum(known) if known else None
    return found


def _downtimes(caption: str, rows: tuple[Row, ...], zone: str) -> tuple[Block, ...]:
    if not rows:
        return ()
    heads = ("From", "To", "What", "Severity", "Core h given")
    table = Table(caption, heads, tuple(_downtime(row, zone) for row in rows[:MOST_DOWNTIMES]), (*(False,) * 4, True))
    left = len(rows) - MOST_DOWNTIMES
    return table, *((Paragraph(f"The annex has {left:,} more."),) if left > 0 else ())


def _downtime(row: Row, zone: str) -> tuple[str, ...]:
    resource = row["resource"] if row["resource"] != row["site"] else None
    what = " · ".join(shown(part) for part in (row["title"], resource) if part) or "—"
    planned = {True: "planned", False: "not planned"}.get(row["is_planned"], "")
    severity = " · ".join(part for part in (shown(row["severity"] or ""), planned) if part) or "—"
    return _moment(row["from_utc"], zone), _moment(row["to_utc"], zone), what, severity, number(row["cpu_h"])


def _moment(utc: int, zone: str) -> str:
    return f"{datetime.fromtimestamp(utc, UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _pledge(one: Course) -> tuple[str, ...]:
    named = " ".join(part for part in (one.of.number, one.of.title) if part) or f"{one.of.of} {one.of.owner}"
    hours = (number(one.of.promised_h), number(one.due_h), number(one.given_h))
    return shown(named), f"{one.of.first or '…'} to {one.of.last or '…'}", *hours, percent(one.of_due)
