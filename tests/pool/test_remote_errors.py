"""A daemon that does not answer as it should is an error that says which knob to turn, and never an empty answer."""

from pathlib import Path
from typing import Any

import pytest

from tests.pool.asked import Asked
from tests.pool.fixtures import StartPool
from tests.pool.plan import AUTHENTICATED_READ, SITES, AccessPointPlan, PoolPlan
from tests.pool.polling import Visit
from tests.pool.pool import Pool

HISTORY = "schedds: history of ap1.pool.test"
QUICK: dict[str, Any] = {"streams": ["history"], "timeout_s": 12}


def only(visits: dict[str, Visit]) -> tuple[str, str]:
    """Error and hint of the one visit."""
    (visit,) = visits.values()
    assert visit.error is not None
    assert visit.hint is not None
    return visit.error, visit.hint


@pytest.fixture
def asked(pool: Pool, tmp_path: Path) -> Asked:
    return Asked.of(pool, tmp_path / "asked")


def test_a_schedd_that_is_named_and_not_known_keeps_no_other_from_being_asked(asked: Asked, pool: Pool) -> None:
    visits = asked.poll("schedds", streams=["history"], schedds=["ap1", "ap1.pool.test", "ap9.pool.test"])
    assert visits[HISTORY].error is None
    missing = visits["schedds: history of ap9.pool.test"]
    assert missing.error == f"collector {pool.collector}: knows no schedd ap9.pool.test"
    assert "condor_status" in str(missing.hint)


def test_a_collector_that_is_not_there_is_told_apart_from_one_that_knows_nobody(asked: Asked) -> None:
    error, hint = only(asked.poll("schedds", collector="127.0.0.1:9"))
    assert error == "collector 127.0.0.1:9: cannot be reached (Connection refused)"
    assert "COLLECTOR_HOST" in hint
    error, _ = only(asked.poll("schedds", collector="no-such-host.invalid"))
    assert error.startswith("collector no-such-host.invalid: cannot be reached")
    error, hint = only(asked.poll("schedds", constraint='Name == "x"'))
    assert error.endswith("knows no such schedd")
    assert "constraint" in hint


def test_a_constraint_that_is_no_expression_is_said_so(asked: Asked) -> None:
    error, _ = only(asked.poll("schedds", constraint="Name == ("))
    assert error.endswith("'Name == (' is no ClassAd expression")


def test_a_configuration_that_is_not_there_is_named(asked: Asked, tmp_path: Path) -> None:
    error, hint = only(asked.poll("schedds", condor=tmp_path / "nothing"))
    assert error == f"CONDOR_CONFIG names {tmp_path / 'nothing'}, which is not there"
    assert "CONDOR_CONFIG" in hint


def test_where_the_collector_is_silent_a_schedd_is_asked_where_it_was(asked: Asked, pool: Pool) -> None:
    visits = asked.poll("schedds", daemons="alone", schedds=["ap1"], **QUICK)
    assert visits[HISTORY].error is None


def test_a_history_that_is_not_kept_or_switched_off_is_no_empty_one(start_pool: StartPool, tmp_path: Path) -> None:
    none = AccessPointPlan("ap1", lines=("HISTORY =", "JOB_EPOCH_HISTORY ="))
    off = AccessPointPlan("ap2", lines=("HISTORY_HELPER_MAX_CONCURRENCY = 0",))
    pool = start_pool(PoolPlan(access_points=(none, off), sites=SITES[:1], lines=AUTHENTICATED_READ))
    asked = Asked.of(pool, tmp_path / "asked")
    visits = asked.poll("schedds", streams=["history", "epochs"])
    assert visits[HISTORY].error == "history of ap1.pool.test: it keeps none"
    assert visits[HISTORY].hint == "Set HISTORY on that host, or leave this stream out of the source."
    assert "JOB_EPOCH_HISTORY" in str(visits["schedds: epochs of ap1.pool.test"].hint)
    assert visits["schedds: history of ap2.pool.test"].error == (
        "history of ap2.pool.test: remote history is switched off"
    )
    for token in (None, pool.strange_token()):
        condor = pool.client_config(tmp_path / f"client {token is None}", token)
        error, hint = only(asked.poll("schedds", condor=condor))
        assert error.startswith(f"collector {pool.collector}: takes connections, but gave no answer: it refuses")
        assert "SEC_TOKEN_DIRECTORY" in hint
        pool.cm.reconfigure("SEC_READ_AUTHENTICATION = OPTIONAL", "ALLOW_READ = *")
        error = str(asked.poll("schedds", schedds=["ap1"], condor=condor, **QUICK)[HISTORY].error)
        pool.cm.reconfigure("SEC_READ_AUTHENTICATION = REQUIRED", "ALLOW_READ = *@pool.test")
        assert error == "history of ap1.pool.test: refused (not authenticated)"
