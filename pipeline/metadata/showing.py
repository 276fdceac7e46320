"""Answers about names on the screen or in a file: a table for people, CSV, JSON or Parquet for programs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.options import Format
from pipeline.terminal import plain_table, standard_output, visible

if TYPE_CHECKING:
    import pyarrow as pa

HEADS = {
    "cpu_h": "core h",
    "promised_h": "core h\npromised",
    "delivered_h": "core h\ndelivered",
    "share_of_promise": "of the\npromise",
    "from_utc": "from",
    "to_utc": "to",
    "imported_utc": "imported",
    "core_s": "core h",
    "of_kind": "of",
    "share_ppm": "share",
    "institution_id": "institution",
    "field_id": "field",
    "is_planned": "planned",
    "is_service": "service",
}
"""Heads of columns for people, where they are not the column's name."""
MOST_ROWS = 200
"""A table for people is cut there; the other formats are whole."""


def show(answer: "pa.Table", form: Format, output: Path | None, nothing: str = "Nothing is stated.") -> None:
    """Write the answer in that form, to the file if one is named. Raises UsageError if it cannot be written."""
    if form is not Format.table or output is not None:
        from pipeline.answers import with_times, write_table

        write_table(with_times(answer), form, output)
    elif not answer.num_rows:
        say(nothing)
    else:
        _print(answer)


def say(text: str) -> None:
    """A sentence for people; names of strangers in it are text and no markup."""

    standard_output().print(visible(text), highlight=False, markup=False)


def _print(answer: "pa.Table") -> None:
    from rich.text import Text

    filled = [name for name in answer.column_names if answer.column(name).null_count < answer.num_rows]
    table = plain_table()
    for name in filled:
        is_number = name.endswith(("_h", "_s", "_ppm")) or name == "share_of_promise"
        table.add_column(HEADS.get(name, name.replace("_", " ")), justify="right" if is_number else "left")
    for row in answer.select(filled).slice(0, MOST_ROWS).to_pylist():
        table.add_row(*(Text(_cell(name, value)) for name, value in row.items()))
    standard_output().print(table)
    if answer.num_rows > MOST_ROWS:
        say(f"The first {MOST_ROWS} of {answer.num_rows:,}. All of them: --format csv")


def _cell(name: str, value: Any) -> str:
    from pipeline.terminal import cell

    if value is None:
        return cell(value)
    if name == "share_of_promise":
        return f"{100 * value:,.1f} %"
    if name == "share_ppm":
        return f"{value / 10_000:g} %"
    if name == "core_s":
        return f"{value / 3600:,.0f}"
    if name.endswith("_utc"):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M")
    # a whole number is a year, an id or a size: as it was written
    return cell(value if isinstance(value, bool | float) else str(value))
