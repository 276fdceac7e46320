"""Requests to a served ledger, against real sockets: what is sent again, what is told at once, and in which words."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.errors import LedgerError, SourceError, UsageError
from pipeline.remote import RemoteLedger
from pipeline.remote_requests import PROBLEM, TRIES
from pipeline.served_state import VERSION

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers and body; status 0: the connection is cut."""
TABLE: Reply = (200, {"Content-Type": "text/html"}, b"<html>hello</html>")


def problem(status: int, title: str, detail: str = "", **headers: str) -> Reply:
    body = json.dumps({"title": title, "detail": detail, "status": status}).encode()
    return status, {"Content-Type": PROBLEM, **{name.replace("_", "-"): text for name, text in headers.items()}}, body


def document(content: object) -> Reply:
    return 200, {"Content-Type": "application/json"}, json.dumps(content).encode()


class Asked(list[str]):
    """Paths that were asked for, and the headers of the last request."""

    headers: dict[str, str]


@contextmanager
def server(*replies: Reply) -> Iterator[tuple[str, Asked]]:
    """Gives those replies one after the other, the last one for ever."""
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = replies[min(len(asked), len(replies) - 1)]
            asked.append(self.path)
            asked.headers = dict(self.headers)
            if not status:
                self.connection.close()
                return
            self.send_response(status)
            for name, text in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}", asked
        finally:
            listening.shutdown()
            thread.join()


def refusal(url: str) -> LedgerError:
    with RemoteLedger(url) as ledger, pytest.raises(LedgerError) as raised:
        ledger.table("usage")
    return raised.value


def test_a_server_that_is_busy_is_asked_again_when_it_says() -> None:
    busy = problem(503, "The lake is being read", Retry_After="0")
    state = {"version": VERSION, "cube": "c", "built_utc": "2026-11-22T05:00:00+00:00", "checks": 3, "zone": "UTC"}
    with server(busy, busy, document({**state, "zones": ["UTC"], "pools": []})) as (url, asked):
        with RemoteLedger(url) as ledger:
            assert ledger.state().cube == "c"
        assert len(asked) == 3


def test_a_server_that_stays_busy_is_told_as_it_says_it() -> None:
    with server(problem(429, "Too many questions", "Wait.", Retry_After="0")) as (url, asked):
        error = refusal(url)
        assert isinstance(error, SourceError)
        assert (error.what, error.hint, len(asked)) == ("Too many questions", "Wait.", TRIES)


@pytest.mark.parametrize("wait", ["30", "Fri, 20 Nov 2026 12:00:00 GMT", "99999999999999", "-1"])
def test_a_server_that_asks_for_a_long_wait_is_not_waited_for(wait: str) -> None:
    with server(problem(503, "Nothing is published", "Run `htc-ledger build`.", Retry_After=wait)) as (url, asked):
        assert refusal(url).what == "Nothing is published"
        assert len(asked) == 1


def test_what_was_lost_on_the_way_is_sent_again() -> None:
    lost: Reply = (0, {}, b"")
    with server(lost, lost, problem(400, "no metric")) as (url, asked):
        error = refusal(url)
        assert isinstance(error, UsageError)
        assert (error.what, len(asked)) == ("no metric", 3)
    with server(lost) as (url, asked):
        error = refusal(url)
        assert isinstance(error, SourceError)
        assert error.what.startswith(f"{url} does not answer: ")
        assert "serve" in error.hint
        assert len(asked) == TRIES


@pytest.mark.parametrize("status", [404, 422])
def test_a_resource_that_the_other_version_has_not_is_told_with_both_versions(status: int) -> None:
    with server(problem(status, "There is no such resource"), document({"version": "0.0.1"})) as (url, _):
        assert refusal(url).hint == (
            f"It runs HTC Ledger 0.0.1, and this is {VERSION}: equal versions know the same questions."
        )
    with server(problem(status, "no job", "Near it: 7.0."), document({"version": VERSION})) as (url, _):
        assert refusal(url).hint == "Near it: 7.0."


def test_an_answer_of_another_shape_names_the_version_of_this_side() -> None:
    with server(document({"cube": "c", "zone": "UTC", "pools": []})) as (url, _), RemoteLedger(url) as ledger:
        with pytest.raises(SourceError) as raised:
            ledger.state()
        assert VERSION in raised.value.hint


@pytest.mark.parametrize(
    "reply",
    [
        (200, {"Content-Type": "text/html"}, b"<html>hello</html>"),
        (200, {"Content-Type": "application/vnd.apache.arrow.stream"}, b"\xff\xff\xff\xff\x10\x00\x00\x00"),
        (302, {"Location": "http://127.0.0.1:9/"}, b""),
        (500, {"Content-Type": "text/plain"}, b"oops"),
        (400, {"Content-Type": PROBLEM}, b"{"),
        (400, {"Content-Type": PROBLEM}, b"[1]"),
    ],
    ids=["a web page", "half an answer", "elsewhere", "another error", "half a problem", "no problem"],
)
def test_what_is_no_answer_of_a_ledger_is_told_with_the_address(reply: Reply) -> None:
    with server(reply) as (url, _):
        error = refusal(url)
        assert isinstance(error, SourceError)
        assert error.what.startswith(f"{url} does not answer as a ledger does")


def test_a_token_is_sent_and_a_password_in_the_address_is_not_shown() -> None:
    with server(problem(403, "This is not open to you")) as (url, asked):
        with RemoteLedger(url.replace("://", "://me:secret@"), token="t0ken") as ledger:
            assert "secret" not in ledger.url
            with pytest.raises(UsageError, match="not open"):
                ledger.table("usage")
        assert asked.headers["Authorization"] == "Bearer t0ken"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8050", "ftp://ledger", "http://", "http://ledger:99999", "http://ledger/?a=b", "", "http://[::1"]
)
def test_what_is_no_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(UsageError, match="is no address of a ledger"):
        RemoteLedger(url)
