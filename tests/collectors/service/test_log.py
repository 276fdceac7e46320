"""The log: one line a poll that a program can read, and no text of a stranger that a terminal would obey."""

import io
import json
from typing import Any

from collectors.report import Report
from collectors.service.errand import Done, Failed, Outcome
from collectors.service.log import LogLines, open_log
from collectors.service.states import after, gone, of_target
from collectors.sources.target import Polled, Target
from pipeline.settings import Settings
from pipeline.source_settings import ScheddsSource

SOURCE = ScheddsSource(kind="schedds", name="ospool")
TARGET = Target("ospool:\x1b[31mred\u202e\udc80", SOURCE, "history", "red")
BADLY = Failed("schedd red: \x1b]0;owned\x07", "Ask it.", "source", 0.5, "Traceback:\n\x1b[31m no")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def poll(stream: io.StringIO, outcome: Outcome[Polled]) -> str:
    health = after(None, of_target(TARGET, Settings()), outcome, 1000)
    LogLines(open_log(stream)).polled(TARGET, outcome, health)
    return stream.getvalue()


def well(new: int) -> Done[Polled]:
    report = Report()
    report.of("history").new = new
    return Done(Polled(report, more=True), 0.25)


def test_a_poll_is_one_line_of_json() -> None:
    line = poll(io.StringIO(), well(7))
    assert line.count("\n") == 1
    said: dict[str, Any] = json.loads(line)
    assert said.pop("timestamp").endswith("Z")
    assert said == {
        "event": "poll",
        "level": "info",
        "target": TARGET.name,
        "state": "ok",
        "new_rows": 7,
        "rejects": 0,
        "seconds": 0.25,
        "more": True,
    }


def test_a_poll_that_failed_says_what_and_what_to_do() -> None:
    said = json.loads(poll(io.StringIO(), BADLY))
    assert (said["level"], said["state"], said["failures"]) == ("warning", "failing", 1)
    assert (said["error"], said["hint"], said["said"]) == (BADLY.what, BADLY.hint, BADLY.said)


def test_json_lines_hold_nothing_but_plain_characters() -> None:
    line = poll(io.StringIO(), BADLY)
    assert line.isascii()
    assert line.rstrip("\n").isprintable()


def test_a_terminal_obeys_no_name() -> None:
    shown = poll(Terminal(), BADLY)
    assert "\\x1b[31mred\\u202e\\udc80" in shown
    assert "\\x1b]0;owned\\x07" in shown
    assert "\x1b]" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert shown.count("\n") == 1


def test_a_search_that_finds_the_same_is_told_once() -> None:
    stream = io.StringIO()
    lines = LogLines(open_log(stream))
    for found in (3, 3, 4):
        lines.searched(SOURCE, Done([], 0.1), found)
    assert [json.loads(line)["targets"] for line in stream.getvalue().splitlines()] == [3, 4]


def test_what_is_gone_is_told_once_until_it_changes() -> None:
    stream = io.StringIO()
    lines = LogLines(open_log(stream))
    before = after(None, of_target(TARGET, Settings()), well(1), 1000)
    first = gone(before, 2000)
    lines.gone(before, first)
    lines.gone(first, gone(first, 3000))
    lines.gone(first, None)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["gone", "forgotten"]
