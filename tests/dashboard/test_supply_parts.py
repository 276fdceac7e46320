"""What Pool now says of idle demand, glideins and negotiation: the words follow from the numbers."""

from datetime import UTC, datetime
from typing import Any

from dashboard import supply_parts
from pipeline.idle_fit import Demand, Fit, Size
from tests.dashboard.component_text import all_of, text_of
from tests.dashboard.made_lake import MARKUP

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOMENT = int(NOW.timestamp()) - 7200
SMALL = Fit(Size(1, 2, 0), 40, MOMENT, 120, 30, 60)
TAKEN = Fit(Size(8, 16, 1), 12, MOMENT, 0, 0, 5)
GIANT = Fit(Size(512, 4096, 0), 3, MOMENT, 0, 0, 0)


def rows(component: Any) -> list[list[str]]:
    return [[text_of(cell.children) for cell in all_of(row, "Td")] for row in all_of(component, "Tr")[1:]]


def test_each_size_says_whether_size_is_why_it_waits() -> None:
    found = supply_parts.demand_table(Demand((SMALL, TAKEN, GIANT), 0), NOW, asked=True, seen=True)
    assert [row[-1] for row in rows(found)] == ["there is room", "all such slots are taken", "no slot is that large"]
    assert [row[0] for row in rows(found)][1] == "8\u00a0cores · 16\u00a0GiB · 1\u00a0GPU"


def test_without_slots_nothing_is_said_of_room() -> None:
    (row,) = rows(supply_parts.demand_table(Demand((SMALL,), 0), NOW, asked=True, seen=False))
    assert row[3:] == ["—", "—", "—", "no slot seen"]


def test_a_queue_that_was_not_asked_is_not_an_empty_one() -> None:
    assert "No queue was ever asked" in text_of(supply_parts.demand_table(Demand((), 0), NOW, asked=False, seen=True))
    assert "No job is idle" in text_of(supply_parts.demand_table(Demand((), 0), NOW, asked=True, seen=True))


def test_what_the_table_leaves_out_is_told() -> None:
    many = tuple(Fit(Size(cores, 1, 0), 1, None, 0, 0, 1) for cores in range(1, 16))
    text = text_of(supply_parts.demand_table(Demand(many, 4), NOW, asked=True, seen=True))
    assert "3 more jobs are of 3 other sizes" in text
    assert "Of 4 jobs the size is not known" in text


def test_the_pool_s_own_startds_come_last_and_names_are_text() -> None:
    one = {"ce": "ce.a.test", "startds": 3, "machines": 2, "cores": 48, "empty": 1}
    given = [one | {"site": "unattributed", "ce": None, "startds": 9}, one | {"site": MARKUP}]
    shown = rows(supply_parts.glidein_table(given))
    assert shown[0][:3] == [MARKUP, "ce.a.test", "3"]
    assert shown[1][:3] == ["no site (the pool's own)", "not said", "9"]


def test_negotiation_shows_the_latest_cycle_and_the_last_day() -> None:
    cycle = {"negotiator": "neg1", "matches": 5, "rejections": 7, "idle_jobs": None, "candidate_slots": 12}
    given = [cycle | {"cycle_end_utc": MOMENT, "cycle_s": 400}, cycle | {"cycle_end_utc": MOMENT - 60, "cycle_s": 20}]
    (row,) = rows(supply_parts.negotiation_table(given, NOW))
    assert row[2:] == ["400\u00a0s", "5", "7", "—", "12", "2 seen · median 210\u00a0s · longest 400\u00a0s"]
    assert "No negotiator's ad" in text_of(supply_parts.negotiation_table([], NOW))
