"""Digests sent over a real SMTP server: once to each, whoever fails, whatever is killed."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.cube import Cube
from pipeline.digest.opted import wish
from pipeline.digest.period import Period
from pipeline.digest.readers import Reader
from pipeline.digest.send import Issue, Outcome, _Sending, send
from pipeline.errors import SettingsError, UsageError
from pipeline.lake import Lake
from pipeline.mail import sending
from pipeline.mail.sending import Server
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests import forked_command
from tests.copied_lake import copied
from tests.mail_server import Inbox, smtp_server

NOW = datetime(2028, 1, 1, tzinfo=UTC)
POOL = "prairie (simulated)"
PI = Reader("project", "Heron_Catalysis", "pi@example.org")
OPERATORS = Reader("operators", "", "ops@example.org")
NOBODY = Reader("user", "nobody@nowhere", "nobody@example.org")
ISSUE = Issue(POOL, Period.week("2026-W47", "UTC"), NOW)
KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.cube import Cube
from pipeline.digest import send
from pipeline.mail.sending import Server
from pipeline.settings import Settings
from tests.pipeline.digest.test_send import ISSUE, PI

root, port, when = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
hand_over = Server.send

def deadly(self, mail):
    if when == "after":
        hand_over(self, mail)
    os.kill(os.getpid(), signal.SIGKILL)

Server.send = deadly
given = Settings(lake=root, mail_host="127.0.0.1", mail_port=port, mail_security="none", mail_from="l@example.org")
send.send(Cube.open(root), given, [PI], ISSUE)
"""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as serving:
        yield serving


@pytest.fixture
def cube(lake: Lake, broken_pool: Lake) -> Cube:
    return Cube.open(copied(broken_pool, lake.root).root)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_WAIT_S", 0.0)


def settings(cube: Cube, port: int) -> Settings:
    return Settings(
        lake=cube.lake.root,
        mail_host="127.0.0.1",
        mail_port=port,
        mail_security="none",
        mail_from="l@example.org",
        base_url="https://ledger.example.org",
        digest_unsubscribe="off@example.org",
    )


def hours(cube: Cube, first: date, last: date) -> float:
    asked = UsageQuery((), ("cpu_h",), first, last, (("pool", (POOL,)), ("project", (PI.name,))))
    (row,) = cube.usage(asked, LOCAL).to_pylist()
    return float(row["cpu_h"])


def states(outcomes: list[Outcome]) -> list[str]:
    return [one.state for one in outcomes]


def test_each_gets_its_digest_once_and_who_wants_none_gets_none(cube: Cube, inbox: Inbox) -> None:
    given = settings(cube, inbox.port)
    wish(cube.lake, "out@example.org", "root", NOW, is_out=True)
    to = [PI, NOBODY, replace(PI, address="out@example.org")]
    assert states(send(cube, given, to, replace(ISSUE, dry_run=True))) == ["due", "nothing ran", "opted out"]
    assert inbox.mails == []
    assert states(send(cube, given, to, ISSUE)) == ["sent", "nothing ran", "opted out"]
    assert states(send(cube, given, [PI], ISSUE)) == ["sent before"]
    (mail,) = inbox.mails
    assert mail["Subject"] == "[HTC Ledger] The week of project Heron_Catalysis: 2026-W47"
    assert mail["List-Unsubscribe"] == "<mailto:off@example.org?subject=unsubscribe>"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    now, before = hours(cube, ISSUE.period.first, ISSUE.period.last), hours(cube, *ISSUE.period.before)
    assert f"Core hours   {now:,.1f}, before {before:,.1f}, change {100 * (now / before - 1):+,.1f} %" in text
    assert "https://ledger.example.org/project?" in text
    assert "<table>" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_one_that_is_refused_keeps_none_of_the_others_and_is_tried_by_the_next_run(cube: Cube, inbox: Inbox) -> None:
    given, other = settings(cube, inbox.port), replace(PI, address="other@example.org")
    inbox.refused.add("pi@example.org")
    for _ in range(2):
        assert states(send(cube, given, [PI], ISSUE)) == ["failed"]
    assert states(send(cube, given, [PI, other], ISSUE)) == ["failed", "sent"]
    inbox.refused.clear()
    assert states(send(cube, given, [PI, other], ISSUE)) == ["sent", "sent before"]
    assert inbox.readers == ["other@example.org", "pi@example.org"]


@pytest.mark.parametrize(("when", "arrived"), [("before", 0), ("after", 1)])
def test_killed_while_it_is_handed_over_it_is_not_sent_again_unless_that_is_asked_for(
    cube: Cube, inbox: Inbox, when: str, arrived: int
) -> None:
    done = forked_command.run("-c", (KILLED, str(cube.lake.root), str(inbox.port), when))
    assert done.code == -signal.SIGKILL, done.err
    assert len(inbox.mails) == arrived
    given = settings(cube, inbox.port)
    assert states(send(cube, given, [PI], ISSUE)) == ["unclear"]
    assert len(inbox.mails) == arrived
    assert states(send(cube, given, [PI], replace(ISSUE, again=True))) == ["sent"]
    assert states(send(cube, given, [PI], replace(ISSUE, again=True))) == ["sent before"]
    assert len({mail["Message-ID"] for mail in inbox.mails}) == 1


def test_of_two_runs_at_once_one_alone_sends_a_digest(cube: Cube, inbox: Inbox) -> None:
    """Both read what was sent before either of them began."""
    given = settings(cube, inbox.port)
    runs = [_Sending(cube, given, Server(given), ISSUE, (), frozenset()) for _ in range(2)]
    assert [run.one(PI).state for run in runs] == ["sent", "sent before"]
    assert len(inbox.mails) == 1


def test_a_connection_that_breaks_while_it_is_handed_over_is_unclear(cube: Cube, inbox: Inbox) -> None:
    inbox.drops = 1
    given = settings(cube, inbox.port)
    assert states(send(cube, given, [PI], ISSUE)) == ["unclear"]
    assert states(send(cube, given, [PI], ISSUE)) == ["unclear"]


def test_a_server_that_is_not_there_is_not_asked_for_every_reader(cube: Cube) -> None:
    to = [replace(PI, address=f"r{number}@example.org") for number in range(4)]
    outcomes = send(cube, settings(cube, 1), to, ISSUE)
    assert states(outcomes) == ["failed"] * 4
    assert [one.detail.startswith("not tried") for one in outcomes] == [False, False, True, True]


def test_operators_read_of_the_whole_pool_and_a_pi_of_one_project(cube: Cube, inbox: Inbox) -> None:
    day = replace(ISSUE, period=Period.day(ISSUE.period.first, "UTC"))
    assert states(send(cube, settings(cube, inbox.port), [OPERATORS], day)) == ["sent"]
    (mail,) = inbox.mails
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "of the whole pool" in text
    assert "WHAT STANDS OUT" in text


def test_nothing_is_begun_without_a_server_or_before_the_week_is_over(cube: Cube, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no server or no sender"):
        send(cube, Settings(lake=tmp_path), [PI], ISSUE)
    with pytest.raises(UsageError, match="not over"):
        send(cube, settings(cube, 1), [PI], replace(ISSUE, now=datetime(2026, 11, 20, tzinfo=UTC)))
