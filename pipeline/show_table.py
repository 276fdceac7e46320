"""A table for people: columns as they come, numbers to the right, what strangers wrote made visible."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def show_table(answer: "pa.Table") -> None:
    """Print it to standard output; null is a dash."""
    from rich.text import Text

    from pipeline.terminal import plain_table, standard_output, visible

    table = plain_table()
    for field in answer.schema:
        is_text = str(field.type) == "string"
        table.add_column(field.name.replace("_", " "), justify="left" if is_text else "right", overflow="fold")
    for row in answer.to_pylist():
        table.add_row(*(Text(visible(_cell(value))) for value in row.values()))
    standard_output().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3f}" if 0 < abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
