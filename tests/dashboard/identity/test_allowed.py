"""Who is known gets what is named, and nothing else."""

import pytest

from dashboard.identity.allowed import CHECKED, is_open, may_ask
from pipeline.viewer import LOCAL, Viewer

PI = Viewer("pi", frozenset({"A"}))
EVERYWHERE = ("/", "/usage", "/triage", "/api/v1/jobs", "/api/v2/usage", "/download/usage/table.csv", "/_dash-layout")


@pytest.mark.parametrize("path", [*EVERYWHERE, "/_dash-update-component", "/assets", "/healthz/", "/metrics", "/A"])
def test_what_is_not_named_is_not_open(path: str) -> None:
    assert not is_open("GET", path)
    assert not may_ask(PI, "GET", path, is_program=False)
    assert may_ask(LOCAL, "GET", path, is_program=False)


def test_what_is_open_is_read_alone() -> None:
    assert is_open("GET", "/healthz")
    assert is_open("HEAD", "/assets/ledger.css")
    assert not is_open("POST", "/healthz")
    assert not is_open("GET", "/assets/../api/v1/usage")


@pytest.mark.parametrize("path", sorted(CHECKED))
def test_checked_answers_are_read_alone(path: str) -> None:
    assert may_ask(PI, "GET", path, is_program=False)
    assert may_ask(PI, "GET", path, is_program=True)
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert not may_ask(PI, method, path, is_program=False)
    for near in (path + "/", path.upper(), path[1:], path + "?x", path + "\0", "/" + path):
        assert not may_ask(PI, "GET", near, is_program=False), near


def test_a_program_opens_no_pages_and_changes_nothing() -> None:
    everything = Viewer("token", None)
    assert may_ask(everything, "GET", "/api/v1/jobs", is_program=True)
    assert may_ask(everything, "GET", "/metrics", is_program=True)
    assert may_ask(everything, "GET", "/download/usage/table.csv", is_program=True)
    assert not may_ask(everything, "POST", "/api/v1/jobs", is_program=True)
    assert not may_ask(everything, "POST", "/_dash-update-component", is_program=True)
    assert not may_ask(everything, "GET", "/usage", is_program=True)
