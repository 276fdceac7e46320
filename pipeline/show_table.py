"""A table for people: columns as they come, numbers to the right, what strangers wrote made visible."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def show_table(answer: "pa.Table") -> None:
    """Print it to standard output; null is a dash."""
    from rich.text import Text

    from pipeline.terminal import cell, plain_table, standard_output

    table = plain_table()
    for field in answer.schema:
        is_text = str(field.type) == "string"
        table.add_column(field.name.replace("_", " "), justify="left" if is_text else "right", overflow="fold")
    for row in answer.to_pylist():
        table.add_row(*(Text(cell(value)) for value in row.values()))
    standard_output().print(table)
