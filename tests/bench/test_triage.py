"""What counts as found: an alarm at the fault's place, of its class, and nothing for having been near."""

from pathlib import Path

import pytest

from bench import triage
from bench.triage_page import page
from bench.triage_seed import Week, compared, plan_of, scenarios, told_of, tried
from collectors.simulate.faults import Truth
from collectors.simulate.plan import FAULTS
from pipeline.triage.finding import Finding

BEGAN = 1_790_000_000
FULL = Truth("full_disk", "site", "Amberwick", ("disk_exceeded",), BEGAN, BEGAN + 10**6)
HOLE = Truth("black_hole", "host", "n1.simulated", ("application_exit",), BEGAN, BEGAN + 10**6)
ASKING = Truth("over_requested_memory", "user", "u@simulated", (), BEGAN, BEGAN + 10**6)


def alarm(**other: object) -> Finding:
    usual: dict[str, object] = {
        "kind": "class",
        "failure": "disk_exceeded",
        "signature": "",
        "dimension": "site",
        "value": "Amberwick",
        "values": ("Amberwick",),
        "within": "",
        "effect": 9.0,
        "effect_low": 5.0,
        "effect_high": 20.0,
        "p": 1e-9,
        "hours": 12.0,
        "since_utc": BEGAN + 7200,
        "new": False,
        "alarm": True,
        "blame": "site",
        "action": "",
        "sentence": "Many are there.",
    }
    counts = ("failed", "tried", "failed_elsewhere", "tried_elsewhere", "failed_before", "tried_before", "jobs")
    return Finding(**{**dict.fromkeys(counts, 10), **usual, **other})  # type: ignore[arg-type]


def test_an_alarm_at_the_place_and_of_the_class_names_the_fault() -> None:
    told = told_of(FULL, [alarm()])
    assert (told.place, told.named, told.off_h, told.timed) == (True, True, 2.0, True)


def test_another_class_is_the_place_alone() -> None:
    told = told_of(FULL, [alarm(failure="network")])
    assert (told.place, told.named) == (True, False)


@pytest.mark.parametrize(
    "other", [{"values": ("Elderfen",)}, {"dimension": "host"}, {"values": ("Amberwick", "Elderfen")}]
)
def test_another_place_or_one_more_is_not_the_place(other: dict[str, object]) -> None:
    assert not told_of(FULL, [alarm(**other)]).place


def test_a_black_hole_may_fail_in_any_way_and_a_host_that_is_none_may_not() -> None:
    at_host = {"dimension": "host", "values": ("n1.simulated",), "failure": ""}
    assert told_of(HOLE, [alarm(kind="black_hole", **at_host)]).named
    assert not told_of(HOLE, [alarm(**at_host)]).named


def test_a_beginning_that_is_a_day_off_or_not_told_is_not_right() -> None:
    assert not told_of(FULL, [alarm(since_utc=BEGAN + 24 * 3600)]).timed
    assert not told_of(FULL, [alarm(since_utc=None)]).timed


def test_what_is_no_alarm_counts_for_nothing() -> None:
    week = compared("all", 1, [FULL], [alarm(alarm=False), alarm(alarm=False, values=("x",))], set())
    assert (week.told[0].place, week.right, week.wrong) == (False, 0, ())


def test_every_alarm_that_names_no_fault_is_wrong_and_is_shown() -> None:
    week = compared("all", 1, [FULL], [alarm(), alarm(values=("x",), sentence="Elsewhere, too.")], set())
    assert (week.right, week.wrong) == (1, ("Elsewhere, too.",))
    assert "Elsewhere, too." in page({"tuning": ("abc", [week])})


def test_who_asks_for_too_much_is_told_by_advice_and_others_are_counted() -> None:
    week = compared("all", 1, [ASKING], [], {"u@simulated", "other@simulated"})
    assert (week.told[0].named, week.others) == (True, 1)
    assert not compared("all", 1, [ASKING], [], set()).told[0].named


def test_each_fault_is_alone_once_in_ten_seeds() -> None:
    for seeds in triage.SEEDS.values():
        alone = [faults[0] for seed in seeds for faults in scenarios(seed).values() if len(faults) == 1]
        assert sorted(alone) == sorted(FAULTS)


def test_what_is_kept_is_what_was_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "KEPT", tmp_path)
    weeks = [compared("all", 3, [FULL], [alarm(), alarm(values=("x",))], {"u"})]
    triage.keep("unseen", weeks)
    assert triage.kept("unseen") == (triage.settled(), weeks)
    assert triage.kept("tuning") is None


def test_the_page_tells_every_seed_and_what_was_missed() -> None:
    told = compared("none", 4, [], [], set()), compared("all", 5, [FULL, HOLE], [alarm()], set())
    text = page({"tuning": ("abc", told)})
    assert "**1 of 2, 50%** planted faults named rightly" in text
    assert "**0 in 1 weeks without faults**" in text
    assert "| 4 | none | 0 of 0 |  | 0 |" in text
    assert "| 5 | all | 1 of 2 | black hole | 0 |" in text


def test_a_pool_is_made_built_and_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.triage_seed.JOBS", 1500)
    week = tried(plan_of(3, ("full_disk",)), "full_disk", tmp_path / "lake")
    assert isinstance(week, Week)
    assert [one.fault for one in week.told] == ["full_disk"]
    assert week.cpu_s > 0
