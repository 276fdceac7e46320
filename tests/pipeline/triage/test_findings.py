"""What triage finds in a week that is spoilt in one way: it is named, at its own level, with its beginning."""

from dataclasses import replace

import pytest

from pipeline.errors import UsageError
from pipeline.triage.find import find
from pipeline.triage.finding import Asked
from tests.pipeline.triage.made_attempts import ASKED, DAY, HOUR, MIDNIGHT, Ran, alarms, cube, failing, found, week

LOST = ("network", "Job disconnected too long")
FULL = ("disk_exceeded", "No space left on device")
TYPO = ("exec_failure", "exit code 127")


def test_a_week_without_a_fault_has_no_finding() -> None:
    assert found() == []


def test_a_bad_host_is_named_and_not_its_site() -> None:
    (one,) = alarms(lambda ran: failing(ran, *LOST) if ran.machine == "n3.site4" and ran.hour >= 10 else ran)
    assert (one.dimension, one.value, one.within, one.failure) == ("host", "n3.site4", "Site4", "network")
    assert (one.failed, one.failed_elsewhere, one.failed_before) == (one.failed, 0, 0)
    assert one.blame == "site"
    assert one.effect_low > 3
    assert one.p < 0.001


def test_a_bad_site_is_named_and_not_its_hosts() -> None:
    def spoil(ran: Ran) -> Ran:
        return failing(ran, *FULL) if ran.site == "Site2" and ran.end_utc // 300 % 3 == 0 and ran.hour >= 0 else ran

    (one,) = alarms(spoil)
    assert (one.dimension, one.value, one.failure) == ("site", "Site2", "disk_exceeded")


def test_hosts_of_a_site_with_one_cause_are_one_finding() -> None:
    bad = {"n1.site4", "n2.site4", "n3.site4"}
    (one,) = alarms(lambda ran: failing(ran, *LOST) if ran.machine in bad and ran.hour >= 0 else ran)
    assert (one.dimension, one.within, set(one.values)) == ("host", "Site4", bad)
    assert one.sentence.startswith("100 % of “Contact lost” (86 of 86) are on three hosts of site Site4 (n1.site4, n3")
    assert "which ran 3.0 % of the attempts" in one.sentence
    assert "since Saturday 00:0" in one.sentence


def test_a_user_whose_jobs_fail_everywhere_makes_no_site_a_bad_one() -> None:
    (one,) = alarms(lambda ran: failing(ran, *TYPO) if ran.user == "u7@x" and ran.hour >= 0 else ran)
    assert (one.dimension, one.value, one.blame) == ("user", "u7@x", "user")


def test_a_user_who_runs_at_one_site_only_is_told_from_its_site() -> None:
    def spoil(ran: Ran) -> Ran:
        if ran.site == "Site5" and ran.number % 20 < 10:
            return failing(replace(ran, user="only@x", project="Only"), *TYPO)
        return ran

    (one,) = found(spoil)
    assert (one.dimension, one.value) == ("user", "only@x")


def test_an_image_is_named_before_its_users() -> None:
    def spoil(ran: Ran) -> Ran:
        with_image = replace(ran, image="old.sif" if ran.number % 4 else "new.sif")
        return failing(with_image, *TYPO) if with_image.image == "new.sif" and ran.hour >= 0 else with_image

    (one,) = alarms(spoil)
    assert (one.dimension, one.value) == ("image", "new.sif")


def test_a_version_of_htcondor_is_named_by_the_hosts_that_run_it() -> None:
    def spoil(ran: Ran) -> Ran:
        versioned = replace(ran, version="25.1.0" if ran.machine[1] in "012" else "24.0.7")
        is_bad = versioned.version == "25.1.0" and ran.hour >= 0 and ran.number // 10 % 3 == 0
        return failing(versioned, "starter_fault", "starter died") if is_bad else versioned

    (one,) = alarms(spoil)
    assert (one.dimension, one.value, one.blame) == ("HTCondor version", "25.1.0", "site")
    assert "are under HTCondor version 25.1.0, which ran 30 % of the attempts" in one.sentence


