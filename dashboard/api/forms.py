"""The forms that an answer has: which one a request wants, and a table's bytes in it. Pure."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from pipeline.answers import with_times
from pipeline.export import to_csv, to_json, to_parquet


class Form(StrEnum):
    """json: an object with `rows`; the others are the rows alone."""

    json = "json"
    csv = "csv"
    parquet = "parquet"
    arrow = "arrow"


MEDIA_TYPES: dict[Form, str] = {
    Form.json: "application/json",
    Form.csv: "text/csv",
    Form.parquet: "application/vnd.apache.parquet",
    Form.arrow: "application/vnd.apache.arrow.stream",
}


@dataclass(frozen=True)
class Notes:
    """What an answer says of itself: the cube it is of, the zone of its days, and where its next rows are."""

    cube: str
    zone: str
    next: str | None

    def as_dict(self) -> dict[str, Any]:
        return {"next": self.next, "cube": self.cube, "zone": self.zone}


def form_of(named: Form | None, accept: str | None) -> Form | None:
    """The form that was named, else the best one of an Accept header; None if that wants none of them."""
    if named is not None or not accept:
        return named or Form.json
    best = parse_accept_header(accept, MIMEAccept).best_match(MEDIA_TYPES.values())
    return next((form for form, media_type in MEDIA_TYPES.items() if media_type == best), None)


def written(table: pa.Table, form: Form, notes: Notes) -> bytes:
    """The rows in that form, moments as ISO 8601; JSON says of what they are, too."""
    shown = with_times(table)
    return _json(shown, notes) if form is Form.json else _PLAIN[form](shown)


def _json(table: pa.Table, notes: Notes) -> bytes:
    said = json.dumps(notes.as_dict(), ensure_ascii=False)
    return b'{"rows": ' + to_json(table).rstrip(b"\n") + b", " + said[1:].encode("utf-8") + b"\n"


def _arrow(table: pa.Table) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


_PLAIN: Mapping[Form, Callable[[pa.Table], bytes]] = {
    Form.csv: to_csv,
    Form.parquet: to_parquet,
    Form.arrow: _arrow,
}
