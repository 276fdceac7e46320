"""What the OpenAPI document says of answers: tables in their forms, and every problem that can come instead."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field

from dashboard.api.forms import MEDIA_TYPES, Form
from dashboard.problems import MEDIA_TYPE
from pipeline.served_state import CUBE_HEADER

Responses = dict[int | str, dict[str, Any]]


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str = Field(description="What is wrong.")
    status: int
    detail: str | None = Field(None, description="What to do about it.")


_PROBLEM = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
_ROWS = {
    "type": "object",
    "required": ["rows", "next", "cube", "zone"],
    "properties": {
        "rows": {"type": "array", "items": {"type": "object"}, "description": "Unknown is null."},
        "next": {"type": ["string", "null"], "description": "Cursor of the next rows; null: there are none."},
        "cube": {"type": "string", "description": "Version of the ledger: equal versions give equal answers."},
        "zone": {"type": "string", "description": "Reporting zone: days begin at its midnight."},
    },
}
_TITLES = {
    400: "The question cannot be asked: an unknown name, a condition that is none",
    403: "It is not for you",
    404: "There is no such thing, or it is not yours to see",
    406: "No form of the answer is accepted",
    410: "The cursor is of a cube before: start again",
    422: "A parameter is not what it should be",
    503: "Nothing is published yet, or the lake cannot be read",
}


def problems(*statuses: int) -> Responses:
    """Those problems."""
    return {status: {"description": _TITLES[status], "content": _PROBLEM} for status in statuses}


def table(example: dict[str, Any]) -> Responses:
    """Answers of a resource that is a table; `example` is one of its rows."""
    body: dict[str, Any] = {MEDIA_TYPES[form]: {"schema": {"type": "string"}} for form in Form}
    body[MEDIA_TYPES[Form.csv]] = {"schema": {"type": "string"}}
    for form in (Form.parquet, Form.arrow):
        body[MEDIA_TYPES[form]] = {"schema": {"type": "string", "contentMediaType": MEDIA_TYPES[form]}}
    shown = {"rows": [example], "next": None, "cube": "20261122T050000Z-1a2b3c4d", "zone": "UTC"}
    body[MEDIA_TYPES[Form.json]] = {"schema": _ROWS, "example": shown}
    headers = {
        "ETag": {"description": "Send it as If-None-Match.", "schema": {"type": "string"}},
        CUBE_HEADER: {"description": "Version of the ledger.", "schema": {"type": "string"}},
        "Link": {"description": 'The next rows, rel="next".', "schema": {"type": "string"}},
    }
    found: Responses = {
        200: {"description": "The rows", "content": body, "headers": headers},
        304: {"description": "As you have it"},
    }
    return found | problems(400, 406, 410, 422, 503)


def file(media_types: Iterable[str], of: str) -> Responses:
    """Answers of a resource that is a file in one of those forms."""
    body = {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type in media_types}
    headers = {"ETag": {"description": "Send it as If-None-Match.", "schema": {"type": "string"}}}
    return {200: {"description": of, "content": body, "headers": headers}, 304: {"description": "As you have it"}}


def document(example: Any, of: str) -> Responses:
    """Answers of a resource that is one JSON object."""
    body = {"application/json": {"schema": {"type": "object"}, "example": example}}
    found: Responses = {200: {"description": of, "content": body}}
    return found | problems(400, 404, 422, 503)
