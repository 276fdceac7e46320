"""Gauges: what is unknown has no sample, and whatever strangers call themselves, one series has one value."""

import pytest
from prometheus_client import generate_latest

from dashboard.metrics.gauges import LONGEST, Family, Gauges, label_of

SUM = Family("pool_core_seconds", "Core time.", ("pool",), "seconds")
NEWEST = Family("pool_seen_timestamp_seconds", "When.", ("pool",), "seconds", adds=False)


def lines(gauges: Gauges) -> list[str]:
    return [line for line in generate_latest(gauges).decode().splitlines() if not line.startswith("#")]


def test_what_is_not_known_has_no_sample_and_zero_has_one() -> None:
    gauges = Gauges((SUM,))
    gauges.put("pool_core_seconds", None, "a")
    gauges.put("pool_core_seconds", 0, "b")
    assert lines(gauges) == ['htc_ledger_pool_core_seconds{pool="b"} 0.0']


def test_a_family_without_a_sample_is_announced() -> None:
    assert b"# TYPE htc_ledger_pool_core_seconds gauge" in generate_latest(Gauges((SUM,)))


def test_names_that_become_one_label_are_added_up_and_of_moments_the_newest_is_kept() -> None:
    gauges = Gauges((SUM, NEWEST))
    for name, value in (("x" * LONGEST + "one", 2), ("x" * LONGEST + "two", 3)):
        gauges.put("pool_core_seconds", value, name)
        gauges.put("pool_seen_timestamp_seconds", value, name)
    label = "x" * (LONGEST - 1) + "…"
    assert lines(gauges) == [
        f'htc_ledger_pool_core_seconds{{pool="{label}"}} 5.0',
        f'htc_ledger_pool_seen_timestamp_seconds{{pool="{label}"}} 3.0',
    ]


@pytest.mark.parametrize("name", ['a"b\\', "line\nend\r\x1b[31m", "\u202egnp.exe", "\udc80", "مشروع", "y" * 10_000])
def test_no_name_breaks_a_line_or_turns_its_text(name: str) -> None:
    gauges = Gauges((SUM,))
    gauges.put("pool_core_seconds", 1, name)
    (line,) = lines(gauges)
    assert line.startswith('htc_ledger_pool_core_seconds{pool="')
    assert line.endswith('"} 1.0')
    assert line.isprintable()
    assert len(label_of(name)) <= LONGEST


def test_labels_and_families_are_those_that_were_declared() -> None:
    gauges = Gauges((SUM,))
    with pytest.raises(ValueError, match="has the labels pool"):
        gauges.put("pool_core_seconds", 1, "a", "b")
    with pytest.raises(KeyError):
        gauges.put("pool_core_minutes", 1, "a")
