"""Ads and banners in HTCondor's own file format: the inverse of the reader.

Values of our columns in, text of a history or epoch file out. A column is written under its first attribute, in the
attribute's own unit. What the reader makes of the text is the value that was given, for every value it can give.
"""

import re
from collections.abc import Mapping

from pipeline.schema.banner import EPOCH_BANNER, HISTORY_BANNER, HISTORY_BANNER_TIME
from pipeline.schema.column import Column, Table
from pipeline.schema.job import OCTAL_PREFIX

Value = str | int | bool | None

_NOT_IN_AN_AD = re.compile(r"[\n\0]")
_NOT_IN_OCTAL = re.compile(rb"[\x80-\xff\\]")
_LAST = "write_utc"
"""Column whose attribute ends an epoch ad in real files."""


def ad_text(table: Table, values: Mapping[str, Value], extra: Mapping[str, str] | None = None) -> str:
    """The ad as lines of a history file, without its banner; ends with a newline.

    `values`: column name -> stored value (milli-cores, microseconds, Unix seconds, ...); None is left out.
    `extra`: attribute name -> raw text right of the `=`, for attributes that no column is read from.
    Raises ValueError for a text that an ad cannot hold (newline, NUL) and KeyError for a column that `table` lacks.
    """
    names = [name for name, value in values.items() if value is not None]
    names.sort(key=lambda name: name == _LAST)
    lines = [_line(table.column(name), values[name]) for name in names if name != _LAST]
    lines += [f"{name} = {raw}" for name, raw in (extra or {}).items()]
    lines += [_line(table.column(name), values[name]) for name in names if name == _LAST]
    return "".join(line + "\n" for line in lines)


def _line(column: Column, value: Value) -> str:
    attribute = column.attributes[0]
    return f"{attribute} = {literal(column, value, attribute)}"


def literal(column: Column, value: Value, attribute: str) -> str:
    """A stored value as the literal that HTCondor would write for that attribute."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _number(value, column.scale)
    if isinstance(value, str):
        return quoted(_octal(value) if attribute.startswith(OCTAL_PREFIX) else value)
    raise ValueError(f"{column.name}: {value!r} cannot be written")


def quoted(text: str) -> str:
    """A text as an old-syntax string: only the double quote is escaped."""
    if _NOT_IN_AN_AD.search(text):
        raise ValueError(f"a line of an ad cannot hold {text!r}")
    return '"' + text.replace('"', '\\"') + '"'


def _octal(text: str) -> str:
    """Non-ASCII as the octal text that the startd's strings hold; a backslash too, so that it is not read as one."""
    return _NOT_IN_OCTAL.sub(lambda found: b"\\%03o" % found[0][0], text.encode()).decode("ascii")


def _number(value: int, scale: int) -> str:
    if scale == 1:
        return str(value)
    whole, rest = divmod(abs(value), scale)
    digits = f"{rest:0{len(str(scale)) - 1}d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}.{digits}" if digits else f"{'-' if value < 0 else ''}{whole}.0"


def history_banner(
    offset: int, cluster: int, proc: int, owner: str, completion_utc: int | None, current_utc: int | None
) -> str:
    """The line that follows a job's final ad, newline included.

    `offset` is the byte at which the banner before begins, 0 for the first of a file. A job that did not complete
    has completion None (written -1); HTCondor before 24.0.23 wrote no current time: None.
    """
    completion = -1 if completion_utc is None else completion_utc
    line = HISTORY_BANNER.format(offset=offset, cluster=cluster, proc=proc, owner=owner, completion=completion)
    return line + ("" if current_utc is None else HISTORY_BANNER_TIME.format(current=current_utc)) + "\n"


def epoch_banner(record_type: str, cluster: int, proc: int, run_instance: int, owner: str, current_utc: int) -> str:
    """The line that follows an ad of an epoch file, newline included. `record_type`: EPOCH, SPAWN, INPUT, ..."""
    line = EPOCH_BANNER.format(
        type=record_type, cluster=cluster, proc=proc, run_instance=run_instance, owner=owner, current=current_utc
    )
    return line + "\n"


class HistoryChain:
    """Records of one history file in order: keeps the offsets that chain its banners."""

    def __init__(self) -> None:
        self.size = 0
        self._banner_at = 0

    def record(
        self, ad: str, cluster: int, proc: int, owner: str, completion_utc: int | None, current_utc: int | None
    ) -> bytes:
        """The ad and its banner as bytes to append to the file."""
        body = ad.encode()
        banner = history_banner(self._banner_at, cluster, proc, owner, completion_utc, current_utc).encode()
        self._banner_at = self.size + len(body)
        self.size = self._banner_at + len(banner)
        return body + banner
