"""A storm at one site: some hours that a longer window's sums would hide."""

import pytest

from pipeline.triage.finding import Finding
from tests.pipeline.triage.made_attempts import HOUR, MIDNIGHT, Ran, failing, found

EVICTED = ("evicted", "Startd was draining")
OWN = ("application_exit", "exit code 9")
FROM, UNTIL = 6, 12


def usual(ran: Ran, failure: str, signature: str) -> Ran:
    """Every twentieth attempt of each site fails so, at any time."""
    return failing(ran, failure, signature) if ran.number // 10 % 20 == 3 else ran


def stormy(ran: Ran, sites: set[str], failure: str, signature: str) -> Ran:
    """As usual; from six to twelve o'clock every second attempt of those sites fails so."""
    is_in = ran.site in sites and FROM <= ran.hour < UNTIL and ran.number // 10 % 2 == 0
    return failing(ran, failure, signature) if is_in else usual(ran, failure, signature)


def of_sites(some: list[Finding]) -> list[Finding]:
    return [one for one in some if one.kind == "storm" and one.dimension == "site"]


def test_some_hours_of_evictions_at_one_site_are_a_storm_there() -> None:
    (one,) = of_sites(found(lambda ran: stormy(ran, {"Site3"}, *EVICTED)))
    assert (one.value, one.failure, one.alarm, one.blame) == ("Site3", "evicted", True, "site")
    assert one.since_utc is not None
    assert 0 <= one.since_utc - (MIDNIGHT + FROM * HOUR) < HOUR
    assert one.failed == pytest.approx(36, abs=3)
    assert one.tried == 72
    assert "at site Site3 ended in “Evicted”" in one.sentence


def test_a_storm_at_all_sites_is_none_of_a_site() -> None:
    everywhere = {f"Site{number}" for number in range(10)}
    assert of_sites(found(lambda ran: stormy(ran, everywhere, *EVICTED))) == []


def test_programs_that_fail_for_some_hours_are_no_storm_of_the_site_where_they_run() -> None:
    assert of_sites(found(lambda ran: stormy(ran, {"Site3"}, *OWN))) == []


def test_evictions_as_usual_are_no_storm() -> None:
    assert of_sites(found(lambda ran: usual(ran, *EVICTED))) == []


def test_what_an_alarm_says_of_a_site_is_not_said_again_as_a_storm() -> None:
    some = found(lambda ran: failing(ran, *EVICTED) if ran.site == "Site3" and FROM <= ran.hour < UNTIL else ran)
    assert [one.value for one in some if one.alarm and one.dimension == "site"] == ["Site3"]
    assert of_sites(some) == []
