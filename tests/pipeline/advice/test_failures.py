"""Advice on what went wrong: memory that was not enough, and input that came from one place again and again."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipeline.advice import wording
from pipeline.advice.advise import advise
from pipeline.advice.failures import (
    FEWEST_STOPPED,
    fit_more_memory,
    fit_osdf,
    more_memory_effect,
    osdf_effect,
)
from pipeline.advice.proposal import Proposal
from pipeline.advice.sheet import advice_sheet
from pipeline.lake import Lake
from tests.models.golden import empty_ledger
from tests.pipeline.advice.runs import PER_CORE, runs

NONE = float("nan")
STOPPED = runs(40, memory_mib=2048, memory_floor_mib=[2048.0] * 20 + [NONE] * 20)
"""Twenty of them were stopped after an hour on a core; 2 GiB go with one."""
WITH_OSDF = replace(PER_CORE, osdf_mib_s=10.0)


def test_a_stopped_run_is_saved_by_half_as_much_again_and_the_others_hold_more() -> None:
    assert fit_more_memory(STOPPED, PER_CORE) == Proposal(3072, retry=4608)
    effect = more_memory_effect(STOPPED, Proposal(3072), PER_CORE)
    # 20 runs of a core hour, less half a core hour more of the 20 others
    assert (effect.hours, effect.runs, effect.measured, effect.exceeded) == (10, 40, 20, 0)


def test_what_is_not_half_as_much_again_saves_nothing_and_costs_more() -> None:
    effect = more_memory_effect(STOPPED, Proposal(2560), PER_CORE)
    assert (effect.hours, effect.exceeded) == (-40 * 0.25, 20)


def test_a_larger_request_for_all_is_not_advised_where_few_would_have_needed_it() -> None:
    few = runs(400, memory_mib=2048, memory_floor_mib=[2048.0] * FEWEST_STOPPED + [NONE] * (400 - FEWEST_STOPPED))
    assert fit_more_memory(few, PER_CORE) is None


def test_the_advice_says_how_many_were_stopped_and_what_is_assumed() -> None:
    floor = [2048.0] * 40 + [NONE] * 40
    (one,) = advise(runs(80, memory_mib=2048, memory_floor_mib=floor, end_utc=[0.0, 100.0] * 40), PER_CORE, 50.0)
    assert wording.lines(one) == "request_memory = 3072 MB\nretry_request_memory = 4608 MB"
    assert wording.sentence(one).startswith("40 of 80 runs that asked for less than 3,072 MiB were stopped over their")
    assert "1.5 times what they had. For none of them it is not." in wording.risk(one)
    assert one.tested is not None
    assert (one.tested.effect.hours, one.tested.effect.measured) == (10, 20)
    assert wording.tested(one).endswith("saved 10 core hours; 0 % of those that were stopped needed more.")


def test_of_more_and_less_memory_for_one_workflow_only_what_saves_more_is_said() -> None:
    # most asked for eight times what they used; a few asked for a little and were stopped
    asked = [16_384.0] * 60 + [1024.0] * 20
    floor = [NONE] * 60 + [1024.0] * 20
    used = [2000.0] * 60 + [1024.0] * 20
    given = runs(80, memory_mib=asked, memory_used_mib=used, memory_floor_mib=floor, end_utc=[0.0, 100.0] * 40)
    assert [one.kind for one in advise(given, PER_CORE, 50.0)] == ["memory"]


def test_input_that_comes_slowly_from_one_place_would_come_at_the_rate_of_osdf() -> None:
    slow = runs(40, web_mib=6000, web_s=2400)
    assert fit_osdf(slow, WITH_OSDF) == Proposal(10.0)
    assert osdf_effect(slow, Proposal(10.0), WITH_OSDF).hours == pytest.approx(40 * 0.5)
    (one,) = advise(slow, WITH_OSDF, 50.0)
    assert "osdf:///NAMESPACE/FILE" in wording.lines(one)
    assert "half of them 6,000 MiB or more. Through OSDF files come at 10.0 MiB/s here" in wording.sentence(one)


@pytest.mark.parametrize(
    ("mib", "seconds", "rate"),
    [(6000, 500, 10.0), (50, 2400, 10.0), (6000, 2400, NONE)],
    ids=["fast as it is", "small", "no rate is known"],
)
def test_input_that_osdf_would_not_bring_sooner_is_left_alone(mib: float, seconds: float, rate: float) -> None:
    assert fit_osdf(runs(40, web_mib=mib, web_s=seconds), replace(PER_CORE, osdf_mib_s=rate)) is None


@pytest.fixture(scope="module")
def ledger() -> duckdb.DuckDBPyConnection:
    """Forty runs of which twenty were stopped; each fetched a file of 6000 MiB in 40 minutes, all but one the same."""
    con = duckdb.connect()
    empty_ledger(con, "UTC")
    con.execute(
        """
        INSERT INTO attempt BY NAME SELECT
            i AS attempt_id, 'p' AS pool, 'ap' AS ap, 'pool' AS venue, 'epoch' AS basis, i AS record_id,
            'u@x' AS "user", 1_000_000 + i * 3600 AS end_utc,
            3600 AS wall_s, 1000 AS cores_milli, 0 AS gpus, 'failed' AS outcome
        FROM range(40) AS made(i);
        INSERT INTO efficiency BY NAME SELECT attempt_id, 'p' AS pool, 'pool' AS venue FROM attempt;
        INSERT INTO phase BY NAME SELECT
            attempt_id, 2048 AS request_memory_mib,
            CASE WHEN attempt_id < 20 THEN 2100 ELSE 1000 END AS memory_used_mib,
            0 AS transfer_queue_s, 0 AS transfer_in_s, 0 AS transfer_out_s, 0 AS checkpointed_s, 3600 AS rest_s
        FROM attempt;
        INSERT INTO failure BY NAME SELECT
            attempt_id, CASE WHEN attempt_id < 20 THEN 'memory_exceeded' ELSE 'application_exit' END AS failure
        FROM attempt;
        INSERT INTO file_moved BY NAME SELECT
            attempt_id, 'u@x' AS "user", 'download' AS direction, 'done' AS result, 'https' AS protocol,
            CASE WHEN attempt_id = 39 THEN 'https://x/own' ELSE 'https://x/data' END AS url,
            6000 * 1048576::BIGINT AS file_bytes, 2400 AS transfer_s
        FROM attempt;
        INSERT INTO transfer_day BY NAME SELECT
            'p' AS pool, 'pool' AS venue, 'download' AS direction, 'done' AS result, 'osdf' AS protocol,
            10 * 1048576::BIGINT * 60 AS timed_bytes, 60 AS timed_s
        """
    )
    return con


def test_stopped_runs_and_repeated_input_are_found_in_the_ledger(
    ledger: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    def ask(sql: str, values: list[Any]) -> pa.Table:
        return ledger.sql(sql, params=values).to_arrow_table()

    lake = Lake(tmp_path / "lake")
    lake.create()
    sheet = advice_sheet(ask, lake, "p", "UTC", ["fact.pool = ?"], ["p"])
    osdf = next(one for one in sheet.advice if one.kind == "osdf")
    assert (osdf.effect.runs, osdf.proposal.value) == (39, 10.0)
    assert osdf.effect.hours == pytest.approx(39 * 0.5)
    assert sheet.parted == datetime(1970, 1, 13, tzinfo=UTC).date()
    memory = next(one for one in sheet.advice if one.kind == "more_memory")
    # they had used 2100 MiB; what goes with a core is not known, so that more of it costs nothing
    assert (memory.proposal.value, memory.effect.hours, memory.effect.measured) == (3200, 20, 20)
