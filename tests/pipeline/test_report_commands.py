"""The commands `facility` and `access-point`, as a user runs them."""

import csv
import io
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from tests.ledger_command import Ledger
from tests.pipeline.reported_rows import AP, reported_pool


@pytest.fixture
def ledger(lake: Lake, tmp_path: Path) -> Ledger:
    reported_pool(lake)
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return Ledger(lake.root, tmp_path)


DAYS = ("--from", "2026-11-01", "--to", "2026-11-10")


def test_a_facility_s_hours_are_those_of_usage(ledger: Ledger) -> None:
    found = ledger.ok("facility", "--by", "site", *DAYS, "--format", "json").json
    usage = ledger.usage("site", "cpu_h,gpu_h,goodput_succeeded_h,jobs", *DAYS)
    assert found == usage != []


def test_every_part_of_a_facility_s_report_has_a_table_and_a_form_for_programs(ledger: Ledger) -> None:
    who = {
        row["kind"]: (row["active"], row["new"])
        for row in ledger.ok("facility", "--sheet", "who", *DAYS, "--format", "json").json
    }
    assert who == {"project": (2, 1), "user": (3, 2), "institution": (0, 0)}
    lines = list(csv.DictReader(io.StringIO(ledger.ok("facility", "--sheet", "new", *DAYS, "--format", "csv").out)))
    assert [line["name"] for line in lines] == ["C", "carol@pool.test", "dave@pool.test"]
    shown = ledger.ok("facility", *DAYS).out
    assert "Never seen before these days; the ledger looks back to 2025-09-27." in shown
    assert "last year is known on some of these days only" in shown
    assert ledger.bytes("facility", "--sheet", "months", *DAYS, "--format", "parquet")[:4] == b"PAR1"


def test_what_is_not_known_of_a_facility_is_said(ledger: Ledger) -> None:
    shown = ledger.ok("facility", "--from", "2025-09-27", "--to", "2025-09-30").out
    assert "Who is new is not known: the ledger begins on 2025-09-27" in shown
    assert "last year is known on none of these days" in shown
    assert "what the pool offered is not known" in shown


def test_an_access_point_s_days_and_kinds_are_told(ledger: Ledger) -> None:
    rows = ledger.ok("access-point", AP, *DAYS, "--format", "json").json
    assert [(row["day"], row["submitted"], row["succeeded"]) for row in rows][2] == ("2026-11-03", 7, 4)
    kinds = ledger.ok("access-point", AP, "--sheet", "kinds", *DAYS, "--format", "json").json
    assert {row["kind"] for row in kinds} == {"pool", "dagman", "local", "scheduler"}
    schedd = ledger.ok("access-point", AP, "--sheet", "schedd", "--format", "json").json
    assert (schedd[0]["uploads_waiting"], schedd[0]["seen_utc"]) == (12, "2026-11-10T13:53:20Z")
    shown = ledger.ok("access-point", AP, *DAYS).out
    assert "dagman" in shown
    assert "ap1.pool.test in reported, 2026-11-01 to 2026-11-10" in shown


def test_without_a_name_the_known_access_points_are_listed(ledger: Ledger) -> None:
    found = ledger.ok("access-point", "--format", "json").json
    assert [row["access_point"] for row in found] == [AP, "ap2.pool.test"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("facility", "--pool", "none"), "there is no pool 'none'"),
        (("facility", "--by", "colour"), "there is no dimension 'colour'"),
        (("facility", "--from", "2026-11-02", "--to", "2026-11-01"), "is after"),
        (("access-point", "nowhere"), "there is no access point 'nowhere' in pool 'reported'"),
    ],
)
def test_a_mistake_is_a_message(ledger: Ledger, words: tuple[str, ...], says: str) -> None:
    answer = ledger.run(*words)
    assert answer.code == 2
    assert says in answer.err
