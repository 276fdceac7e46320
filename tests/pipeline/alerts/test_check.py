"""A check tells what is due, once; killed between sending and noting it tells it again, under the same id."""

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.alerts.check import only_check, send
from pipeline.alerts.destination import destination
from pipeline.alerts.due import Due, Found, Moment, due
from pipeline.cube import Cube
from pipeline.desk.act import About, Wish
from pipeline.desk.journal import record
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests import forked_command
from tests.copied_lake import copied
from tests.mail_server import Hook, Inbox, smtp_server, webhook
from tests.pipeline.alerts.rules import due as made
from tests.pipeline.alerts.rules import rule
from tests.pipeline.desk.found import FULL

KILLED = """
import json, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.alerts import check
from pipeline.alerts.destination import destination
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.pipeline.alerts.rules import due

root, port = Path(sys.argv[1]), int(sys.argv[2])
check.note = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
settings = Settings(lake=root, mail_host="127.0.0.1", mail_port=port, mail_security="none", mail_from="l@example.org")
check.send(Lake(root), settings, [due(destination("ops@example.org"))], datetime.now(UTC))
"""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as serving:
        yield serving


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as serving:
        yield serving


@pytest.fixture
def broken(lake: Lake, broken_pool: Lake) -> Cube:
    return Cube.open(copied(broken_pool, lake.root).root)


def settings(lake: Lake, inbox: Inbox) -> Settings:
    return Settings(
        lake=lake.root,
        mail_host="127.0.0.1",
        mail_port=inbox.port,
        mail_security="none",
        mail_from="ledger@example.org",
        base_url="https://ledger.example.org",
    )


def moment(cube: Cube, **later: int) -> Moment:
    """Up to the end of the newest run, asked so much later than now."""
    (pool,) = (pool.name for pool in cube.pools(LOCAL))
    newest = cube.newest_end(pool, LOCAL, 4_000_000_000)
    assert newest is not None
    return Moment(datetime.now(UTC) + timedelta(**later), newest + 1)


def states(found: Found) -> list[str]:
    return [one.state for one in found.due]


def test_what_stands_out_is_told_once_to_each_and_again_when_its_time_is_over(
    broken: Cube, inbox: Inbox, hook: Hook
) -> None:
    rules = [rule(to=["ops@example.org", hook.url], hours=72, again_after_h=48)]
    given = settings(broken.lake, inbox)
    found = due(broken, rules, moment(broken))
    assert states(found) == ["due", "due"]
    outcomes = send(broken.lake, given, found.due, datetime.now(UTC))
    assert [one.error for one in outcomes] == ["", ""]
    (mail,) = inbox.mails
    assert mail["Subject"].startswith("[HTC Ledger] 99 % of “Disk exceeded”")
    text = mail.get_content()
    assert "What to do: " in text
    assert "See: https://ledger.example.org/triage?pool=" in text
    assert hook.posts[0]["finding"]["class"] == "disk_exceeded"
    assert states(due(broken, rules, moment(broken))) == ["told", "told"]
    again = due(broken, rules, moment(broken, hours=49))
    assert states(again) == ["due", "due"]
    assert {one.id for one in again.due}.isdisjoint({one.id for one in found.due})
    never = [rules[0].model_copy(update={"again_after_h": 0})]
    assert states(due(broken, never, moment(broken, days=9_000))) == ["told", "told"]


def test_what_is_muted_is_silent_until_the_mute_is_over(broken: Cube) -> None:
    (one,) = due(broken, [rule(hours=72)], moment(broken)).due
    now_utc = int(datetime.now(UTC).timestamp())
    wish = Wish("mute", "", "ada", "command")
    record(broken.lake, wish.act(About.of(one.asked.pool, one.finding), one.finding.sentence, now_utc))
    assert states(due(broken, [rule(hours=72)], moment(broken))) == ["muted"]
    assert states(due(broken, [rule(hours=72)], moment(broken, hours=25))) == ["due"]


