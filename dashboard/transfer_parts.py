"""Parts of the page Transfers: cards, the sentence that answers first, tables of files, failures, inputs and hours."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import cards
from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.format import Number
from dashboard.labels import short
from dashboard.ranking import LinkOf, named, share_bar
from dashboard.transfers_shown import GROUPS, STAGING, Shown
from pipeline.buckets import bucket
from pipeline.transfers.amounts import size

MOST_ROWS = 8
RATE = "Bytes of files that arrived, of which size and time are known, per second of their transfers."
FAILED = (
    "Files that the plugin says it could not move, of all files of its records. One that is tried again counts again."
)
HIT = "Bytes that the cache says it had already, of all that arrived from where something says so."
STAGED = "Core hours that a slot was held while files were on their way, or waited for that."
KIND = "The newest of its kind, as the plugin put it. Of one kind are errors that differ in names and numbers alone."
Row = Mapping[str, Any]
JobLink = Callable[[Row], Component | str]


def bytes_text(number: Number) -> str:
    """Bytes with their unit, never broken over two lines; a dash where not known."""
    return fmt.UNKNOWN if number is None else size(int(number)).replace(" ", fmt.GAP)


def transfer_cards(shown: Shown) -> list[Component]:
    """Files, bytes both ways, failures, what caches had, and the hours that it took."""
    now, before = shown.totals, shown.before
    staged = staged_h(shown)
    hit = hit_share(now)
    known = f"known of {fmt.percent(now['aged_files'] / now['downloads'], 0)} of files" if now["downloads"] else ""
    of_all = f"{fmt.percent(staged / shown.cpu_h)} of core hours" if staged is not None and shown.cpu_h else ""
    against = shown.selection.against
    return [
        _bytes_card("download_bytes", "To jobs", now, before, against, "Bytes of input files that arrived."),
        _bytes_card("upload_bytes", "From jobs", now, before, against, "Bytes of output files that arrived."),
        cards.plain_card(
            "failed_share",
            "Failed",
            fmt.percent(now["failed_share"], 2),
            now["failed_share"],
            foot=f"{now['failed']:,} of {fmt.count(now['files'], 'file', 'files')}",
            tip=FAILED,
        ),
        cards.plain_card(
            "hit_share",
            "In the cache",
            fmt.percent(hit, 0),
            hit,
            foot=known if hit is not None else "no cache says it",
            tip=HIT,
        ),
        cards.plain_card(
            "staged_h",
            "Lost to staging",
            fmt.compact(staged, 1 if staged is None or staged > 10 else 3),
            staged,
            unit="core h",
            foot=of_all,
            tip=STAGED,
        ),
    ]


def _bytes_card(name: str, label: str, now: Row, before: Row | None, against: str | None, tip: str) -> Component:
    value, was = now[name], None if before is None else before[name]
    foot = f"{bytes_text(was)} in {against}" if was is not None and against else ""
    return cards.plain_card(name, label, bytes_text(value), value, foot=foot, tip=tip)


def staged_h(shown: Shown) -> float | None:
    """Core hours of all buckets of staging; None where nothing is known."""
    known = [row["cpu_h"] for row in shown.staging if row["cpu_h"] is not None]
    if not known:
        return None if shown.cpu_h is None else 0.0
    return float(sum(known))


def hit_share(row: Row) -> float | None:
    """What caches had already, of what something is said of; None where nothing is."""
    hit, fetched = row["hit_bytes"], row["fetched_bytes"]
    return hit / (hit + fetched) if hit is not None and fetched is not None and hit + fetched else None


def answer(shown: Shown) -> str:
    """One sentence: what came through, and what is worst."""
    now = shown.totals
    if not shown.has_files:
        return ""
    said = f"{now['done']:,} of {now['files']:,} files arrived, {bytes_text(now['bytes'])}"
    rate = now["rate_mb_s"]
    said += f", at {fmt.number(rate)}{fmt.GAP}MB/s on average." if rate is not None else "."
    if shown.failures:
        where, count = _most_failed(shown.failures)
        said += f" Most failures are of {short(where, 60)}: {count:,} of {now['failed']:,}."
    if now["lists_none"]:
        said += f" {fmt.count(now['lists_none'], 'record', 'records')} of a plugin that listed no file."
    return said


def _most_failed(rows: Sequence[Row]) -> tuple[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["endpoint"]] = sums.get(row["endpoint"], 0) + row["files"]
    return min(sums.items(), key=lambda item: (-item[1], item[0]))


def group_table(shown: Shown, link_of: LinkOf) -> Component:
    """Each protocol, cache, site, ...: its files and bytes, its rate, what failed and what was in the cache."""
    ordered = sorted(shown.rows, key=lambda row: (-(row["bytes"] or 0), -row["files"], row[shown.group]))
    heads = [
        Head(GROUPS[shown.group], name=True),
        Head("Files", number=True),
        Head("To jobs", number=True),
        Head("From jobs", number=True),
        Head("MB/s", RATE, number=True),
        Head("Failed", FAILED, number=True),
        Head("In the cache", HIT, number=True),
    ]
    cells: list[list[Cell]] = [
        [
            named(row[shown.group], link_of(row[shown.group])),
            f"{row['files']:,}",
            bytes_text(row["download_bytes"]),
            bytes_text(row["upload_bytes"]),
            fmt.number(row["rate_mb_s"]),
            f"{row['failed']:,} ({fmt.percent(row['failed_share'])})" if row["failed"] else "0",
            fmt.percent(hit_share(row), 0),
        ]
        for row in ordered[:MOST_ROWS]
    ]
    return _with_rest(fact_table(heads, cells, f"{GROUPS[shown.group]}: files and bytes"), len(ordered))


def failure_table(shown: Shown, job_link: JobLink) -> Component:
    """Kinds of failures by cache or server, those of most files first, each with the newest text and its job."""
    if not shown.failures:
        return quiet("No transfer failed.")
    heads = [
        Head("Cache or server", name=True),
        Head("Files", number=True),
        Head("Error", KIND, wide=True),
        Head("Newest", "When, and the job that it was for: its receipt.", code=True),
    ]
    cells: list[list[Cell]] = [
        [
            html.Span(short(row["endpoint"], 40), className="name"),
            f"{row['files']:,}",
            _error(row),
            html.Span([fmt.moment(row["newest_utc"]), html.Br(), job_link(row)]),
        ]
        for row in shown.failures[:MOST_ROWS]
    ]
    return _with_rest(fact_table(heads, cells, "Failures by cache or server"), len(shown.failures))


def site_failure_table(shown: Shown, link_of: LinkOf) -> Component:
    """Sites with failed transfers: how many of their files, and the most common error there."""
    failed = [row for row in shown.by_site if row["failed"]]
    if not failed:
        return quiet("No transfer failed.")
    ordered = sorted(failed, key=lambda row: (-row["failed"], row["site"]))
    commonest: dict[str, Row] = {}
    for row in shown.site_failures:  # those of most files come first
        commonest.setdefault(row["site"], row)
    heads = [
        Head("Site", name=True),
        Head("Failed", number=True),
        Head("Of its files", number=True),
        Head("Most common", KIND, wide=True),
    ]
    cells: list[list[Cell]] = [
        [
            named(row["site"], link_of(row["site"])),
            f"{row['failed']:,}",
            fmt.percent(row["failed_share"], 2),
            _error(commonest[row["site"]]) if row["site"] in commonest else fmt.UNKNOWN,
        ]
        for row in ordered[:MOST_ROWS]
    ]
    return _with_rest(fact_table(heads, cells, "Failures by site"), len(ordered))


def _error(row: Row) -> Component:
    """The error as the plugin put it, and below it what it was about."""
    about = [html.Br(), html.Span(short(row["url"], 90), className="dim")] if row["url"] else []
    return html.Span([short(row["error"] or "no error was told", 200), *about], className="name")


def staging_table(shown: Shown, link_of: LinkOf) -> Component:
    """Core hours in each phase of staging."""
    sums: dict[str, dict[str, float]] = {}
    for row in shown.staging:
        if row["cpu_h"]:
            sums.setdefault(row[shown.staged_by], {})[row["bucket"]] = row["cpu_h"]
    if not sums:
        return quiet("No hour was lost to staging, as far as records tell.")
    total = sum(sum(hours.values()) for hours in sums.values())
    decimals = 1 if total > 10 else 3
    ordered = sorted(sums, key=lambda name: (-sum(sums[name].values()), name))
    heads = [Head(GROUPS.get(shown.staged_by, "Site"), name=True), Head("Core hours", STAGED, number=True)]
    heads.append(Head("Share", "Of all hours lost to staging.", number=True))
    heads += [Head(bucket(name).label, bucket(name).doc.capitalize() + ".", number=True) for name in STAGING]
    cells: list[list[Cell]] = [
        [
            named(name, link_of(name)),
            fmt.number(sum(sums[name].values()), decimals),
            share_bar(sum(sums[name].values()) / total if total else None),
            *(fmt.number(sums[name].get(one, 0.0), decimals) for one in STAGING),
        ]
        for name in ordered[:MOST_ROWS]
    ]
    return _with_rest(fact_table(heads, cells, "Core hours lost to staging"), len(ordered))


def saved_sentence(shown: Shown) -> str:
    """What repeated inputs cost, and what of it caches are known to have saved."""
    whole = shown.whole_saved
    if not whole["files"]:
        return "No input arrived in this selection."
    if whole["bytes"] is None:
        return "No record tells the size of an input: what caches saved is not known."
    said = (
        f"{bytes_text(whole['bytes'])} of inputs arrived, of {whole['distinct_files']:,} different files with "
        f"{bytes_text(whole['distinct_bytes'])}. "
    )
    if not whole["aged_files"]:
        return said + "No endpoint says whether it had them already: what caches saved is not known."
    said += f"Caches had {bytes_text(whole['hit_bytes'])} already and fetched {bytes_text(whole['fetched_bytes'])}"
    rest = whole["files"] - whole["aged_files"]
    return said + (f"; of {rest:,} of {whole['files']:,} files nobody says." if rest else ".")


def saved_table(shown: Shown) -> Component:
    """For each cache or server: what it served against what there is, and what it says it had."""
    if not shown.saved:
        return quiet("No input arrived in this selection.")
    ordered = sorted(shown.saved, key=lambda row: (-(row["bytes"] or 0), row["endpoint"]))
    heads = [
        Head("Cache or server", name=True),
        Head("Served", "Bytes of inputs that arrived from it.", number=True),
        Head("Different files", "Bytes of the files behind that, each once, by their address.", number=True),
        Head(
            "Had already", "As the cache says; a dash: it says nothing, as no origin or web server does.", number=True
        ),
        Head("Fetched for it", "As the cache says.", number=True),
        Head("In the cache", HIT, number=True),
    ]
    cells: list[list[Cell]] = [
        [
            html.Span(short(row["endpoint"], 40), className="name"),
            bytes_text(row["bytes"]),
            bytes_text(row["distinct_bytes"]),
            bytes_text(row["hit_bytes"]) if row["aged_files"] else fmt.UNKNOWN,
            bytes_text(row["fetched_bytes"]) if row["aged_files"] else fmt.UNKNOWN,
            fmt.percent(hit_share(row), 0),
        ]
        for row in ordered[:MOST_ROWS]
    ]
    return _with_rest(fact_table(heads, cells, "What caches served"), len(ordered))


def input_table(shown: Shown) -> Component:
    """Inputs that were moved more than once, those of most bytes first."""
    if not shown.inputs:
        return quiet("No input was fetched twice.")
    heads = [
        Head("Input", "Its address, as the job asked for it.", wide=True),
        Head("Times", "Transfers of it that arrived.", number=True),
        Head("Sites", number=True),
        Head("Size", number=True),
        Head("Moved", "All of its transfers.", number=True),
        Head("Had already", "What caches say they had of that.", number=True),
    ]
    cells: list[list[Cell]] = [
        [
            html.Span(short(row["url"], 100), className="name"),
            f"{row['files']:,}",
            f"{row['sites']:,}",
            bytes_text(row["file_bytes"]),
            bytes_text(row["bytes"]),
            bytes_text(row["hit_bytes"]),
        ]
        for row in shown.inputs[:MOST_ROWS]
    ]
    return _with_rest(fact_table(heads, cells, "Inputs fetched again"), len(shown.inputs))


def jobs_sentence(shown: Shown) -> list[Component | str]:
    """All bytes that jobs tell of, which HTCondor's own transfer is in, too."""
    told = shown.of_jobs
    if not told["told"]:
        return ["No job that left the queue on these days tells of its bytes."]
    parts: list[Component | str] = [
        f"{told['told']:,} of {told['jobs']:,} jobs that left the queue on these days tell of all bytes of theirs: ",
        html.B(bytes_text(told["received_bytes"])),
        " to them and ",
        html.B(bytes_text(told["sent_bytes"])),
        " from them. What of it no record above names, HTCondor itself moved (CEDAR): it counts bytes, and writes no "
        "record of a file.",
    ]
    return parts


def only_line(shown: Shown, link_of_all: Mapping[str, str]) -> list[Component]:
    """What the page itself is narrowed to, each with the way back."""
    return [
        html.P(
            [
                f"Only files of the {GROUPS[name].lower()} ",
                html.B(html.Span(short(values[0], 80), className="name")),
                " are shown. ",
                dcc.Link("Show all", href=link_of_all[name], className="job-link"),
            ],
            className="only-line",
            **attributes(data_only=name),
        )
        for name, values in shown.only
    ]


def _with_rest(table: Component, rows: int) -> Component:
    if rows <= MOST_ROWS:
        return table
    return html.Div([table, html.P(f"And {rows - MOST_ROWS:,} more; the download has them.", className="dim")])
