"""A finding's attempts in the list of attempts."""

from dataclasses import replace

from pipeline.explorer.conditions import Condition, sql
from pipeline.triage.listed import conditions_of
from tests.pipeline.triage.made_attempts import MIDNIGHT, alarms, failing

MEMORY = ("memory_exceeded", "memory usage exceeded request_memory")


def test_the_list_is_narrowed_to_the_class_and_the_host() -> None:
    (one,) = alarms(lambda ran: failing(ran, *MEMORY) if ran.machine == "n3.site4" and ran.hour >= 0 else ran)
    assert conditions_of(replace(one, new=False)) == {"failure": "memory_exceeded", "machine": "n3.site4"}
    assert conditions_of(replace(one, new=True))["signature"] == MEMORY[1]
    assert conditions_of(replace(one, kind="black_hole", new=False)) == {"machine": "n3.site4"}


def test_a_batch_is_a_column_of_the_list_and_its_name_is_never_a_filter_s_sign() -> None:
    (one,) = alarms(lambda ran: failing(ran, *MEMORY) if ran.machine == "n3.site4" and ran.hour >= 0 else ran)
    one = replace(one, dimension="batch", value="~all", values=("~all",))
    wanted = conditions_of(one)
    assert sql("attempts", Condition("batch_name", wanted["batch_name"])) == ("batch_name = ?", ["~all"])


def test_what_is_longer_than_a_filter_is_left_out() -> None:
    (one,) = alarms(lambda ran: failing(ran, *MEMORY) if ran.machine == "n3.site4" and ran.hour >= 0 else ran)
    assert conditions_of(replace(one, value="x" * 300)) == {"failure": "memory_exceeded", "signature": MEMORY[1]}
    assert one.since_utc is not None
    assert one.since_utc >= MIDNIGHT
