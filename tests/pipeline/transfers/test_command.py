"""The command `transfers`, as a user runs it."""

import csv
import io

import pytest

from tests.dashboard import moved_lake
from tests.dashboard.moved_lake import CACHES, POOL, SERVER
from tests.ledger_command import Ledger

OF_POOL = ("--where", f"pool={POOL}")


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    folder = tmp_path_factory.mktemp("moved")
    return Ledger(moved_lake.make(folder / "lake"), folder)


def test_files_and_bytes_are_those_of_the_records(moved: Ledger) -> None:
    """60 jobs: the reference of 2 GB each, from two caches, and a chunk each; every ninth chunk failed."""
    rows = {row["protocol"]: row for row in moved.ok("transfers", *OF_POOL, "--format", "json").json}
    assert (rows["osdf"]["files"], rows["osdf"]["bytes"]) == (60, 120 * 10**9)
    assert (rows["https"]["files"], rows["https"]["failed"]) == (60, 7)
    assert rows["https"]["bytes"] == sum(10**6 * number for number in range(60) if number % 9)
    assert rows["osdf"]["rate_mb_s"] == pytest.approx(100)


def test_what_caches_saved_is_what_they_say(moved: Ledger) -> None:
    rows = {row["endpoint"]: row for row in moved.ok("transfers", *OF_POOL, "--what", "saved", "--format", "json").json}
    # 30 jobs each, of which every fifth made the cache fetch it
    assert (rows[CACHES[0]]["hit_bytes"], rows[CACHES[0]]["fetched_bytes"]) == (48 * 10**9, 12 * 10**9)
    assert rows[CACHES[0]]["distinct_bytes"] == 2 * 10**9
    assert (rows[SERVER]["hit_bytes"], rows[SERVER]["distinct_files"]) == (None, 53)


def test_failures_of_one_kind_are_one_line(moved: Ledger) -> None:
    (line,) = csv.DictReader(io.StringIO(moved.ok("transfers", *OF_POOL, "--what", "failures", "--by", "protocol",
                                                  "--format", "csv").out))  # fmt: skip
    assert (line["kind"], line["files"]) == ("no answer from #.#.#.#", "7")
    assert (line["error"], line["of_ap"], line["cluster"]) == ("no answer from 10.0.0.54", "ap1.campus.test", "55")


def test_people_get_a_table_and_a_sentence(moved: Ledger) -> None:
    for what, word in (("sums", "MB/s"), ("failures", "no answer"), ("inputs", "ref.tar"), ("saved", "cache1"),
                       ("jobs", "60.0 GB")):  # fmt: skip
        assert word in moved.ok("transfers", *OF_POOL, "--what", what).out
    assert "No moved file" in moved.ok("transfers", "--by", "protocol", "--where", "pool=silent").out


def test_strangers_texts_are_no_markup_of_the_terminal(moved: Ledger) -> None:
    said = moved.ok("transfers", "--where", "pool=hostile", "--by", "endpoint").out
    assert "<img src=x onerror=alert(1)>" in said
    assert "\u202e" not in said


def test_what_cannot_be_asked_is_refused_in_a_sentence(moved: Ledger) -> None:
    for words in (("--by", "bucket"), ("--where", "protocol"), ("--what", "jobs", "--by", "protocol")):
        refused = moved.run("transfers", *words)
        assert refused.code == 2
        assert "Traceback" not in refused.err