def test_a_command_that_several_users_run_is_an_alarm() -> None:
    def spoil(ran: Ran) -> Ran:
        wide = replace(ran, command="/opt/broken" if ran.number % 6 == 5 else f"/home/{ran.user}/run.sh")
        return failing(wide, *TYPO) if wide.command == "/opt/broken" and ran.hour >= 0 else wide

    (one,) = alarms(spoil)
    assert (one.dimension, one.value) == ("command", "/opt/broken")


def test_a_user_is_named_before_the_batch_and_one_batch_of_a_user_wakes_nobody() -> None:
    only = found(
        lambda ran: failing(replace(ran, batch="only"), *TYPO) if ran.user == "u7@x" and ran.hour >= 0 else ran
    )
    assert [(one.dimension, one.value, one.alarm) for one in only] == [("user", "u7@x", True)]

    def spoil(ran: Ran) -> Ran:
        # one of 11 attempts of each user; most of u7's fail: too few to make the user stand out
        in_batch = replace(ran, batch=f"{ran.user} {1 if ran.end_utc // 300 % 11 == 2 else 2}")
        is_bad = in_batch.batch == "u7@x 1" and ran.site not in ("Site0", "Site6", "Site9")
        return failing(in_batch, "application_exit", "exit code 1") if is_bad else in_batch

    one = next(one for one in found(spoil) if one.dimension == "batch")
    assert (one.value, one.alarm) == ("u7@x 1", False)


def test_a_cache_is_named_by_the_files_that_it_served() -> None:
    def spoil(ran: Ran) -> Ran:
        moved = replace(ran, cache=f"cache{ran.number % 7 % 3}")
        return failing(moved, "plugin_failure", "504") if moved.cache == "cache1" and ran.number % 5 == 0 else moved

    (one,) = found(spoil)
    assert (one.dimension, one.value, one.blame) == ("cache", "cache1", "network")


@pytest.mark.parametrize("hour", [-100, -30, 3, 15])
def test_a_finding_says_since_when(hour: int) -> None:
    (one,) = found(lambda ran: failing(ran, *FULL) if ran.site == "Site2" and ran.hour >= hour else ran)
    assert one.since_utc is not None
    assert abs(one.since_utc - (MIDNIGHT + hour * HOUR)) <= HOUR


def test_a_window_that_begins_within_an_hour_has_its_own_attempts_and_no_others() -> None:
    def spoil(ran: Ran) -> Ran:
        return failing(ran, *FULL) if ran.site == "Site2" and ran.number % 3 == 0 else ran

    asked = Asked("pool", MIDNIGHT - 1000, MIDNIGHT + DAY - 5000, MIDNIGHT - 7 * DAY + 700)
    there = [spoil(ran) for ran in week() if ran.site == "Site2"]
    now = [ran for ran in there if asked.from_utc <= ran.end_utc < asked.to_utc]
    before = [ran for ran in there if asked.base_utc <= ran.end_utc < asked.from_utc]
    with cube([spoil(ran) for ran in week()]) as con:
        (one,) = (one for one in find(con, asked, None, "UTC") if one.value == "Site2")
    assert (one.tried, one.tried_before) == (len(now), len(before))
    assert (one.failed, one.failed_before) == tuple(
        sum(ran.failure == FULL[0] for ran in some) for some in (now, before)
    )


def test_what_has_always_been_so_is_a_finding_and_no_alarm() -> None:
    (one,) = found(lambda ran: failing(ran, *FULL) if ran.site == "Site2" and ran.number % 3 == 0 else ran)
    assert one.since_utc is None
    assert not one.alarm
    assert 0.8 < one.change < 1.2


