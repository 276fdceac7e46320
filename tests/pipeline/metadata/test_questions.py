"""Questions to the cube about names: what is unmapped, what was promised, what was down; and that sums are kept."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from pipeline.cube import Cube
from pipeline.dimensions import DIMENSIONS
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.metadata.entry import Entry
from pipeline.metadata.store import Origin, day_number, put
from pipeline.publish import publish
from pipeline.query import BOOKINGS, UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.ledger_rows import MIDNIGHT, small_ledger

POOLS = ("pool",)
OF_OTHER_FACTS = ("bucket", "gpu_model")
"""Dimensions that divide what became of the time, or GPUs alone."""
OCTOBER_31, NOVEMBER_1 = day_number(date(2026, 10, 31)), day_number(date(2026, 11, 1))
"""The small ledger: A 600 s at Alpha before midnight and 300 s after; B 300 s at Alpha, 600 s at Beta after it; no
project: 60 s unattributed before midnight, 40 s after it, and 10 s at Alpha. All on two cores."""


def cube_with(lake: Lake, *entries: Entry) -> Cube:
    small_ledger(lake)
    put(lake, entries, Origin("own", "file", None), datetime.now(UTC))
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return Cube.open(lake.root)


def wall(cube: Cube, *by: str, viewer: Viewer = LOCAL) -> list[tuple[object, ...]]:
    rows = cube.usage(UsageQuery(by=by, metrics=("wall_s",)), viewer).to_pylist()
    return [tuple(row.values()) for row in rows]


def test_unmapped_is_a_line_of_its_own(lake: Lake) -> None:
    cube = cube_with(lake, Entry(kind="project", name="A", institution_id="uni-a"))
    assert wall(cube, "institution") == [("uni-a", 900), ("unmapped", 1010)]
    assert wall(cube, "facility") == [("unattributed", 100), ("unmapped", 1810)]


def test_a_project_that_was_renamed_has_one_line_and_its_raw_names(lake: Lake) -> None:
    renamed = Entry(kind="alias", of_kind="project", name="A", target="B", valid_to=OCTOBER_31)
    cube = cube_with(lake, renamed, Entry(kind="project", name="B", pi="Ben"))
    assert wall(cube, "project", "raw_project") == [
        ("A", "A", 300),
        ("B", "A", 600),
        ("B", "B", 900),
        ("unmapped", "unmapped", 110),
    ]
    assert wall(cube, "pi") == [("Ben", 1500), ("unmapped", 410)]


def test_counts_are_mapped_by_day_as_sums_are(lake: Lake) -> None:
    pis = [
        Entry(kind="project", name="A", pi="Ada", valid_to=OCTOBER_31),
        Entry(kind="project", name="A", pi="Ben", valid_from=NOVEMBER_1),
    ]
    cube = cube_with(lake, *pis)
    used = cube.usage(UsageQuery(by=("pi",), metrics=("wall_s", "jobs", "attempts")), LOCAL).to_pylist()
    assert used[:2] == [
        {"pi": "Ada", "wall_s": 600, "jobs": 1, "attempts": 1},
        {"pi": "Ben", "wall_s": 300, "jobs": 1, "attempts": 1},
    ]
    ended = UsageQuery(by=("pi",), metrics=("wall_s", "jobs"), booking="ended")
    assert cube.usage(ended, LOCAL).to_pylist()[0] == {"pi": "Ben", "wall_s": 900, "jobs": 1}


def test_every_dimension_keeps_the_total(lake: Lake) -> None:
    cube = cube_with(
        lake,
        Entry(kind="project", name="A", institution_id="uni-a", field_id="40.08", pi="Ada"),
        Entry(kind="alias", of_kind="project", name="B", target="A"),
        Entry(kind="site", name="Alpha", facility="Campus"),
        Entry(kind="alias", of_kind="site", name="Beta", target="Alpha"),
        Entry(kind="user", name="*@pool.test", person="Ada"),
    )
    for known in DIMENSIONS:
        if known.name in OF_OTHER_FACTS:
            continue
        for booking in BOOKINGS:
            parts = cube.usage(UsageQuery(by=(known.name,), metrics=("wall_s",), booking=booking), LOCAL).to_pylist()
            assert sum(row["wall_s"] for row in parts) == 1910, (known.name, booking)


def test_filters_and_values_are_of_registered_names(lake: Lake) -> None:
    cube = cube_with(
        lake,
        Entry(kind="alias", of_kind="site", name="Beta", target="Alpha"),
        Entry(kind="site", name="Alpha", facility="Campus", institution_id="uni-a"),
    )
    assert cube.values("site", POOLS, LOCAL) == ("Alpha", "unattributed")
    assert cube.values("contributing_institution", POOLS, LOCAL, contains="UNI") == ("uni-a",)
    asked = UsageQuery(metrics=("wall_s", "jobs"), where=(("facility", ("Campus",)),))
    assert cube.usage(asked, LOCAL).to_pylist() == [{"wall_s": 1810, "jobs": 3}]


def test_who_sees_a_project_sees_it_under_all_its_names_and_no_other(lake: Lake) -> None:
    cube = cube_with(lake, Entry(kind="alias", of_kind="project", name="A", target="B"))
    viewer = Viewer("ben", frozenset({"B"}))
    assert wall(cube, "raw_project", viewer=viewer) == [("A", 900), ("B", 900)]
    assert [pool.name for pool in cube.pools(viewer)] == ["pool"]
    assert cube.pools(Viewer("ada", frozenset({"A"}))) == ()
    assert cube.unmapped(POOLS, viewer, ("user",)).to_pylist()[0]["cpu_h"] == 1800 * 2 / 3600


def unmapped(cube: Cube, kinds: Sequence[str], first: date | None = None) -> list[tuple[str, str, float]]:
    rows = cube.unmapped(POOLS, LOCAL, tuple(kinds), first=first).to_pylist()
    return [(row["kind"], row["name"], row["cpu_h"] * 1800) for row in rows]


def test_unmapped_names_are_listed_by_core_hours(lake: Lake) -> None:
    cube = cube_with(
        lake,
        Entry(kind="project", name="B"),
        Entry(kind="site", name="Beta", facility="Campus"),
    )
    assert unmapped(cube, ("project",)) == [("project", "A", 900), ("project", "unmapped", 110)]
    assert unmapped(cube, ("project",), first=date(2026, 11, 1)) == [("project", "A", 300), ("project", "unmapped", 50)]
    assert unmapped(cube, ("site",)) == [("site", "Alpha", 1210)]
    assert unmapped(cube, ("institution", "field")) == [("field", "B", 900), ("institution", "B", 900)]
    assert unmapped(cube, ("contributing institution",)) == [("contributing institution", "Beta", 600)]
    assert unmapped(cube, ("user",)) == [("user", "alice@pool.test", 1910)]
    with pytest.raises(UsageError, match="no unmapped 'colour'"):
        unmapped(cube, ("colour",))


def test_a_prefix_is_a_suggestion_and_maps_nothing(lake: Lake) -> None:
    cube = cube_with(lake, Entry(kind="prefix", name="A", title="University A"))
    rows = cube.unmapped(POOLS, LOCAL, ("project",)).to_pylist()
    assert [row["suggestion"] for row in rows] == ["institution: University A", None, None]
    assert wall(cube, "institution") == [("unmapped", 1910)]


def test_a_pledge_is_measured_on_its_days_at_its_site(lake: Lake) -> None:
    cube = cube_with(
        lake,
        Entry(kind="site", name="Alpha", facility="Campus"),
        Entry(kind="pledge", of_kind="site", name="Alpha", core_s=36_000, share_ppm=200_000, valid_from=NOVEMBER_1),
        Entry(kind="pledge", of_kind="facility", name="Campus", core_s=3600, valid_to=OCTOBER_31),
        Entry(kind="pledge", of_kind="site", name="Beta", share_ppm=200_000),
    )
    rows = cube.commitments(("pledge",), POOLS, LOCAL).to_pylist()
    # Alpha since 1 November: 610 s on two cores; Campus until 31 October: 600 s
    assert [(row["owner"], row["promised_h"], row["delivered_h"], row["share_of_promise"]) for row in rows] == [
        ("Alpha", 2, 1220 / 3600, 1220 / 7200),
        ("Beta", None, 1200 / 3600, None),
        ("Campus", 1, 1200 / 3600, 1200 / 3600),
    ]
    october = cube.commitments(("pledge",), POOLS, LOCAL, last=date(2026, 10, 31)).to_pylist()
    assert [(row["owner"], row["delivered_h"]) for row in october] == [("Beta", 0), ("Campus", 1200 / 3600)]


def test_an_allocation_is_measured_by_its_project_and_elsewhere_it_is_unknown(lake: Lake) -> None:
    cube = cube_with(
        lake,
        Entry(kind="alias", of_kind="project", name="A", target="B"),
        Entry(kind="allocation", name="X-1", target="B", core_s=7200, valid_from=OCTOBER_31, valid_to=OCTOBER_31),
        Entry(kind="allocation", name="X-2", target="B", resource_group="Elsewhere"),
        Entry(kind="award", name="1234567", target="B"),
    )
    rows = cube.commitments(("allocation", "award"), POOLS, LOCAL).to_pylist()
    assert [(row["number"], row["promised_h"], row["delivered_h"]) for row in rows] == [
        ("X-2", None, None),
        ("X-1", 2, 1200 / 3600),
        ("1234567", None, 3600 / 3600),
    ]
    assert cube.commitments(("award",), POOLS, Viewer("ada", frozenset({"A"}))).num_rows == 0


def test_a_downtime_shows_what_its_site_gave_on_its_days(lake: Lake) -> None:
    cube = cube_with(
        lake,
        Entry(kind="resource", name="CE1", site="Beta"),
        Entry(
            kind="downtime", name="7", target="CE1", from_utc=MIDNIGHT + 60, to_utc=MIDNIGHT + 600, severity="Outage"
        ),
        Entry(kind="downtime", name="8", target="CE1", from_utc=MIDNIGHT - 600, to_utc=MIDNIGHT - 60),
    )
    rows = cube.downtimes(POOLS, LOCAL).to_pylist()
    assert [(row["downtime_id"], row["site"], row["cpu_h"]) for row in rows] == [
        ("7", "Beta", 1200 / 3600),
        ("8", "Beta", None),
    ]
    assert cube.downtimes(POOLS, LOCAL, last=date(2026, 10, 31)).column("downtime_id").to_pylist() == ["8"]
