"""Shapes of messages: the same in Python and in SQL, and of the same class as the message."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.triage.classify import classify
from pipeline.triage.shape import LONGEST, SHAPE_OF, shape
from pipeline.triage.taxonomy import UNKNOWN, taxonomy
from tests.pipeline.triage.real_reasons import reasons

PARTS = st.sampled_from(
    [
        *("slot1_2", "slot1@", "glidein_77_12", "@ep.example.org", "10.1.2.3", ":9618", "?addrs=1-2", "<", ">", " "),
        *("/execute/dir_", "542261", "12", "404", "errno 2", "deadbeef12", "0a1b2c3d-0000-1111-2222-333344445555"),
        *("_", ".", "-", "é", "\u0661\u0662\u0663\u0664", "\n", "\x00", "\u212a", "x", "4f3a9c12", "99999abc"),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PARTS, max_size=12).map("".join))
CASES = st.tuples(st.integers(1, 9999), st.integers(1, 10**7), st.sampled_from(["ep", "c6-6-39-2.aglt2.org", "n-1"]))


@given(st.lists(TEXTS, max_size=40))
@settings(max_examples=50)
def test_python_and_sql_make_the_same_shape(messages: list[str]) -> None:
    assert _in_sql(messages) == [shape(message) for message in messages]


def test_a_message_is_looked_at_up_to_the_same_letter() -> None:
    message = "é\u0301" * LONGEST
    assert _in_sql([message]) == [shape(message)]
    assert len(shape(message)) == LONGEST


@pytest.mark.parametrize("message", [*(rule.example for rule in taxonomy().message)])
def test_a_shape_is_told_by_the_rule_that_tells_the_message(message: str) -> None:
    assert _first_rule(shape(message)) == _first_rule(message)


@given(st.sampled_from([rule.example for rule in taxonomy().message]), CASES)
def test_slots_addresses_and_numbers_around_it_change_no_class(example: str, case: tuple[int, int, str]) -> None:
    small, large, host = case
    around = (
        f"Error from slot{small % 64}_{small}@glidein_{small}_{large}@{host}: {example} (10.0.{small % 256}.1:{large})"
    )
    assert classify(around).failure == _first_rule(around)


def test_numbers_that_tell_causes_stay() -> None:
    said = "HTTP 404, (errno 28), exit code 137, code 12"
    assert shape(said) == said


def test_cases_of_one_cause_are_one_shape() -> None:
    said = "Error from slot1_{}@glidein_{}_1@{}: reading from /execute/dir_{}/out.{}: (errno 2) of job {}"
    one = said.format(3, 542261, "a.example.org", 12, 7, "4f3a9c12d")
    other = said.format(11, 99, "compute-6-28.tier2", 549597, 12, "00ff00ff00ff")
    assert shape(one) == shape(other)
    assert shape(shape(one)) == shape(one)


def test_messages_of_a_real_pool_keep_their_class() -> None:
    messages = reasons("Hold", "Vacate", "Remove")
    assert len(messages) > 30
    assert {said for said in messages if _first_rule(shape(said)) != _first_rule(said)} == set()


def _first_rule(text: str) -> str:
    return next((rule.failure for rule in taxonomy().message if rule.finds.search(text)), UNKNOWN)


def _in_sql(messages: list[str]) -> list[str]:
    with duckdb.connect() as con:
        con.execute(SHAPE_OF)
        return [con.execute("SELECT shape_of(?)", [message]).fetchall()[0][0] for message in messages]