def test_a_host_that_eats_jobs_is_a_black_hole_and_nothing_else() -> None:
    eaten = [
        failing(Ran(10**7 + place, MIDNIGHT + place * 120, "Site4", "n3.site4", f"u{place % 10}@x", "P1"), *LOST, 20)
        for place in range(500)
    ]
    (one,) = alarms(more=eaten)
    assert (one.kind, one.value, one.within, one.failure) == ("black_hole", "n3.site4", "Site4", "network")
    assert "half of them within 20 s" in one.sentence


def test_a_class_that_rises_everywhere_is_a_storm() -> None:
    def spoil(ran: Ran) -> Ran:
        return failing(ran, "evicted", "preempted") if 8 <= ran.hour < 12 and ran.number % 3 == 0 else ran

    storm = next(one for one in alarms(spoil) if one.kind == "storm")
    assert (storm.failure, storm.dimension) == ("evicted", "")
    assert storm.since_utc == MIDNIGHT + 8 * HOUR
    assert storm.sentence.endswith("No place stands out.")


def test_a_site_from_which_nothing_comes_any_more_is_quiet() -> None:
    def spoil(ran: Ran) -> Ran:
        return replace(ran, end_utc=0) if ran.site == "Site6" and ran.hour >= -2 else ran

    (one,) = found(spoil)
    assert (one.kind, one.dimension, one.value, one.alarm) == ("quiet", "site", "Site6", True)
    assert one.since_utc is not None
    assert abs(one.since_utc - (MIDNIGHT - 2 * HOUR)) <= HOUR


def test_where_the_whole_pool_is_quiet_its_sites_are_not_named() -> None:
    (one,) = found(lambda ran: replace(ran, end_utc=0) if ran.hour >= 2 else ran)
    assert (one.kind, one.dimension, one.value) == ("quiet", "", "")
    assert "the whole pool" in one.sentence


def test_words_that_were_never_seen_are_a_finding_of_their_own() -> None:
    def spoil(ran: Ran) -> Ran:
        return failing(ran, "unknown", "flux <n> out of range") if ran.hour >= 0 and ran.number % 197 == 7 else ran

    (one,) = found(spoil)
    assert (one.kind, one.signature, one.new, one.dimension) == ("signature", "flux <n> out of range", True, "")
    assert "never seen before" in one.sentence


def test_what_a_user_removed_is_not_broken() -> None:
    assert found(lambda ran: failing(ran, "removed_user", "via condor_rm") if ran.user == "u1@x" else ran) == []


def test_a_viewer_of_one_project_finds_nothing_of_others() -> None:
    def spoil(ran: Ran) -> Ran:
        return failing(ran, *TYPO) if ran.user == "u7@x" and ran.hour >= 0 else ran

    assert {one.value for one in found(spoil, projects=["P3"])} == {"u7@x"}
    assert found(spoil, projects=["P1"]) == []
    assert found(spoil, projects=[]) == []
    assert {one.tried + one.tried_elsewhere for one in found(spoil, projects=["P3"])} == {
        sum(ran.project == "P3" and ran.hour >= 0 for ran in week())
    }


def test_nothing_is_new_where_nothing_is_known_of_the_time_before() -> None:
    late = [failing(ran, "unknown", "flux") if ran.number % 20 == 7 else ran for ran in week() if ran.hour >= 0]
    assert not any(one.new for one in found(lambda ran: replace(ran, end_utc=0), late))


def test_hostile_words_are_values() -> None:
    words = "x'; DROP TABLE ran; -- <b>"

    def spoil(ran: Ran) -> Ran:
        return failing(replace(ran, machine=words), "network", words) if ran.machine == "n3.site4" else ran

    (one,) = found(spoil)
    assert (one.value, one.signature) == (words, words)


def test_a_window_ends_after_it_begins() -> None:
    with pytest.raises(UsageError, match="ends before it begins"):
        Asked("pool", MIDNIGHT, MIDNIGHT, MIDNIGHT - DAY)
    assert Asked.before("pool", ASKED.to_utc, DAY, 7 * DAY) == ASKED
