"""Announced downtimes keep alerts quiet, at their sites, while they last; and after it what is left of them."""

from dataclasses import replace
from typing import cast

from pipeline.alerts.downtimes import Downtime, is_quiet
from pipeline.cube import Cube
from pipeline.triage.finding import Asked, Finding
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.alerts.rules import ASKED
from tests.pipeline.desk.found import DAY, FULL, NOW

HOUR = 3600


class After:
    """A cube that finds these in any window, and keeps which was asked."""

    def __init__(self, *found: Finding) -> None:
        self.found = found
        self.asked: list[Asked] = []

    def findings(self, asked: Asked, _viewer: Viewer) -> tuple[Finding, ...]:
        self.asked.append(asked)
        return self.found


def quiet(found: Finding, *downtimes: Downtime, after: After | None = None) -> bool:
    cube = cast("Cube", after or After())
    return is_quiet(cube, LOCAL, ASKED, found, downtimes) is not None


LASTS = Downtime("Alpha", NOW - 3 * HOUR, NOW + HOUR)
OVER = Downtime("Alpha", NOW - 9 * HOUR, NOW - 3 * HOUR)


def test_a_site_that_is_down_is_quiet_and_another_one_is_not() -> None:
    assert quiet(FULL, LASTS)
    assert not quiet(FULL, replace(LASTS, site="Beta"))
    assert not quiet(FULL)


def test_two_sites_are_quiet_if_both_are_down() -> None:
    both = replace(FULL, values=("Alpha", "Beta"))
    assert not quiet(both, LASTS)
    assert quiet(both, LASTS, replace(LASTS, site="Beta"))


def test_a_host_is_quiet_with_its_site_and_what_is_everywhere_never() -> None:
    assert quiet(replace(FULL, dimension="host", values=("n1",), within="Alpha"), LASTS)
    assert not quiet(replace(FULL, dimension="user", values=("Alpha",)), LASTS)
    assert not quiet(replace(FULL, dimension="", values=()), LASTS)


def test_after_a_downtime_only_what_came_since_is_told() -> None:
    none, still = After(), After(FULL)
    assert quiet(FULL, OVER, after=none)
    assert none.asked == [replace(ASKED, from_utc=OVER.to_utc)]
    assert not quiet(FULL, OVER, after=still)
    assert quiet(FULL, OVER, after=After(replace(FULL, alarm=False)))
    assert ASKED.from_utc == NOW - DAY
