"""The commands `htc-ledger exports`."""

import re
from pathlib import Path

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger
from tests.pipeline.exports.made import shown

BENCHMARKS = "[apel.benchmarks]\nHEPscore23 = 15.3\n"


@pytest.fixture
def small(ledger: Ledger, small_lake: Lake) -> Ledger:
    copied(small_lake, ledger.lake)
    (ledger.cwd / "exports.toml").write_text(BENCHMARKS, "utf-8")
    return ledger


def usage_s(ledger: Ledger) -> int:
    return int(ledger.usage("pool", "wall_s")[0]["wall_s"])


def test_apel_summaries_are_sent_once_and_listed(small: Ledger) -> None:
    named = {"HTC_LEDGER_EXPORTS_FILE": "exports.toml"}
    said = small.ok("exports", "apel", "--out", "outgoing", **named).out
    assert "2026-10-01 to 2026-11-30 (UTC)" in said
    out = small.cwd / "outgoing"
    files = shown(out)
    assert all(re.fullmatch(r"[0-9a-f]{8}/[0-9a-f]{14}", str(path.relative_to(out))) for path in files)
    told = "".join(path.read_text("utf-8") for path in files)
    assert sum(map(int, re.findall(r"^WallDuration: (\d+)$", told, re.MULTILINE))) == usage_s(small) == 1910
    assert "Sent: 0 records" in small.ok("exports", "apel", "--out", "outgoing", **named).out
    rows = small.ok("exports", "sent", "--format", "json").json
    assert {row["format"] for row in rows} == {"apel-normalised"}
    assert sum(row["wall_s"] for row in rows) == 1910
    assert "apel-normalised" in small.ok("exports", "sent").out


def test_a_missing_benchmark_says_what_to_do(small: Ledger) -> None:
    answer = small.run("exports", "apel", "--out", "outgoing")
    assert answer.code == 2
    assert "no benchmark is known of site" in answer.err
    assert "exports template" in answer.err
    assert shown(small.cwd / "outgoing") == []


@pytest.mark.parametrize("words", [("gratia", "--form", "json"), ("gracc", "--booking", "ended"), ("xdmod",)])
def test_each_format_says_that_it_adds_up(small: Ledger, words: tuple[str, ...]) -> None:
    said = small.ok("exports", *words, "--out", "out").out
    assert "1,910 wall seconds = usage of these days 1,910" in said


def test_the_edges_of_a_month_are_told(small: Ledger) -> None:
    said = small.ok("exports", "gratia", "--out", "out", "--month", "2026-11").out
    assert "1,910 wall seconds = usage of these days 1,250 + 660 before them" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gracc", "--out", "out", "--month", "2026-11", "--from", "2026-11-01"), "name days twice"),
        (("gracc", "--out", "out", "--pool", "nowhere"), "there is no pool 'nowhere'"),
        (("gracc", "--out", "out", "--venue", "pilot"), "no usage is known"),
        (("apel", "--out", "out", "--from", "2026-11-02"), "no whole months"),
    ],
)
def test_a_mistake_is_a_message(small_lake: Lake, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    answer = Ledger(small_lake.root, tmp_path).run("exports", *words)
    assert answer.code == 2
    assert said in answer.err


def test_the_template_is_written(small: Ledger, tmp_path: Path) -> None:
    small.ok("exports", "template", "--output", str(tmp_path / "own.toml"))
    assert "HEPscore23" in (tmp_path / "own.toml").read_text("utf-8")
