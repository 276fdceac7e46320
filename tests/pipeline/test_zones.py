"""Days of several time zones in one cube: each zone's are those of a ledger of that zone; all else is there once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.main import get_command

from htc_ledger import command_line
from pipeline import build as building
from pipeline.closing.closed_cube import ClosedCube
from pipeline.cube import Cube
from pipeline.errors import CheckFailed, UsageError
from pipeline.lake import Lake
from pipeline.models import MODELS
from pipeline.publish import current, publish
from pipeline.query import UsageQuery
from pipeline.reads import CALENDAR, of_zone
from pipeline.rules import checks, model_sql
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from pipeline.zones import Zone
from tests.copied_lake import copied
from tests.ledger_command import Ledger
from tests.pipeline.closing.closable import append, close_october, october, october_job
from tests.pipeline.incremental.cubes import rows_of_one, zones
from tests.pipeline.ledger_rows import small_ledger

CHICAGO, KOLKATA = "America/Chicago", "Asia/Kolkata"
DAYS = UsageQuery(by=("day",), metrics=("wall_s", "jobs"))


def quiet(step: str) -> None:
    pass


@pytest.fixture(scope="module")
def zoned(shared_lake: Lake) -> Lake:
    """The small ledger with days of UTC, Chicago and Kolkata, published. Do not write to it."""
    small_ledger(shared_lake)
    publish(shared_lake, Settings(lake=shared_lake.root, other_zones=(CHICAGO, KOLKATA)), quiet)
    return shared_lake


@pytest.fixture(scope="module")
def zoned_cube(zoned: Lake) -> Cube:
    return Cube.open(zoned.root)


def test_each_zone_charges_the_seconds_between_its_own_midnights(zoned_cube: Cube) -> None:
    """600 s before and 300 s after midnight UTC, an hour or so later, and 110 s of which no attempt is known for 100:
    in Chicago all of it is the evening before, in Kolkata the morning after.
    """
    assert zoned_cube.usage(DAYS, LOCAL).to_pylist() == [
        {"day": "2026-10-31", "wall_s": 660, "jobs": 2},
        {"day": "2026-11-01", "wall_s": 1250, "jobs": 3},
    ]
    for zone, day in ((CHICAGO, "2026-10-31"), (KOLKATA, "2026-11-01")):
        assert zoned_cube.in_zone(zone).usage(DAYS, LOCAL).to_pylist() == [{"day": day, "wall_s": 1910, "jobs": 3}]


def test_a_zone_s_days_are_those_of_a_ledger_of_that_zone_and_all_else_is_there_once(
    polled_lake: Lake, tmp_path: Path
) -> None:
    several = Settings(lake=polled_lake.root, other_zones=(CHICAGO,))
    alone = Settings(lake=polled_lake.root, zone=CHICAGO)
    for settings, name in ((several, "several"), (alone, "alone")):
        building.build(building.inputs(polled_lake, settings), tmp_path / name, settings, quiet)
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{tmp_path / 'several'}' AS several (READ_ONLY)")
        con.execute(f"ATTACH '{tmp_path / 'alone'}' AS alone (READ_ONLY)")
        assert (zones(con, "several"), zones(con, "alone")) == ([CHICAGO], [])
        own = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = ?", [CHICAGO]).fetchall()
        assert {name for (name,) in own} == {CALENDAR, *of_zone()}
        for name in (CALENDAR, *MODELS):
            schema = f'"{CHICAGO}"' if name == CALENDAR or name in of_zone() else "main"
            assert rows_of_one(con, f'several.{schema}."{name}"', f'alone.main."{name}"') == [], name
        (utc,) = con.execute("SELECT count(*) FROM several.main.charge").fetchall()
        assert utc > (0,)


def test_what_depends_on_where_days_begin_is_found_by_its_sql() -> None:
    assert {"charge", "waste_day", "coverage_day", "source_state", "efficiency", "transfer_day"} <= of_zone()
    assert not {"job", "attempt", "failure", "residual", "phase", "queue_now", "slot_now"} & of_zone()
    assert all("local_day" not in model_sql(name) for name in MODELS if name not in of_zone())


def test_rules_are_held_in_each_zone(zoned: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Charges of another zone that are a second too long are not published: attempts are as long in each."""
    chicago = Zone(CHICAGO, is_own=False)
    of_days = {check.name for check in checks() if chicago.holds(check)}
    assert "charges_add_up_to_attempts" in of_days
    published = current(zoned.cubes)
    assert published is not None
    assert published.checks == len(list(checks())) + 2 * len(of_days)
    wrong = f"SELECT * REPLACE (wall_s + 1 AS wall_s) FROM (\n{model_sql('charge')}\n)"
    settings = Settings(lake=zoned.root, other_zones=(CHICAGO,))
    made: list[str] = []

    def sql(name: str) -> str:
        made.append(name)
        return wrong if name == "charge" and made.count("charge") == 2 else model_sql(name)

    monkeypatch.setattr("pipeline.workbench.model_sql", sql)
    with pytest.raises(CheckFailed):
        building.build(building.inputs(zoned, settings), tmp_path / "cube", settings, quiet)
    assert made.count("charge") == 2


