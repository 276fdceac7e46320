"""Parts of the page Receipt: a job's attempts, charges, residual, totals and records, each with its reason.

Everything that a record says is text of strangers: it is shown by `visible` and `record_text`, never as markup.
"""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.labels import record_text, short, visible
from dashboard.notices import icon
from dashboard.shell_parts import explained
from pipeline.receipt.amounts import core_h, cores, moment, seconds, whole
from pipeline.receipt.parts import Charge, Found, Receipt, Run, Said

LONGEST_TEXT = 1_000
MOST_RECORDS = 60
MOST_CHARGES = 200
RECORD_CHARACTERS = 40_000
BASIS = {"epoch": "its own record", "final": "final ad", "spawn": "its start alone"}


def facts(receipt: Receipt) -> Component:
    """Whose job it is, when it came and went."""
    pairs = (
        ("Job", receipt.global_job_id or receipt.name),
        ("Pool", receipt.pool),
        ("Project", receipt.project or "unmapped"),
        ("User", receipt.user or "unknown"),
        ("Status", receipt.status),
        ("Submitted", f"{moment(receipt.submit_utc)} UTC" if receipt.submit_utc else fmt.UNKNOWN),
        ("Ended", f"{moment(receipt.end_utc)} UTC" if receipt.end_utc else fmt.UNKNOWN),
        ("Command", receipt.command or fmt.UNKNOWN),
    )
    rows = [html.Div([html.Dt(name), html.Dd(short(value, 120), className="name")]) for name, value in pairs]
    return html.Dl(rows, className="receipt-facts")


def cards(receipt: Receipt) -> list[Component]:
    """The job in both bookings, its runs, and what they do not explain."""
    totals, residual = receipt.totals, receipt.residual
    return [
        _card("As used", core_h(totals.used_mcore_s), "core h", f"{seconds(totals.used_wall_s)} s of wall time", _USED),
        _card("As ended", core_h(totals.ended_mcore_s), "core h", _ended(receipt), _ENDED),
        _card("Attempts", whole(len(receipt.runs)), "", _outcomes(receipt.runs), "Each start of the job on a slot."),
        _card(
            "Residual",
            fmt.UNKNOWN if receipt.end_utc is None else seconds(residual.residual_s if residual else 0),
            "s",
            "wall time less that of the attempts",
            "Wall time of the job's final ad less the sum of its attempts.",
        ),
    ]


_USED = "Each attempt on its own days and at its own site: the default of every page."
_ENDED = "The whole job on its end day and at its last site: what most other systems publish."


def _ended(receipt: Receipt) -> str:
    totals = receipt.totals
    if totals.ended_day is None:
        return "no final ad"
    return f"{seconds(totals.ended_wall_s)} s of wall time on {totals.ended_day}"


def _outcomes(runs: Sequence[Run]) -> str:
    names = list(dict.fromkeys(run.outcome for run in runs))
    return ", ".join(names[:4]) if names else "it never held a slot"


def _card(label: str, value: str, unit: str, foot: str, tip: str) -> Component:
    number = [html.Span(value, className="card-value"), html.Span(f"{fmt.GAP}{unit}", className="card-unit")]
    return html.Article(
        [
            html.H2(explained(label, tip), className="card-label"),
            html.P(number, className="card-number"),
            html.P(foot, className="card-foot"),
        ],
        className="card",
    )


def notes(said: Sequence[Said]) -> list[Component]:
    """What a reader should know first, a line each."""
    return [
        html.Div([icon("info"), html.Span(visible(note.text[:LONGEST_TEXT]))], className="receipt-note", role="note")
        for note in said
    ]


def attempts(runs: Sequence[Run]) -> Component:
    """Each attempt with its interval, place, size, outcome and why."""
    if not runs:
        return quiet("It never held a slot.")
    heads = [
        Head("Run", "Its number: 0 for the first shadow of the job.", number=True),
        Head("Interval", "Its slot was taken from then to then, in UTC."),
        Head("Wall", "Seconds.", number=True),
        Head("Size", "Cores with what they are known from, GPUs, memory."),
        Head("Where"),
        Head("How it ended, and why", wide=True),
    ]
    rows: list[list[Cell]] = [
        [
            str(run.run_instance),
            _interval(run),
            f"{seconds(run.wall_s)}{fmt.GAP}s" if run.wall_s is not None else fmt.UNKNOWN,
            _size(run),
            _where(run),
            _why(run),
        ]
        for run in runs
    ]
    return fact_table(heads, rows, "Attempts")


def _interval(run: Run) -> Component:
    lines = [html.P(moment(run.start_utc)), html.P(moment(run.end_utc) if run.end_utc else "end not known")]
    return html.Div([*lines, html.P(f"from {BASIS.get(run.basis, run.basis)}", className="dim")])


