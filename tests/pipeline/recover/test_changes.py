"""Requests are raised where the job lacked something, and nowhere else."""

from typing import Any

from pipeline.recover.changes import Change, applied, changes
from pipeline.recover.describing import Description
from pipeline.recover.failures import Failure
from tests.pipeline.recover.ads import ad

SIZES: dict[str, Any] = {
    "memory_used_mib": None,
    "request_memory_mib": 64,
    "memory_mib": 128,
    "run_memory_mib": None,
    "disk_used_kib": None,
    "request_disk_kib": 1024,
}


def raised(name: str, message: str = "", limits: dict[str, str | None] | None = None, **sizes: Any) -> list[Change]:
    return list(changes(Failure(name, name, "user", "", message), SIZES | sizes, ad(**(limits or {}))))


def test_memory_is_half_as_much_again_as_it_used_rounded_up() -> None:
    (change,) = raised("memory_exceeded", memory_used_mib=300)
    assert (change.command, change.was, change.value, change.why) == ("request_memory", 64, 512, "it used 300 MiB")


def test_memory_is_doubled_where_it_is_not_known_to_have_used_more_than_it_had() -> None:
    assert [change.value for change in raised("memory_exceeded", memory_used_mib=100)] == [256]


def test_a_peak_that_the_message_tells_counts() -> None:
    message = "Job has gone over cgroup memory limit of 128 megabytes. Peak usage: 400 megabytes."
    assert [change.value for change in raised("memory_exceeded", message)] == [640]


def test_disk_is_raised_in_whole_mebibytes() -> None:
    assert [change.value for change in raised("disk_exceeded", disk_used_kib=2000)] == [3072]


def test_a_limit_of_its_own_is_doubled_and_that_of_a_site_is_not() -> None:
    message = "The job exceeded allowed execute duration of 00:05"
    limits: dict[str, str | None] = {"AllowedExecuteDuration": "300", "AllowedJobDuration": "900"}
    assert [(change.command, change.value) for change in raised("duration_exceeded", message, limits)] == [
        ("allowed_execute_duration", 600)
    ]
    assert raised("duration_exceeded", message) == []


def test_other_failures_change_nothing_and_nothing_known_is_no_guess() -> None:
    assert raised("application_exit", memory_used_mib=300) == []
    assert raised("memory_exceeded", request_memory_mib=None, memory_mib=None) == []


def test_a_changed_command_keeps_its_place_and_a_new_one_comes_last() -> None:
    before = Description((("request_memory", "1"), ("log", "x")), ())
    changed = (Change("request_memory", 1, 2, ""), Change("request_disk", None, 3, ""))
    assert applied(before, changed).commands == (("request_memory", "2"), ("log", "x"), ("request_disk", "3"))