def test_a_zone_that_the_cube_has_not_is_refused_with_those_that_it_has(zoned: Lake, zoned_cube: Cube) -> None:
    for name in ("Mars/Olympus", "america/chicago", "main", "", '"; DROP TABLE charge; --'):
        with pytest.raises(UsageError, match="no days of the time zone") as raised:
            zoned_cube.in_zone(name)
        assert "UTC, America/Chicago, Asia/Kolkata" in raised.value.hint
    answer = Ledger(zoned.root, zoned.root).run("usage", "--zone", "Mars/Olympus")
    assert (answer.code, "America/Chicago" in answer.err, "Traceback" in answer.err) == (2, True, False)


def test_a_cube_in_a_zone_says_so_and_leads_back(zoned_cube: Cube) -> None:
    chicago = zoned_cube.in_zone(CHICAGO)
    assert (chicago.published.zone, chicago.zones) == (CHICAGO, ("UTC", CHICAGO, KOLKATA))
    assert chicago.pools(LOCAL)[0].zone == CHICAGO
    assert chicago.pools(LOCAL)[0].first_day == date(2026, 10, 31) == chicago.pools(LOCAL)[0].last_day
    assert chicago.newest() is chicago
    assert zoned_cube.in_zone("UTC") is zoned_cube.in_zone(None) is zoned_cube
    assert chicago.in_zone(None).usage(DAYS, LOCAL) == zoned_cube.usage(DAYS, LOCAL)


def test_a_ledger_of_one_zone_names_none(small_lake: Lake) -> None:
    cube = Cube.open(small_lake.root)
    assert cube.zones == ("UTC",)
    assert [pool.zone for pool in cube.pools(LOCAL)] == [""]


def test_the_command_line_answers_in_the_zone_that_it_is_asked_in(zoned: Lake, zoned_cube: Cube) -> None:
    command = Ledger(zoned.root, zoned.root)
    found = command.usage("day", "wall_s,jobs", "--zone", CHICAGO)
    assert found == zoned_cube.in_zone(CHICAGO).usage(DAYS, LOCAL).to_pylist()
    assert "days begin at midnight America/Chicago" in command.ok("usage", "--zone", CHICAGO).out
    said = command.ok("status", "--zone", CHICAGO).out
    assert "Days begin at midnight America/Chicago; --zone asks in UTC, Asia/Kolkata." in said
    assert command.ok("status", "--format", "json").json["published"]["other_zones"] == [CHICAGO, KOLKATA]


def test_every_command_that_takes_days_takes_a_zone() -> None:
    """But for what people say of findings: it is kept with the ledger's own days."""
    takes = dict(_options(get_command(command_line())))
    without = {name for name, options in takes.items() if "--from" in options and "--zone" not in options}
    assert takes["usage"] >= {"--from", "--zone"}
    assert {name for name in without if not name.startswith("desk ")} == set()


def _options(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    for name, within in getattr(command, "commands", {}).items():
        yield from _options(within, (*path, name))
    if not hasattr(command, "commands"):
        yield " ".join(path), {option for one in command.params for option in one.opts}


def test_a_newer_cube_is_asked_in_the_same_zone(lake: Lake, zoned: Lake) -> None:
    copied(zoned, lake.root)
    chicago = Cube.open(lake.root, CHICAGO)
    append(lake, JOB, october_job(9, 30, 1, record_id=99))
    publish(lake, Settings(lake=lake.root, other_zones=(KOLKATA, CHICAGO)), quiet)
    newest = chicago.newest()
    assert newest is not chicago
    assert newest.published.zone == CHICAGO
    assert newest.usage(DAYS, LOCAL).to_pylist()[0] == {"day": "2026-10-30", "wall_s": 3600, "jobs": 1}


def test_other_zones_than_before_make_the_cube_from_nothing_and_their_order_does_not(lake: Lake, zoned: Lake) -> None:
    copied(zoned, lake.root)
    for others, is_new, how in (
        ((KOLKATA, CHICAGO), False, "there is no cube before it"),
        ((KOLKATA,), True, f"the other zones are {KOLKATA}, and not {CHICAGO}, {KOLKATA}"),
        ((), True, f"the other zones are none, and not {KOLKATA}"),
    ):
        made, new = publish(lake, Settings(lake=lake.root, other_zones=others), quiet)
        assert (new, made.made) == (is_new, f"from nothing: {how}")
    assert Cube.open(lake.root).zones == ("UTC",)


def test_a_month_is_closed_in_the_ledger_s_own_zone(lake: Lake) -> None:
    settings = Settings(lake=lake.root, other_zones=(CHICAGO,))
    october(lake, settings)
    close_october(lake, settings)
    closed = ClosedCube.find(lake, "2026-10")
    asked = UsageQuery(("day",), ("wall_s",), date(2026, 10, 1), date(2026, 10, 31))
    live = Cube.open(lake.root)
    assert closed.usage(asked, LOCAL) == live.usage(asked, LOCAL) != live.in_zone(CHICAGO).usage(asked, LOCAL)
    assert closed.in_zone("UTC") is closed
    with pytest.raises(UsageError, match="has days of UTC, and not of 'America/Chicago'"):
        closed.in_zone(CHICAGO)
    answer = Ledger(lake.root, lake.root).run("usage", "--as-closed", "2026-10", "--zone", CHICAGO)
    assert (answer.code, "has days of UTC" in answer.err) == (2, True)
