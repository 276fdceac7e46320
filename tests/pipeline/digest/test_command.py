"""The commands `htc-ledger digest`: previewed, sent, and who wants none."""

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger
from tests.mail_server import smtp_server

WEEK = ("--week", "2026-W46")


@pytest.fixture
def pool(ledger: Ledger, broken_pool: Lake) -> Ledger:
    copied(broken_pool, ledger.lake)
    return ledger


def test_a_digest_is_previewed_and_sent_to_those_of_the_file(pool: Ledger) -> None:
    page = pool.ok("digest", "preview", "--for", "project", "Heron_Catalysis", *WEEK).out
    assert page.startswith("<!DOCTYPE html>")
    assert "WHAT STANDS OUT" in pool.ok("digest", "preview", "--operators", "--day", "2026-11-14", "--text").out
    readers = pool.cwd / "readers.csv"
    readers.write_text(
        "kind,name,address\nproject,Heron_Catalysis,pi@example.org\nuser,nobody,n@example.org\noperators,,o@example.org\n",
        "utf-8",
    )
    with smtp_server() as inbox:
        inbox.refused.add("o@example.org")
        (pool.cwd / "ledger.toml").write_text(
            f'mail_host = "127.0.0.1"\nmail_port = {inbox.port}\nmail_security = "none"\n'
            f'mail_from = "l@example.org"\ndigest_readers = "{readers}"\n',
            "utf-8",
        )
        said = pool.ok("digest", "send", "--weekly", *WEEK).out
        assert "sent: pi@example.org (project Heron_Catalysis)" in said
        assert "1 sent of 2." in said
        assert "0 sent of 2." in pool.ok("digest", "send", "--weekly", *WEEK).out
        failed = pool.run("digest", "send", "--daily", "--day", "2026-11-14")
        assert (failed.code, failed.out.strip()) == (1, "0 sent of 1.")
        assert "failed: o@example.org" in failed.err
    assert inbox.readers == ["pi@example.org"]
    steps = pool.ok("digest", "sent", "--format", "json").json
    assert [(step["recipient"], step["state"]) for step in steps] == [
        ("pi@example.org", "begun"),
        ("pi@example.org", "sent"),
        ("o@example.org", "begun"),
        ("o@example.org", "refused"),
    ]


def test_opting_out_and_in_is_kept_in_the_lake(pool: Ledger) -> None:
    assert "gets no digests." in pool.ok("digest", "opt-out", "pi@example.org").out
    assert "already" in pool.ok("digest", "opt-out", "PI@example.org").out
    assert [row["address"] for row in pool.ok("digest", "opted", "--format", "json").json] == ["pi@example.org"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("preview",), "whose digest?"),
        (("preview", "--for", "friend", "x"), "no digest for 'friend'"),
        (("preview", "--for", "user", "nobody", *WEEK), "nothing of user nobody ran"),
        (("preview", "--operators", *WEEK), "a day of operators"),
        (("send",), "which digests?"),
    ],
)
def test_a_mistake_is_a_message(broken_pool: Lake, ledger: Ledger, words: tuple[str, ...], said: str) -> None:
    answer = Ledger(broken_pool.root, ledger.cwd).run("digest", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
