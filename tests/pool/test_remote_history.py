"""A schedd's history over the network: nothing of a backlog is lost in silence, and restarts change nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.schema import JOB
from tests.pool import shapes
from tests.pool.access_point import AccessPoint
from tests.pool.asked import Asked, set_knob
from tests.pool.polling import Visit
from tests.pool.pool import Pool

LIMIT = "HISTORY_HELPER_MAX_HISTORY"
NONE = 2_000_000_000
TARGET = "schedds: history of ap1.pool.test"
WITHOUT_TOOL = "/nowhere/condor_history"


@dataclass(frozen=True)
class OneSchedd:
    """A lake filled by asking one access point for its history."""

    ap: AccessPoint
    asked: Asked

    def run(self, jobs: int) -> int:
        """Let so many jobs leave the queue; return their cluster."""
        cluster = self.ap.submit("alice", shapes.noop(), jobs)
        self.ap.wait_idle()
        return cluster

    def poll(self, daemons: str = "as they are", **source: Any) -> Visit:
        named: dict[str, Any] = {"streams": ["history"], "schedds": [self.ap.full_name], "history_tool": WITHOUT_TOOL}
        return self.asked.poll("schedds", daemons=daemons, **(named | source))[TARGET]

    def procs(self, cluster: int) -> int:
        """Jobs of the cluster in the lake; a schedd that is killed can write one twice."""
        return len({row["proc"] for row in self.asked.rows(JOB) if row["cluster"] == cluster})

    def states(self) -> list[str]:
        return [state for state, _ in self.asked.spans("history")]


@pytest.fixture
def one(pool: Pool, tmp_path: Path) -> OneSchedd:
    return OneSchedd(pool.ap("ap1"), Asked.of(pool, tmp_path / "asked"))


def test_a_backlog_larger_than_a_page_comes_whole(one: OneSchedd) -> None:
    one.run(1)
    one.poll(page=10)
    cluster = one.run(57)
    visit = one.poll(page=10)
    assert (visit.error, visit.notes) == (None, [])
    assert one.procs(cluster) == 57
    assert set(one.states()) == {"proven"}


def test_a_tool_that_fails_is_an_error_and_what_the_schedd_told_is_kept(one: OneSchedd, tmp_path: Path) -> None:
    cluster = one.run(15)
    broken = tmp_path / "condor_history"
    broken.write_text("#!/bin/sh\necho 'Unable to locate remote schedd (name=x, pool=y).' >&2\nexit 1\n")
    broken.chmod(0o755)
    set_knob(one.ap, LIMIT, 12)
    visit = one.poll(history_tool=str(broken))
    set_knob(one.ap, LIMIT, NONE)
    assert visit.error == f"{broken} -name ap1.pool.test: HTCondor's tool cannot find that schedd"
    assert one.procs(cluster) == 12
    assert one.poll().error is None
    assert one.procs(cluster) == 15


def test_a_schedd_that_was_killed_is_asked_where_it_is_now_and_nothing_is_lost(one: OneSchedd) -> None:
    before = one.run(3)
    one.poll()
    one.ap.kill_schedd()
    after = one.run(3)
    visit = one.poll(daemons="moved")
    assert visit.error is None
    assert (one.procs(before), one.procs(after)) == (3, 3)
    assert set(one.states()) == {"proven"}


def test_a_history_that_was_removed_is_a_gap(one: OneSchedd) -> None:
    one.run(3)
    one.poll()
    for path in one.ap.history_files():
        path.rename(path.with_name(f"old.{path.name}"))
    visit = one.poll()
    for path in one.ap.spool.glob("old.*"):
        path.rename(path.with_name(path.name.removeprefix("old.")))
    assert visit.error is None
    assert "the records that were known are not there any more" in visit.notes[0]
    assert one.states()[-1] == "gap"
    assert one.poll().error is None
