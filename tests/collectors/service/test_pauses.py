"""Pauses: intervals drift apart, failures wait longer and longer, but never longer than said."""

import pytest

from collectors.service.pauses import LONGEST_FOR_LAKE_S, after_failures, between_polls


def test_polls_of_one_interval_drift_apart_by_a_tenth_at_most() -> None:
    drawn = [between_polls(300) for _ in range(200)]
    assert all(270 <= pause <= 330 for pause in drawn)
    assert len(set(drawn)) > 100


@pytest.mark.parametrize(
    ("failures", "least_s"), [(1, 15), (2, 30), (3, 60), (4, 120), (5, 240), (6, 480), (7, 900), (8, 900), (5000, 900)]
)
def test_each_failure_doubles_the_pause_up_to_a_quarter_of_an_hour(failures: int, least_s: float) -> None:
    drawn = [after_failures(failures, 300) for _ in range(50)]
    assert all(least_s <= pause <= least_s + 15 for pause in drawn)
    assert len(set(drawn)) > 1


def test_a_source_that_is_polled_often_is_tried_again_sooner() -> None:
    assert 5 <= after_failures(1, 5) <= 10


def test_a_source_that_is_polled_seldom_waits_no_longer_than_its_interval() -> None:
    assert 3600 <= after_failures(50, 3600) <= 3615


def test_a_lake_is_tried_again_within_a_minute() -> None:
    assert after_failures(50, 30, LONGEST_FOR_LAKE_S) <= 75
