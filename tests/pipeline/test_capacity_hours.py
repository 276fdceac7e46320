"""What slots offered over time, beside a second, slow reading of their ads: second by second."""

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import JOB, SLOT_AD
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.copied_lake import copied
from tests.ledger_command import Ledger
from tests.pipeline.ledger_rows import job, rows

POOL, MIDNIGHT = "p", 1_793_577_600
EVERY = 300


class Ad(NamedTuple):
    """A partitionable slot's word at that picture: cores, and how many of them are free."""

    slot: int
    picture: int
    cores: int
    free: int

    def row(self) -> dict[str, Any]:
        at = MIDNIGHT - 3 * EVERY + self.picture * EVERY
        return {
            "pool": POOL,
            "name": f"slot1@glidein{self.slot}",
            "is_partitionable": True,
            "state": "Unclaimed",
            "cpus_milli": 1000 * self.free,
            "total_cpus_milli": 1000 * self.cores,
            "site": "Alpha",
            "seen_utc": at,
            "read_utc": at,
        }


def cube_of(lake: Lake, *, slots: list[Ad], jobs: list[dict[str, Any]]) -> Cube:
    lake.writer(SLOT_AD).append(rows(SLOT_AD, *(ad.row() for ad in slots)), {})
    if jobs:
        lake.writer(JOB).append(rows(JOB, *jobs), {})
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return Cube.open(lake.root)


def by_the_second(ads: list[Ad]) -> dict[tuple[str, str], int]:
    """Core seconds by day and state: every second of every slot is looked at."""
    found: Counter[tuple[str, str]] = Counter()
    newest = max(ad.row()["seen_utc"] for ad in ads)
    pictures = sorted({ad.row()["seen_utc"] for ad in ads})
    for slot in {ad.slot for ad in ads}:
        words = {ad.row()["seen_utc"]: ad for ad in ads if ad.slot == slot}
        for second in range(pictures[0], newest):
            heard = max((at for at in words if at <= second), default=None)
            if heard is None or not is_there(second, heard, words, pictures):
                continue
            day = "2026-11-01" if second < MIDNIGHT else "2026-11-02"
            found[day, "unclaimed"] += words[heard].free
            found[day, "claimed"] += words[heard].cores - words[heard].free
    return {key: seconds for key, seconds in found.items() if seconds}


def is_there(second: int, heard: int, words: dict[int, Ad], pictures: list[int]) -> bool:
    """For a quarter of an hour; up to the next picture, for an hour at most, where the slot is heard of again."""
    if second < heard + 900:
        return True
    next_picture = min(at for at in pictures if at > heard)
    return any(at > heard for at in words) and second < min(next_picture, heard + 3600)


@st.composite
def many_ads(draw: st.DrawFn) -> list[Ad]:
    pictures = draw(st.lists(st.integers(0, 20), min_size=2, max_size=5, unique=True))
    ads = []
    for slot in range(draw(st.integers(1, 3))):
        for picture in draw(st.lists(st.sampled_from(pictures), min_size=1, unique=True)):
            cores = draw(st.integers(1, 8))
            ads.append(Ad(slot, picture, cores, draw(st.integers(0, cores))))
    return ads


@settings(max_examples=25)
@given(ads=many_ads())
def test_offered_core_seconds_are_those_of_a_look_at_every_second(
    empty_lake: Lake, ads: list[Ad], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lake = copied(empty_lake, tmp_path_factory.mktemp("lake"))
    cube = cube_of(lake, slots=ads, jobs=[job(POOL, "ap1", 1, MIDNIGHT, MIDNIGHT + 10)])
    made = cube.capacity_hours(("day",), (POOL,), LOCAL).to_pylist()
    expected = by_the_second(ads)
    for row in made:
        claimed = expected.get((row["day"], "claimed"), 0)
        offered = claimed + expected.get((row["day"], "unclaimed"), 0)
        assert round((row["offered_cpu_h"] or 0) * 3600) == offered
        assert round((row["claimed_cpu_h"] or 0) * 3600) == claimed
    assert {day for day, _ in expected} <= {row["day"] for row in made}


@pytest.fixture(scope="module")
def two_hours(shared_lake: Lake) -> Cube:
    """A slot of 8 cores, 6 of them claimed, for 1,200 s of which an attempt on 2 cores used 600 s."""
    ads = [Ad(0, picture, 8, 2) for picture in range(5)]
    begin = MIDNIGHT - 3 * EVERY
    ran = job(POOL, "ap1", 1, begin, begin + 600, cpus_milli=2000, site="Alpha", wall_s=600, project="A")
    return cube_of(shared_lake, slots=ads, jobs=[ran])


def test_offered_claimed_and_used_meet(two_hours: Cube) -> None:
    (row,) = two_hours.capacity_hours(("site",), (POOL,), LOCAL).to_pylist()
    seconds = {name: round(hours * 3600) for name, hours in row.items() if name.endswith("_cpu_h") and hours}
    assert seconds == {
        "offered_cpu_h": 8 * 1200,
        "claimed_cpu_h": 6 * 1200,
        "used_cpu_h": 2 * 600,
        "claimed_unused_cpu_h": 6 * 1200 - 2 * 600,
    }


def test_days_are_chosen_and_cut_at_midnight(two_hours: Cube) -> None:
    rows = two_hours.capacity_hours(("day",), (POOL,), LOCAL).to_pylist()
    assert [(row["day"], round(row["offered_cpu_h"] * 3600)) for row in rows] == [
        ("2026-11-01", 8 * 900),
        ("2026-11-02", 8 * 300),
    ]


def test_who_does_not_see_all_projects_is_told_no_others_hours(two_hours: Cube) -> None:
    (row,) = two_hours.capacity_hours(("site",), (POOL,), Viewer("alice", frozenset({"A"}))).to_pylist()
    assert (row["used_cpu_h"], row["claimed_unused_cpu_h"]) == (None, None)


def test_an_unknown_column_is_refused(two_hours: Cube) -> None:
    with pytest.raises(UsageError, match="capacity over time has no"):
        two_hours.capacity_hours(("colour",), (POOL,), LOCAL)


def test_the_command_says_the_same(two_hours: Cube, shared_lake: Lake, tmp_path: Path) -> None:
    ledger = Ledger(shared_lake.root, tmp_path)
    (row,) = ledger.ok("capacity", "--hours", "--by", "site", "--from", "2026-11-02", "--format", "json").json
    assert (row["site"], round(row["offered_cpu_h"] * 3600)) == ("Alpha", 8 * 300)
    assert "offered" in ledger.ok("capacity", "--hours").out
    refused = ledger.run("capacity", "--from", "2026-11-02")
    assert (refused.code, "--hours" in refused.err) == (2, True)
