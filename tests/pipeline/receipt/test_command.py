"""The commands `explain` and `residuals` as a user runs them."""

import pytest

from tests.collectors.records import history, job_ad, write
from tests.ledger_command import Ledger


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A lake of one job of 100 s, of which its run's own times know 90 s. Do not write to it."""
    folder = tmp_path_factory.mktemp("one")
    ledger = Ledger(folder / "lake", folder)
    ad = job_ad(7, 0, "ap1.example.org", "RemoteWallClockTime = 110.0", 'ProjectName = "\x1b[31mred"')
    ledger.ok("ingest", write(folder / "history", history(ad)))
    ledger.ok("build")
    return ledger


def test_a_receipt_is_printed_with_its_records_on_demand(one: Ledger) -> None:
    said = one.ok("explain", "ap1#7.0").out
    assert "Attempts 100 s + residual 10 s = wall time of the final ad 110 s." in said
    assert "RemoteWallClockTime" not in said
    raw = one.ok("explain", "ap1#7.0", "--raw").out
    assert "RemoteWallClockTime = 110.0" in raw
    assert "\x1b" not in said + raw
    assert "\\x1b[31mred" in raw


def test_a_receipt_for_programs_holds_whole_numbers(one: Ledger) -> None:
    said = one.ok("explain", "7.0", "--format", "json").json
    assert said["totals"]["used_mcore_s"] == 110_000
    assert said["residual"]["cause"]["rule"] == "slot_kept"
    assert said["records"][0]["offset_bytes"] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("explain", "8.0"), "there is no job 8.0"),
        (("explain", "x"), "names no job"),
        (("residuals", "--where", "x"), "'='"),
    ],
)
def test_a_mistake_is_a_message_and_no_traceback(one: Ledger, words: tuple[str, ...], says: str) -> None:
    answer = one.run(*words)
    assert answer.code == 2
    assert says in answer.err
    assert "Traceback" not in answer.err


def test_residuals_are_listed_with_their_sums(one: Ledger) -> None:
    said = one.ok("residuals").out
    assert "ap1.example.org#7.0" in said
    assert "\x1b" not in said
    assert "1 job: attempts 100 s + residual 10 s = wall time 110 s." in said
    (row,) = one.ok("residuals", "--format", "json").json
    assert (row["residual_s"], row["cause"], row["mcore_s"]) == (10, "slot_kept", 10_000)
