"""Residuals by job and cause, the statement that they make true, and what of them a viewer sees."""

from datetime import date

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.receipt.residuals import ResidualQuery, where_of
from pipeline.viewer import LOCAL, Viewer


def test_the_largest_come_first_whatever_their_sign(sampled: Cube) -> None:
    found = sampled.residuals(ResidualQuery(), LOCAL, 4).to_pylist()
    assert [(row["job"], row["residual_s"], row["cause"]) for row in found] == [
        ("ap1.pool.test#103.2", 552, "run_lost"),
        ("ap1.pool.test#92.0", 469, "run_lost"),
        ("ap2.pool.test#35.2", 119, "run_lost"),
        ("ap2.pool.test#62.1", -119, "schedd_restart"),
    ]
    assert all(row["attempts_wall_s"] + row["residual_s"] == row["job_wall_s"] for row in found)


def test_causes_add_up_to_the_statement(sampled: Cube) -> None:
    causes = sampled.residual_causes(ResidualQuery(), LOCAL).to_pylist()
    assert {row["cause"]: (row["jobs"], row["residual_s"]) for row in causes} == {
        "schedd_restart": (29, -1927),
        "run_lost": (7, 1389),
        "slot_kept": (3, 46),
        "rounding": (8, 8),
    }
    (said,) = sampled.reconciliation(ResidualQuery(), LOCAL).to_pylist()
    assert said == {"jobs": 469, "attempts_wall_s": 20_841, "residual_s": -484, "wall_s": 20_357}
    assert said["residual_s"] == sum(row["residual_s"] for row in causes)


@pytest.mark.parametrize(
    "asked",
    [
        ResidualQuery(where=(("site", ("Alpha",)),)),
        ResidualQuery(where=(("project", ("IceNorth", "ProteinFold")), ("outcome", ("succeeded",)))),
        ResidualQuery(date(2026, 11, 21), date(2026, 11, 21)),
        ResidualQuery(first=date(2026, 11, 22)),
    ],
)
def test_attempts_and_residual_are_the_wall_time_in_every_slice(sampled: Cube, asked: ResidualQuery) -> None:
    (said,) = sampled.reconciliation(asked, LOCAL).to_pylist()
    assert said["attempts_wall_s"] + said["residual_s"] == said["wall_s"]
    causes = sampled.residual_causes(asked, LOCAL).to_pylist()
    assert sum(row["residual_s"] for row in causes) == said["residual_s"]


def test_a_cause_can_be_asked_for(sampled: Cube) -> None:
    asked = ResidualQuery(where=where_of(["cause=slot_kept"]))
    assert {row["job"] for row in sampled.residuals(asked, LOCAL).to_pylist()} == {
        "ap1.pool.test#33.0",
        "ap1.pool.test#81.0",
        "ap2.pool.test#53.0",
    }


def test_a_viewer_sees_residuals_of_their_projects_alone(sampled: Cube) -> None:
    mine = Viewer("ann", frozenset({"IceNorth"}))
    assert {row["project"] for row in sampled.residuals(ResidualQuery(), mine).to_pylist()} == {"IceNorth"}
    (said,) = sampled.reconciliation(ResidualQuery(), mine).to_pylist()
    assert 0 < said["jobs"] < 469


def test_what_residuals_do_not_have_is_refused(sampled: Cube) -> None:
    for name in ("day", "nonsense"):
        with pytest.raises(UsageError):
            sampled.residuals(ResidualQuery(where=((name, ("x",)),)), LOCAL)
    with pytest.raises(UsageError, match="has no '='"):
        where_of(["project"])
