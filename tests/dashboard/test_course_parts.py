"""Pledges and grants in words and pictures, worked out by hand."""

from datetime import date
from typing import Any

from dashboard import course_figures, course_parts
from pipeline.course import Commitment, Course, Point
from tests.dashboard.component_text import text_of
from tests.dashboard.made_lake import MARKUP, RIGHT_TO_LEFT

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 10)


def course(*given: float, promised: float | None = 100, share: float | None = None, group: str | None = None) -> Course:
    """So many hours by the end of each day since 1 October, of a promise of ten days."""
    title = f"{MARKUP}{RIGHT_TO_LEFT}"
    of = Commitment("pledge", "site", "Alpha", f"X {MARKUP}", title, FIRST, LAST, promised, share, group, "own")
    points = tuple(
        Point(date(2026, 10, number), of.due_h(FIRST, date(2026, 10, number)), hours)
        for number, hours in enumerate(given, start=1)
    )
    through = points[-1].day if points else FIRST
    return Course(
        of, through, points, None if group else points[-1].given_h if points else 0.0, of.due_h(FIRST, through)
    )


def words(parts: Any) -> str:
    return " ".join(text_of(parts).split())


def test_a_pledge_says_what_was_delivered_of_what_was_due() -> None:
    said = words(course_parts.pledge_parts([course(9, 18)], FIRST, LAST, None))
    assert "100 core h pledged" in said
    assert "18 core h delivered of 20 core h due by 2 Oct 2026" in said
    assert "90 % of what is due" in said


def test_a_share_of_a_cluster_says_of_how_much() -> None:
    said = words(course_parts.pledge_parts([course(9, promised=20, share=0.2)], FIRST, LAST, None))
    assert "20 core h pledged (20 % of 100)" in said


def test_a_share_without_hours_is_held_beside_what_was_offered_if_that_is_known() -> None:
    nobody_knows = words(course_parts.pledge_parts([course(9, promised=None, share=0.2)], FIRST, LAST, None))
    assert (
        "20.0 % of what it can give is pledged; 9 core h were delivered; what it could give is not known"
        in nobody_knows
    )
    offered = words(course_parts.pledge_parts([course(9, promised=None, share=0.2)], FIRST, LAST, 50))
    assert "it offered 50 core h on the shown days" in offered


def test_without_a_pledge_it_says_how_to_state_one() -> None:
    assert "metadata import toml" in words(course_parts.pledge_parts([], FIRST, LAST, None))
    assert "metadata import toml" in words(course_parts.allocation_parts([], FIRST, LAST))


def test_a_grant_says_what_is_left_and_until_when_it_lasts() -> None:
    said = words(course_parts.allocation_parts([course(10, 30)], FIRST, LAST))
    # 70 h are left; 20 h a day are three and a half days
    assert "30 core h of 100 used by 2 Oct 2026 , 30.0 %; 70 core h are left" in said
    assert "they last until 5 Oct 2026" in said


def test_an_overspent_grant_says_so_and_one_spent_elsewhere_is_not_known() -> None:
    assert "20 core h more than granted" in words(course_parts.allocation_parts([course(60, 120)], FIRST, LAST))
    elsewhere = words(course_parts.allocation_parts([course(group="Elsewhere")], FIRST, LAST))
    assert "to be spent at Elsewhere alone: what of it is used is not known here" in elsewhere
    assert "—" in elsewhere


def test_titles_of_strangers_neither_act_nor_turn_the_text() -> None:
    said = words(course_parts.allocation_parts([course(1)], FIRST, LAST)) + words(
        course_parts.award_table([course(1).of])
    )
    assert "\u202e" not in said
    assert "⟨U+202E⟩" in said


def test_the_burn_down_begins_with_the_grant_and_ends_with_what_is_left() -> None:
    drawn = course_figures.burn_down_figure(course(10, 30))
    left, even, ahead = drawn["data"]
    assert left["y"] == [90, 70]
    assert (even["y"][0], even["y"][-1]) == (90, 0)
    assert ahead["y"][0] == 70
    assert ahead["y"][-1] == 0


def test_a_pledge_s_picture_has_both_lines() -> None:
    given, due = course_figures.pledge_figure(course(9, 18))["data"]
    assert (given["y"], due["y"]) == ([9, 18], [10, 100])
