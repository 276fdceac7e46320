"""The commands `htc-ledger alerts`: rules are looked at, readers are told, an announced downtime keeps them quiet."""

import json

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger
from tests.mail_server import smtp_server, webhook

UNTIL = ("--until", "2026-11-20T12:00Z")
RULE = (
    '[[alerts]]\nname = "disks"\nto = ["ops@example.org", "env:OPS_WEBHOOK"]\nclasses = ["disk_exceeded"]\nhours = 72\n'
)


@pytest.fixture
def pool(ledger: Ledger, broken_pool: Lake) -> Ledger:
    copied(broken_pool, ledger.lake)
    (ledger.cwd / "ledger.toml").write_text(RULE, "utf-8")
    return ledger


def test_a_check_tells_once_says_what_was_told_and_keeps_secrets(pool: Ledger) -> None:
    with smtp_server() as inbox, webhook() as hook:
        mail = (
            f'mail_host = "127.0.0.1"\nmail_port = {inbox.port}\nmail_security = "none"\nmail_from = "l@example.org"\n'
        )
        (pool.cwd / "ledger.toml").write_text(mail + RULE, "utf-8")
        said = [pool.ok("alerts", "check", *UNTIL, "--dry-run", OPS_WEBHOOK=hook.url).out]
        assert (inbox.mails, hook.posts) == ([], [])
        said += [pool.ok("alerts", "check", *UNTIL, OPS_WEBHOOK=hook.url).out for _ in range(2)]
        assert (len(inbox.mails), len(hook.posts)) == (1, 1)
        assert "2 told, 0 silent" in said[1]
        assert "0 told, 2 silent" in said[2]
        rows = pool.ok("alerts", "sent", "--format", "json").json
        assert [row["rule"] for row in rows] == ["disks", "disks"]
        assert "secret" not in json.dumps([*said, rows])


def test_a_site_in_an_announced_downtime_is_quiet(pool: Ledger, broken_pool: Lake) -> None:
    def state() -> set[str]:
        rows = pool.ok("alerts", "test", *UNTIL, "--format", "json", OPS_WEBHOOK="https://hooks.example.org/x").json
        return {row["state"] for row in rows}

    assert state() == {"due"}
    (planted,) = json.loads((broken_pool.root.parent / "truth.json").read_text("utf-8"))
    lines = f"kind,id,resource,from,to\ndowntime,d1,{planted['value']},2026-11-17T00:00Z,2026-11-21T00:00Z\n"
    (pool.cwd / "down.csv").write_text(lines, "utf-8")
    pool.ok("metadata", "import", "csv", "down.csv")
    pool.ok("build")
    assert state() == {"downtime"}


@pytest.mark.parametrize(
    ("rules", "words", "said"),
    [
        (RULE, ("check", "--rule", "fire"), "there is no rule 'fire'"),
        (RULE + RULE, ("check",), "two alerts are called disks"),
        (RULE.replace("disk_exceeded", "disk"), ("test",), "there is no class 'disk'"),
    ],
)
def test_a_mistake_is_a_message(
    broken_pool: Lake, ledger: Ledger, rules: str, words: tuple[str, ...], said: str
) -> None:
    (ledger.cwd / "ledger.toml").write_text(rules, "utf-8")
    answer = Ledger(broken_pool.root, ledger.cwd).run("alerts", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_rule_that_cannot_be_asked_is_an_exit_code(pool: Ledger) -> None:
    answer = pool.run("alerts", "check", *UNTIL)
    assert (answer.code, "rule disks: an alert's webhook stands in OPS_WEBHOOK" in answer.err) == (1, True)
