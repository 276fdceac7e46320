"""Parts of the page Data health: how fresh, each source, what is not complete, missing jobs, rejects, bounds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.coverage_strip import COLOURS, MEANING, STATES, stream_name
from dashboard.fact_table import Cell, Head, fact_table, pill, quiet
from dashboard.labels import record_text, short, visible
from dashboard.notices import icon, sentence
from dashboard.shell_parts import explained
from pipeline.bounds import BOUNDS, Order
from pipeline.completeness import Freshness
from pipeline.publish import Published
from pipeline.state import DataState
from pipeline.status.sources import SourceStatus, duration
from pipeline.status.tables import KNOWN, ids

Rows = Sequence[Mapping[str, Any]]
MOST_ROWS = 50
LONGEST_TEXT = 600
PICTURES = {
    "complete": "circle-check",
    "partial": "alert-triangle",
    "unknown": "help-circle",
    "stale": "clock-pause",
    "simulated": "flask",
}


def verdict(state: DataState) -> Component:
    """The state of the shown days in a word and a sentence."""
    return html.Section(
        [
            html.Span(icon(PICTURES[state.state], 26), className="verdict-icon"),
            html.Div(
                [
                    html.H2(state.title, className="verdict-word"),
                    html.P(visible(state.sentence), className="name"),
                ]
            ),
        ],
        className=f"verdict verdict-{state.state}",
        **attributes(data_state=state.state),
    )


def fresh(found: Freshness, published: Published, sources: Sequence[SourceStatus], now: datetime) -> list[Component]:
    """Cards: how old the newest record, the newest proof and the cube are, and how many sources are in order."""
    built = int(datetime.fromisoformat(published.built_utc).timestamp())
    in_order = sum(source.state == "ok" for source in sources)
    polled = f"{in_order:,} of {len(sources):,}" if sources else fmt.UNKNOWN
    return [
        _card(
            "Newest record",
            fmt.ago(found.newest_record_utc, now),
            fmt.moment(found.newest_record_utc),
            "When the newest record that was read was written.",
        ),
        _card(
            "Proven up to",
            fmt.ago(found.proven_utc, now),
            fmt.moment(found.proven_utc) if found.proven_utc else "files were only ingested",
            "Up to then a poll proves that everything its source wrote was read.",
        ),
        _card(
            "Published",
            fmt.ago(built, now),
            f"{published.checks} checks held",
            "When the numbers of these pages were made from the lake.",
        ),
        _card(
            "Sources in order",
            polled,
            "of what collect polls" if sources else "nothing is polled",
            "Sources whose last poll went well and is not overdue.",
        ),
    ]


def _card(label: str, value: str, foot: str, tip: str) -> Component:
    return html.Article(
        [
            html.H2(explained(label, tip), className="card-label"),
            html.P(html.Span(value, className="card-value"), className="card-number"),
            html.P(foot, className="card-foot"),
        ],
        className="card",
    )


def sources_table(sources: Sequence[SourceStatus], now: datetime) -> Component:
    """Each source with its state, and what to do where it is in trouble."""
    if not sources:
        return quiet(
            "Nothing is polled: the records were read by htc-ledger ingest. Name sources in ledger.toml ([[sources]]) "
            "and run htc-ledger collect --watch to keep the lake in step with a living pool."
        )
    heads = [
        Head("Source"),
        Head("State"),
        Head("Since"),
        Head("Last success"),
        Head("What is wrong, and what to do", wide=True),
    ]
    rows: list[list[Cell]] = [
        [
            html.Span(short(source.name, 80), className="name"),
            pill(source.state),
            fmt.ago(source.since_utc, now),
            fmt.ago(source.ok_utc, now) if source.ok_utc else "never",
            _trouble(source),
        ]
        for source in sources[:MOST_ROWS]
    ]
    return html.Div([fact_table(heads, rows, "Sources and their state"), *_more(len(sources))])


def _trouble(source: SourceStatus) -> Component:
    if source.error is None:
        return html.Span(f"polled every {duration(source.interval_s)}", className="dim")
    said = [html.P(sentence(visible(source.error[:LONGEST_TEXT])), className="name trouble")]
    said += [html.P(sentence(visible(source.hint[:LONGEST_TEXT])), className="name todo")] if source.hint else []
    return html.Div(said)


def strip_legend() -> list[Component]:
    """What the colours of the strip mean."""
    return [
        html.Span(
            [
                html.Span(
                    className="swatch", style={"backgroundColor": COLOURS[state]}, **attributes(aria_hidden="true")
                ),
                html.B(state),
                html.Span(MEANING[state], className="dim"),
            ],
            className="legend-entry",
        )
        for state in STATES
    ]


def incomplete_table(rows: Rows) -> Component:
    """Ranges of days that are not complete, with the evidence."""
    if not rows:
        return quiet("Every day of every stream is complete.")
    heads = [Head("Stream"), Head("Days"), Head("State"), Head("Evidence", wide=True)]
    shown: list[list[Cell]] = [
        [
            html.Span(stream_name(row["ap"], row["stream"], row["source"]), className="name"),
            _days(row),
            pill(row["state"]),
            html.Span(visible((row["evidence"] or "")[:LONGEST_TEXT]), className="name"),
        ]
        for row in rows[:MOST_ROWS]
    ]
    return html.Div([fact_table(heads, shown, "Days that are not complete"), *_more(len(rows))])


def _days(row: Mapping[str, Any]) -> str:
    first, last = (datetime.fromisoformat(row[name]).date() for name in ("first_day", "last_day"))
    return fmt.span(first, last)


def missing_table(rows: Rows) -> Component:
    """Ranges of job ids without a final ad; whole clusters that no record names are only counted."""
    listed = [row for row in rows if row["kind"] != "cluster"]
    absent = [row for row in rows if row["kind"] == "cluster"]
    if not listed:
        return html.Div([quiet("No job id is without its final ad, as far as ids tell."), *_absent(absent)])
    tip = "Missing: it left the queue, and history was read after that. Unknown: it can still be in the queue."
    heads = [
        Head("Access point"),
        Head("Jobs", "Cluster and process ids."),
        Head("How many", number=True),
        Head("Since"),
        Head("State", tip),
        Head("What is known", wide=True),
    ]
    shown: list[list[Cell]] = [
        [
            html.Span(short(row["ap"] or "", 60), className="name"),
            ids(row),
            f"{row['jobs']:,}",
            fmt.day(datetime.fromisoformat(row["day"]).date()) if row["day"] else fmt.UNKNOWN,
            pill(row["state"]),
            KNOWN[row["kind"]],
        ]
        for row in listed[:MOST_ROWS]
    ]
    table = fact_table(heads, shown, "Jobs without a final ad")
    return html.Div([table, *_more(len(listed)), *_absent(absent)])


def _absent(rows: Rows) -> list[Component]:
    """One line about cluster ids that no record names."""
    if not rows:
        return []
    clusters = sum(row["jobs"] for row in rows)
    points = len({row["ap"] for row in rows})
    text = (
        f"{fmt.count(clusters, 'cluster id', 'cluster ids')} of {fmt.count(points, 'access point', 'access points')} "
        "are named by no record. A submission that failed uses up an id, too: that alone is no loss. "
        "The download lists them."
    )
    return [html.P(text, className="dim")]


def rejects_part(rows: Rows, examples: Rows) -> Component:
    """Rejected records by rule, and the newest of each as they were read."""
    if not rows:
        return quiet("No record was rejected.")
    heads = [
        Head("Rule", code=True),
        Head("Read as"),
        Head("Access point"),
        Head("Records", number=True),
        Head("Newest"),
        _REASON,
    ]
    shown: list[list[Cell]] = [
        [
            html.Code(short(row["rule"], 60)),
            short(row["kind"] or fmt.UNKNOWN, 60),
            html.Span(short(row["ap"], 60) if row["ap"] else "not known", className="name"),
            f"{row['records']:,}",
            row["last_read"] or fmt.UNKNOWN,
            html.Span(visible(row["reason"][:LONGEST_TEXT]) if row["reason"] else "", className="name"),
        ]
        for row in rows[:MOST_ROWS]
    ]
    table = fact_table(heads, shown, "Rejected records by rule")
    return html.Div([table, *_more(len(rows)), *(_example(row) for row in examples)])


_REASON = Head("Reason of the newest of that rule", wide=True)


def _example(row: Mapping[str, Any]) -> Component:
    place = f"{short(row['path'] or 'unknown place', 90)}, byte {row['offset_bytes'] or 0:,}"
    return html.Details(
        [
            html.Summary([html.Code(short(row["rule"], 60)), " ", html.Span(place, className="name")]),
            html.P(visible((row["reason"] or "not given")[:LONGEST_TEXT]), className="name"),
            html.Pre(record_text(row["beginning"] or b""), className="record", tabIndex=0),
            html.P(
                f"{row['length_bytes'] or 0:,} bytes, read {row['read'] or 'at an unknown time'}. It is kept whole: "
                "htc-ledger rejects show prints it, htc-ledger rejects replay reads it again.",
                className="dim",
            ),
        ],
        className="example",
    )


def bounds_table() -> Component:
    """What no true record can say, and why."""
    rows: list[list[Cell]] = [
        [html.Code(bound.rule), html.Code(_limits(bound)), sentence(bound.reason) + "."] for bound in BOUNDS
    ]
    return fact_table([Head("Rule", code=True), Head("What must hold"), Head("Why", wide=True)], rows, "Bounds")


def _limits(bound: Any) -> str:
    if isinstance(bound, Order):
        return f"{bound.first} ≤ {' or '.join(bound.last)}"
    return f"{bound.least.words} ≤ {', '.join(bound.columns)} ≤ {bound.most.words}"


def _more(count: int) -> list[Component]:
    if count <= MOST_ROWS:
        return []
    return [html.P(f"The first {MOST_ROWS} of {count:,}; the download has all.", className="dim")]
