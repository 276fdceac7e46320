"""The commands `report mail` and `report sent`, as a timer and an operator run them."""

from pathlib import Path

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger
from tests.mail_server import smtp_server
from tests.pipeline.report.test_subscriptions import ONE, written


@pytest.fixture
def ledger(reported_lake: Lake, tmp_path: Path) -> Ledger:
    return Ledger(copied(reported_lake, tmp_path / "lake").root, tmp_path)


def test_reports_are_sent_once_and_kept_in_the_lake(ledger: Ledger) -> None:
    two = ONE + ONE.replace('"one"', '"two"').replace("PI@example.org", "refused@example.org")
    file = written(ledger.cwd, two)
    with smtp_server() as inbox:
        inbox.refused.add("refused@example.org")
        (ledger.cwd / "ledger.toml").write_text(
            f'mail_host = "127.0.0.1"\nmail_port = {inbox.port}\nmail_security = "none"\n'
            f'mail_from = "l@example.org"\nreport_subscriptions = "{file}"\n',
            "utf-8",
        )
        month = ("report", "mail", "--period", "2026-11")
        assert "due: pi@example.org (one)" in ledger.ok(*month, "--dry-run", "--only", "one").out
        done = ledger.run(*month)
        assert (done.code, done.out) == (1, f"sent: pi@example.org (one): {inbox.mails[0]['Subject']}\n1 sent of 2.\n")
        assert "failed: refused@example.org (two)" in done.err
        assert "sent before: pi@example.org (one)" in ledger.ok(*month, "--only", "one").out
    steps = ledger.ok("report", "sent", "--format", "json").json
    assert {(step["recipient"], step["state"]) for step in steps} == {
        ("pi@example.org", "begun"),
        ("pi@example.org", "sent"),
        ("refused@example.org", "begun"),
        ("refused@example.org", "refused"),
    }
    assert ledger.ok("digest", "sent", "--format", "json").json == []


def test_a_mistake_is_a_message(ledger: Ledger) -> None:
    none = ledger.run("report", "mail")
    assert (none.code, "no file says who gets reports" in none.err) == (2, True)
    file = written(ledger.cwd, ONE)
    unknown = ledger.run("report", "mail", "--only", "three", HTC_LEDGER_REPORT_SUBSCRIPTIONS=file)
    assert (unknown.code, "there is no subscription 'three'" in unknown.err) == (2, True)
