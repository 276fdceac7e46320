"""The commands close, reopen, closed, diff and `usage --as-closed`, as a user runs them."""

import pytest

from pipeline.lake import Lake
from pipeline.schema import JOB
from pipeline.settings import Settings
from tests.ledger_command import Ledger
from tests.pipeline.closing.closable import READ, append, build, october_job

ASK = ("usage", "--by", "project,site", "--metrics", "cpu_h,jobs,cpu_efficiency", "--format", "csv")


@pytest.fixture
def ledger(built: Lake, ledger: Ledger) -> Ledger:
    """The command, with the lake whose October is built."""
    return ledger


def test_a_month_is_closed_listed_asked_again_compared_and_reopened(
    ledger: Ledger, built: Lake, settings: Settings
) -> None:
    answer = ledger.ok("close", "2026-10", "--reason", "report")
    assert answer.out.startswith("Closed 2026-10, version 1. Totals: sha256 ")
    published = ledger.bytes(*ASK, "--as-closed", "2026-10:1")
    assert published == ledger.bytes(*ASK, "--from", "2026-10-01", "--to", "2026-10-31")
    append(built, JOB, october_job(9, 7, 3, project="C"), read_utc=READ + 10**6)
    build(built, settings)
    assert ledger.bytes(*ASK, "--as-closed", "2026-10:1") == published
    assert ledger.ok("diff", "2026-10", "--format", "csv").out.splitlines()[1].startswith("C,late,1,0,10800,10800,")
    shown = ledger.ok("diff", "2026-10").out
    assert "late: A record of the job came after the month was closed." in shown
    assert "version 1 36.000 core h, live 42.000; difference +6.000, the sum of the causes." in shown
    assert "makes version 2" in ledger.ok("reopen", "2026-10", "--reason", "C was late").out
    ledger.ok("close", "2026-10")
    assert [one["state"] for one in ledger.ok("closed", "--format", "json").json["versions"]] == ["replaced", "closed"]
    assert "C,late" in ledger.ok("diff", "2026-10", "--version", "1", "--against", "2", "--format", "csv").out
    assert ledger.ok("diff", "2026-10").out.startswith("Nothing changed.")
    assert "2026-10:2" in ledger.ok("usage", "--as-closed", "2026-10").out


def test_a_changed_file_is_told_with_exit_code_1(ledger: Ledger, built: Lake) -> None:
    ledger.ok("close", "2026-10")
    path = built.root / "closed" / "2026-10" / "v1" / "charge.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    answer = ledger.run("closed")
    assert answer.code == 1
    assert "2026-10 version 1: charge.parquet was changed" in answer.out
    refused = ledger.run(*ASK, "--as-closed", "2026-10")
    assert refused.code == 1
    assert "is damaged: charge.parquet was changed" in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("close", "October"), "'October' is not a month"),
        (("close", "2999-01"), "2999-01 is not over in UTC"),
        (("close", "2026-10", "--even-so"), "--even-so needs a reason"),
        (("reopen", "2026-10", "--reason", "x"), "2026-10 is not closed"),
        (("diff", "2026-10"), "2026-10 was never closed"),
        (("usage", "--as-closed", "2026-10:x"), "names no version"),
    ],
)
def test_a_mistake_is_a_sentence_and_not_a_traceback(words: tuple[str, ...], said: str, ledger: Ledger) -> None:
    answer = ledger.run(*words)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_without_a_lake_it_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    answer = Ledger(folder / "lake", folder).run("closed")
    assert answer.code == 1
    assert "there is no lake" in answer.err


def test_a_lake_without_closed_months_says_so(ledger: Ledger) -> None:
    assert "No month was closed yet" in ledger.ok("closed").out
