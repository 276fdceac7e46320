"""What a browser asks of the server when a page is opened: the page's callbacks, over HTTP.

In: the address of a server. Out: visits, each the callbacks of one page at one address, which can be made and timed.
"""

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

SHELL = ("page.children", "navigation.children", "badge.children")
"""Callbacks of every page: its frame, the navigation, the state of the data."""
DRAWN_BY = {
    "/usage": "usage-notice",
    "/project": "project-notice",
    "/site": "site-notice",
    "/efficiency": "efficiency-notice",
    "/reconciliation": "reconciliation-notice",
    "/pool-now": "now-notice",
    "/data-health": "health-notice",
}
"""Each page whose numbers come from the cube, and the first part that its own callback draws."""


@dataclass(frozen=True)
class Visit:
    """A page at an address, and the bodies of its callbacks' requests."""

    path: str
    search: str
    bodies: tuple[bytes, ...]

    def make(self, connection: HTTPConnection) -> int:
        """Ask all of it, one after the other; the bytes of the answers. Raises RuntimeError if one fails."""
        read = 0
        for body in self.bodies:
            connection.request("POST", "/_dash-update-component", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status not in (200, 204):
                raise RuntimeError(f"{self.path}{self.search} answered {answer.status}: {text[:300]!r}")
            read += len(text)
        return read


def connected(address: str) -> HTTPConnection:
    """A connection that is kept between requests."""
    at = urlsplit(address)
    return HTTPConnection(at.hostname or "127.0.0.1", at.port, timeout=120)


def visits(address: str, pages: dict[str, list[str]]) -> list[Visit]:
    """The visits of pages (path -> query strings), by what the server says of its callbacks."""
    with urlopen(f"{address}/_dash-dependencies") as answer:
        callbacks = [each for each in json.load(answer) if not each.get("clientside_function")]
    return [
        Visit(path, search, tuple(_body(each, path, search) for each in callbacks if _is_of(each, path)))
        for path, searches in pages.items()
        for search in searches
    ]


def _is_of(callback: dict[str, Any], path: str) -> bool:
    first: str = callback["output"].lstrip(".")
    return first.startswith((*SHELL, DRAWN_BY[path] + ".children"))


def _body(callback: dict[str, Any], path: str, search: str) -> bytes:
    values = {"pathname": path, "search": search}
    inputs = [{**_named(each), "value": values.get(each["property"])} for each in callback["inputs"]]
    state = [{**_named(each), "value": values.get(each["property"])} for each in callback.get("state", [])]
    outputs = [_output(each) for each in callback["output"].strip(".").split("...")]
    asked = {
        "output": callback["output"],
        "outputs": outputs if callback["output"].startswith("..") else outputs[0],
        "inputs": inputs,
        "state": state,
        "changedPropIds": ["url.search", "url.pathname"],
    }
    return json.dumps(asked).encode()


def _named(each: dict[str, Any]) -> dict[str, Any]:
    return {"id": _id(each["id"]), "property": each["property"]}


def _output(written: str) -> dict[str, Any]:
    name, _, prop = written.rpartition(".")
    return {"id": _id(name), "property": prop}


def _id(written: str) -> Any:
    return json.loads(written) if written.startswith("{") else written