def _size(run: Run) -> Component:
    memory = f"{whole(run.memory_mib)}{fmt.GAP}MiB" if run.memory_mib is not None else fmt.UNKNOWN
    gpus = [html.P(fmt.count(run.gpus, "GPU", "GPUs"))] if run.gpus else []
    many = "core" if run.cores_milli == 1000 else "cores"
    return html.Div(
        [
            html.P(f"{cores(run.cores_milli)}{fmt.GAP}{many}" if run.cores_milli is not None else fmt.UNKNOWN),
            html.P(run.cores_basis, className="dim"),
            *gpus,
            html.P(memory),
        ]
    )


def _where(run: Run) -> Component:
    places = [place for place in (run.site, run.resource, run.slot) if place]
    if not places:
        return html.Span("unattributed", className="dim")
    return html.Div([html.P(short(place, 60), className="name") for place in places])


def _why(run: Run) -> Component:
    said = [html.P([html.B(run.outcome), ". ", visible(run.why.text[:LONGEST_TEXT])], className="name")]
    said += [html.P(visible(each.text), className="dim") for each in run.estimated]
    return html.Div(said)


def charges(receipt: Receipt) -> Component:
    """What was charged on which day."""
    parts = [(f"Run {run.run_instance}", run.site, each) for run in receipt.runs for each in run.charges]
    if receipt.residual is not None:
        parts += [("Residual", None, each) for each in receipt.residual.charges]
    if not parts:
        return quiet("Nothing was charged.")
    heads = [Head("Day"), Head("For"), Head("Site"), *(Head(name, number=True) for name in _CHARGED)]
    shown = sorted(parts, key=lambda part: part[2].day)[:MOST_CHARGES]
    rows: list[list[Cell]] = [
        [each.day, what, html.Span(short(site or "unattributed", 60), className="name"), *_amounts(each)]
        for what, site, each in shown
    ]
    more = [html.P(f"The first {MOST_CHARGES} of {len(parts):,}; the download has all.", className="dim")]
    return html.Div([fact_table(heads, rows, "Charges by day"), *(more if len(parts) > MOST_CHARGES else [])])


_CHARGED = ("Wall s", "Core h", "GPU s", "MiB s")


def _amounts(charge: Charge) -> list[Cell]:
    return [seconds(charge.wall_s), core_h(charge.mcore_s), seconds(charge.gpu_s), seconds(charge.memory_mib_s)]


def totals(receipt: Receipt) -> Component:
    """Attempts + residual = wall time, and the steps from as used to as ended."""
    said: list[Component] = []
    if receipt.residual is not None:
        one = receipt.residual
        sign = "+" if one.residual_s >= 0 else fmt.MINUS
        text = (
            f"Attempts {one.attempts_wall_s:,} s {sign} residual {abs(one.residual_s):,} s = wall time of the final "
            f"ad {one.job_wall_s:,} s."
        )
        said += [html.P(text, className="receipt-sum"), html.P(visible(one.cause.text), className="receipt-sum")]
    elif receipt.end_utc is not None:
        exact = "The attempts add up to the wall time of the final ad, to the second."
        said.append(html.P(exact, className="receipt-sum"))
    amounts = receipt.totals
    rows: list[list[Cell]] = [["As used", core_h(amounts.used_mcore_s)]]
    rows += [[html.Span(visible(step.text), className="dim"), core_h(step.mcore_s)] for step in amounts.steps]
    rows.append(["As ended", core_h(amounts.ended_mcore_s)])
    if amounts.unexplained_mcore_s:
        rows.append(["Not explained", core_h(amounts.unexplained_mcore_s)])
    return html.Div([*said, fact_table([Head("", wide=True), Head("Core h", number=True)], rows, "From used to ended")])


def records(found: Sequence[Found]) -> Component:
    """Each record with its place, whether it counts and why; its bytes unfold."""
    if not found:
        return quiet("The lake holds no record of it any more.")
    made = [_record(record) for record in found[:MOST_RECORDS]]
    if len(found) > MOST_RECORDS:
        made.append(html.P(f"The first {MOST_RECORDS} of {len(found):,}; the download has all.", className="dim"))
    return html.Div(made)


def _record(record: Found) -> Component:
    run = "" if record.run_instance is None else f" of run {record.run_instance}"
    when = "" if record.record_utc is None else f", {moment(record.record_utc)} UTC"
    place = f"{short(record.path or record.source or 'unknown place', 110)}, byte {whole(record.offset_bytes)}"
    css = "counted" if record.is_counted else "uncounted"
    return html.Details(
        [
            html.Summary(
                [
                    html.Span("counts" if record.is_counted else "not counted", className=f"pill record-{css}"),
                    " ",
                    html.B(f"{short(record.record_type, 40)}{run}{when}"),
                    html.P(visible(record.why.text[:LONGEST_TEXT]), className="name record-why"),
                ]
            ),
            html.P(place, className="name dim"),
            _bytes(record.raw),
        ],
        className="example",
    )


def _bytes(raw: bytes | None) -> Component:
    if raw is None:
        return html.P("Its bytes were not kept.", className="dim")
    return html.Pre(record_text(raw, RECORD_CHARACTERS), className="record", tabIndex=0)
