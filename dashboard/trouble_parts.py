"""Parts of the page Site: what fails only here, hosts worth a look, what became of pilots, a new contribution."""

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.fact_table import Cell, Head, fact_table, pill, quiet
from dashboard.format import GAP, Number
from dashboard.labels import short, visible
from dashboard.shell_parts import panel
from pipeline.at_site import SHORT_S
from pipeline.site_trouble import (
    FEWEST_ELSEWHERE,
    FEWEST_RUNS,
    Beginning,
    Cause,
    Host,
    Row,
    SiteTrouble,
)

MOST = 15
HERE = "Runs that ended so per runs that ended here, on these days. Evictions and removals are nobody's failure here."
STANDS_OUT = "At least twice as frequent as elsewhere, and more than chance explains (three standard errors)."
QUICK = f"Ended within {SHORT_S // 60} minutes: such a host takes the next job at once, and fails it, too."
WORDS = {"failed": "failed", "signal": "signal", "held": "held", "lost": "lost contact"}


def troubles(found: SiteTrouble) -> list[Component]:
    """Causes and hosts that stand out; a sentence where there is too little to compare, or nothing to see."""
    return [
        panel("Fails more here than elsewhere", _causes(found), tip=STANDS_OUT),
        panel("Hosts worth a look", _hosts(found), tip="In trouble at least twice as often as the site's other hosts."),
    ]


def _causes(found: SiteTrouble) -> Component:
    if not found.enough:
        said = (
            f"Too little to compare: {found.runs:,} run{'' if found.runs == 1 else 's'} ended here on these days. "
            f"{FEWEST_RUNS} here and {FEWEST_ELSEWHERE} elsewhere are needed."
        )
        return quiet(said)
    if not found.causes:
        return quiet(f"Nothing: of the {found.runs:,} runs that ended here, none failed in a way that others do not.")
    heads = [
        Head("Ended", "How the run ended."),
        Head("Cause", "As the run's record gives it; names and numbers of the single run are taken out.", wide=True),
        Head("Runs", number=True),
        Head("Here", HERE, number=True),
        Head("Elsewhere", "The same share at all other sites of the pool.", number=True),
        Head("Core hours", "Of these runs, here.", number=True),
    ]
    return _cut(
        fact_table(heads, [_cause(one) for one in found.causes[:MOST]], "Causes of failure that stand out here"),
        len(found.causes),
    )


def _cause(one: Cause) -> list[Cell]:
    elsewhere = pill("failing", "only here") if one.only_here else fmt.percent(one.share_elsewhere)
    return [
        WORDS.get(one.outcome, one.outcome),
        html.Span(visible(one.cause), className="name"),
        f"{one.here:,}",
        fmt.percent(one.share_here),
        elsewhere,
        fmt.number(one.cpu_h),
    ]


def _hosts(found: SiteTrouble) -> Component:
    if not found.host_count:
        return quiet("No record of these days names a host of this site.")
    if not found.hosts:
        return quiet(f"None: no one of its {found.host_count:,} hosts fails more than the others do, beyond chance.")
    heads = [
        Head("Host"),
        Head("Runs", number=True),
        Head("In trouble", "Failed, died of a signal, held, or contact was lost.", number=True),
        Head("Others", "The same share of all other hosts of the site.", number=True),
        Head("At once", QUICK, number=True),
        Head("Core h lost", "Of runs in trouble.", number=True),
        Head("Last", code=True),
    ]
    return _cut(fact_table(heads, [_host(one) for one in found.hosts[:MOST]], "Hosts worth a look"), len(found.hosts))


def _host(one: Host) -> list[Cell]:
    name: list[Component | str] = [html.Span(short(one.name, 60), className="name")]
    name += [" ", pill("failing", "black hole")] if one.is_black_hole else []
    return [
        html.Span(name),
        f"{one.runs:,}",
        fmt.percent(one.share),
        fmt.percent(one.share_others),
        f"{one.short:,}",
        fmt.number(one.troubled_cpu_h),
        fmt.moment(one.last_utc),
    ]


def _cut(table: Component, count: int) -> Component:
    if count <= MOST:
        return table
    return html.Div([table, html.P(f"The worst {MOST} of {count:,}.", className="dim")])