def test_a_place_more_is_told_and_places_less_are_not(lake: Lake, inbox: Inbox) -> None:
    from pipeline.alerts.due import SOURCE, _unless_told
    from pipeline.mail.sent import steps

    two = replace(made(destination("ops@example.org")), finding=replace(FULL, values=("Alpha", "Beta")))
    now = datetime.now(UTC)
    assert not send(lake, settings(lake, inbox), [two], now)[0].error
    told = steps(lake, SOURCE)

    def state(*places: str) -> str:
        return _unless_told(replace(two, finding=replace(FULL, values=places)), told, int(now.timestamp())).state

    assert (state("Beta"), state("Beta", "Alpha"), state("Alpha", "Gamma")) == ("told", "told", "due")


def test_killed_between_sending_and_noting_it_is_sent_again_with_the_same_id(lake: Lake, inbox: Inbox) -> None:
    done = forked_command.run("-c", (KILLED, str(lake.root), str(inbox.port)))
    assert done.code == -signal.SIGKILL, done.err
    one = made(destination("ops@example.org"))
    assert not send(lake, settings(lake, inbox), [one], datetime.now(UTC))[0].error
    first, second = inbox.mails
    assert first["Message-ID"] == second["Message-ID"] == f"<{one.id}@example.org>"


def test_one_that_is_not_taken_keeps_none_of_the_others_and_is_due_again(lake: Lake, inbox: Inbox, hook: Hook) -> None:
    inbox.refused.add("gone@example.org")
    hook.answers = [400]
    given: list[Due] = [made(destination(to)) for to in ("gone@example.org", hook.url, "ops@example.org")]
    outcomes = send(lake, settings(lake, inbox), given, datetime.now(UTC))
    assert [bool(one.error) for one in outcomes] == [True, True, False]
    assert "secret" not in json.dumps([one.error for one in outcomes])
    assert inbox.readers == ["ops@example.org"]


def test_two_checks_at_a_time_are_refused(lake: Lake) -> None:
    with only_check(lake), pytest.raises(LakeRace, match="another check"), only_check(lake):
        pass


def test_a_rule_that_cannot_be_asked_keeps_none_of_the_others(broken: Cube) -> None:
    rules = [rule(name="a", pool="elsewhere"), rule(name="b", to=["env:NOT_SET_ANYWHERE"]), rule(name="c", hours=72)]
    found = due(broken, rules, moment(broken))
    assert [name for name, _ in found.troubles] == ["a", "b"]
    assert states(found) == ["due"]


def test_nobody_is_alerted_of_a_past_that_was_not_asked_for_and_that_nothing_came_since_is_said(broken: Cube) -> None:
    found = due(broken, [rule(known=True)], Moment(datetime(2027, 6, 1, tzinfo=UTC)))
    assert found.due == ()
    ((name, error),) = found.troubles
    assert (name, error.exit_code) == ("disks", 2)
    assert "hours ago" in error.what


def test_a_source_that_stopped_is_told_although_its_records_are_old(
    broken: Cube, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = replace(FULL, kind="quiet", dimension="access point", values=("ap9",), failed=0, hours=0.0)
    monkeypatch.setattr("pipeline.alerts.due.stopped", lambda *_asked: (silent,))
    later = Moment(datetime(2027, 6, 1, tzinfo=UTC))
    assert [one.finding for one in due(broken, [rule(least_hours=5)], later).due] == [silent]
    assert due(broken, [rule(project="Heron_Catalysis")], later).due == (), "it is of no project"


def test_a_rule_of_a_project_sees_its_runs_alone(broken: Cube) -> None:
    assert due(broken, [rule(project="No_Such_Project", hours=72)], moment(broken)) == Found(())
    for one in due(broken, [rule(project="Heron_Catalysis", hours=72, known=True)], moment(broken)).due:
        assert one.finding.tried + one.finding.tried_elsewhere < 1_000


def test_of_too_many_at_once_the_costliest_are_told_and_the_others_wait(broken: Cube) -> None:
    found = due(broken, [rule(hours=72, known=True, most=2)], moment(broken))
    assert states(found)[:2] == ["due", "due"]
    assert set(states(found)[2:]) == {"waits"}
