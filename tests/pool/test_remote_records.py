"""A record that a daemon sends is the row that its file makes: of every kind, of both versions of HTCondor."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, REJECT, TRANSFER
from pipeline.settings import Settings
from tests.ingesting import ingest
from tests.pool import shapes
from tests.pool.asked import Asked, set_knob, tool_of
from tests.pool.installed import SUITES, Suite
from tests.pool.plan import PoolPlan
from tests.pool.pool import Pool

LIMIT = "HISTORY_HELPER_MAX_HISTORY"
ONLY_IN_FILES = {"forky": set[str](), "trixie": {"STARTER"}}
"""What 23.9.6 does not send so that it could be told which job it is of."""
ODD = r"""My.ProjectName = "a\nb *** Offset = 0 Bêta"
My.EpochAdType = "INPUT"
My.InputPluginResultList = { [ TransferUrl = "x" ] }
request_memory = ifThenElse(MyA =!= undefined, MY.MyA, 7) + 40
My.MyA = MyB + 1
My.MyB = 20
"""


@dataclass(frozen=True)
class Written:
    """A pool that has written records of every kind, and the lake that its files make."""

    suite: Suite
    pool: Pool
    files: Asked


@pytest.fixture(scope="module", params=SUITES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    folder = tmp_path_factory.mktemp("written")
    state = folder / "pool"
    state.mkdir()
    with Pool.start(state, PoolPlan(suite=request.param)) as pool:
        _write(pool)
        files = Asked.of(pool, folder / "files")
        files.lake.create()
        _ingest(pool, files.lake)
        yield Written(request.param, pool, files)


def _write(pool: Pool) -> None:
    (pool.state / "store" / "in.dat").write_bytes(b"x" * 5000)
    ap1, ap2 = pool.ap("ap1"), pool.ap("ap2")
    ap1.submit("alice", shapes.noop(), 12)
    ap1.submit("alice", shapes.sleeps(0.5, project="physics", site="Bêta Universität"), 2)
    ap1.submit("bob", shapes.takes_input("store:///in.dat"))
    ap1.submit("bob", shapes.leaves_output(3000))
    ap1.submit("bob", shapes.retried(1))
    ap1.submit("carol", shapes.gpu(0.5))
    ap1.submit("carol", shapes.local(0.5))
    ap1.submit("carol", shapes.exits(3) + ODD)
    held = ap1.submit("alice", shapes.held_after(2))
    ap2.submit("bob", shapes.evicted_by_itself(4))
    ap2.submit("bob", shapes.materialised_late(3))
    ap1.wait_held(held)
    ap1.remove(held)
    pool.wait_idle()


def _ingest(pool: Pool, lake: Lake) -> None:
    paths = [path for ap in pool.access_points.values() for path in (*ap.history_files(), *ap.epoch_files())]
    paths += [path for site in pool.sites.values() for path in site.history_files()]
    report = ingest(paths, Settings(lake=lake.root, pool="test"))
    assert not report.unread


def _differences(written: Written, asked: Asked) -> list[str]:
    """Records that are in one lake alone."""
    found = []
    for table, of_files in written.files.ids().items():
        of_daemons = asked.ids()[table]
        alone = [text for number, text in of_files.items() if number not in of_daemons]
        found += [text for text in alone if text.split()[0] not in ONLY_IN_FILES[written.suite]]
        found += [text for number, text in of_daemons.items() if number not in of_files]
    return found


@pytest.mark.parametrize("page", [5000, 10])
def test_every_record_that_a_daemon_sends_is_the_row_that_its_file_makes(
    written: Written, page: int, tmp_path: Path
) -> None:
    asked = Asked.of(written.pool, tmp_path / "asked")
    visits = asked.poll("schedds", page=page, streams=["history", "epochs"])
    visits |= asked.poll("startds", page=page)
    assert len(visits) == 2 * 2 + 3
    assert [visit.error for visit in visits.values() if visit.error] == []
    assert len(asked.rows(JOB)) == 25
    assert {row["record_type"] for row in asked.rows(ATTEMPT_RECORD)} >= {"EPOCH", "STARTD"}
    assert {row["record_type"] for row in asked.rows(TRANSFER)} == {"INPUT", "OUTPUT"}
    assert _differences(written, asked) == []
    assert asked.lake.count(REJECT) == written.files.lake.count(REJECT)


def test_htcondors_own_tool_sends_the_same(written: Written, tmp_path: Path) -> None:
    asked = Asked.of(written.pool, tmp_path / "asked")
    for ap in written.pool.access_points.values():
        set_knob(ap, LIMIT, 2)
    tool = tool_of(written.pool.ap("ap1"), tmp_path)
    visits = asked.poll("schedds", streams=["history", "epochs"], history_tool=tool, collector=written.pool.collector)
    visits |= asked.poll("startds")
    for ap in written.pool.access_points.values():
        set_knob(ap, LIMIT, 2_000_000_000)
    assert [visit.error for visit in visits.values() if visit.error] == []
    assert _differences(written, asked) == []
    assert {state for state, _ in asked.spans("history") + asked.spans("epochs")} == {"proven"}