def pilot_table(pilots: Row) -> list[Component]:
    """What became of the pilots of the site's CEs; nothing where no CE of it is read."""
    if not pilots["known"]:
        return []
    waiting = "not known" if pilots["waiting"] is None else f"{pilots['waiting']:,}"
    started = pilots["ended"] - pilots["never_ran"]
    rows: list[tuple[str, str, str]] = [
        ("Asked for", f"{pilots['asked']:,}", "Pilots submitted to its CEs on these days."),
        ("Waiting now", waiting, "Idle at its CEs when their queues were last asked."),
        ("Started", f"{started:,}", "Of the pilots that left the CE's queue on these days."),
        ("Never started", f"{pilots['never_ran']:,}", "Left the queue without a run."),
        (
            "Ended badly",
            f"{pilots['bad']:,}",
            "Exit code not 0, a signal, held or removed: so validation fails.",
        ),
        ("Ended at once", f"{pilots['short']:,}", "Within 20 minutes of their start."),
        ("Ran payload", f"{pilots['with_payload']:,}", "Glideins of the site in which a job of the pool ended."),
    ]
    cells: list[list[Cell]] = [[what, number, why] for what, number, why in rows]
    return [
        fact_table([Head("Pilots"), Head("Number", number=True), Head("What is counted", wide=True)], cells, "Pilots")
    ]


def beginning(found: Beginning, site: str, now: datetime) -> list[Component]:
    """For a site that began lately: each first sign of life, and what is still wrong; nothing for others."""
    if not found.recent:
        return []
    steps = _steps(found, now)
    heads = [Head("Step"), Head("State"), Head("What is known", wide=True)]
    table = fact_table(heads, [[what, pill(*state), said] for what, state, said in steps], "New contribution")
    return [panel("New contribution", table, note=_kind(found), tip=f"First signs of life of {short(site, 60)}.")]


def _kind(found: Beginning) -> str:
    if found.ces:
        return "Through " + ", ".join(visible(short(host, 60)) for host in found.ces[:3])
    if found.first_slot_day is not None:
        return "Its slots name no CE: started by hand, as a container, or as a startd of its own"
    return "How its slots come is not known: none of their ads was seen"


Step = tuple[str, tuple[str, str], str]
DONE, MISSING, UNKNOWN = ("ok", "done"), ("failing", "missing"), ("unknown", "not known")


def _steps(found: Beginning, now: datetime) -> Sequence[Step]:
    """Each step from the pilot to the first success; what is missing says what to look at."""
    return (_pilot(found, now), _slot(found), _run(found, now), _success(found, now))


def _pilot(found: Beginning, now: datetime) -> Step:
    if found.first_pilot_utc is not None:
        return "First pilot", DONE, _since(found.first_pilot_utc, now)
    said = "No record of a pilot: only a CE that is a source (ce = true) tells of its pilots."
    return "First pilot", UNKNOWN, said


def _slot(found: Beginning) -> Step:
    if found.first_slot_day is not None:
        return "First slot", DONE, f"{fmt.day(found.first_slot_day)}; {found.slots_now:,} in the pool when last asked"
    if found.first_run_utc is not None:
        return (
            "First slot",
            UNKNOWN,
            "Jobs ran, so there were slots; their ads were not collected (kind pool asks for them).",
        )
    return "First slot", MISSING, "No slot has come: can its glideins reach the collector, and are they authorised?"


def _run(found: Beginning, now: datetime) -> Step:
    if found.first_run_utc is not None:
        return "First job", DONE, f"{_since(found.first_run_utc, now)}; {found.runs:,} runs ended so far"
    said = "Nothing has run there: does its START expression take the jobs that wait, and do they ask for such slots?"
    return "First job", MISSING, said


def _success(found: Beginning, now: datetime) -> Step:
    if found.first_success_utc is not None:
        share: Number = found.succeeded / found.runs if found.runs else None
        said = f"{_since(found.first_success_utc, now)}; {fmt.percent(share)}{GAP}of runs succeeded"
        return "First success", DONE, said
    if found.runs:
        said = f"None of {found.runs:,} runs succeeded: see below what fails, and on which hosts."
        return "First success", MISSING, said
    return "First success", MISSING, "It comes with the first job."


def _since(moment: int, now: datetime) -> str:
    return f"{fmt.moment(moment)}, {fmt.ago(moment, now)}"
