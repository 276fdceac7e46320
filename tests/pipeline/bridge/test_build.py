"""Bridges add up, to the milli-core-second: by hand, against awk on real files, and on random pools."""

import itertools
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from pipeline.bridge.asked import TARGETS, BridgeQuery
from pipeline.bridge.causes import CAUSES
from pipeline.bridge.walk import Bridge, step
from pipeline.cube import Cube
from pipeline.errors import CheckFailed, UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import ATTEMPT_RECORD, JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.collectors.records import history, job_ad, write
from tests.copied_lake import copied
from tests.ingesting import ingest
from tests.pipeline.bridge import slow
from tests.pipeline.bridge.pools import pools
from tests.pipeline.ledger_rows import rows

AWK = (
    "/^(RemoteWallClockTime|CpusProvisioned|RequestCpus) = /{v[$1]=$3} "
    '/^\\*\\*\\* /{c="CpusProvisioned" in v ? v["CpusProvisioned"] : v["RequestCpus"]; '
    's+=v["RemoteWallClockTime"]*c; delete v} END{printf "%.3f", s}'
)
"""Wall time x cores of every final ad in history files."""
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 1)


def amounts(bridge: Bridge) -> dict[str, int]:
    return {one.cause.name: one.mcore_s for one in bridge.steps}


def awk(files: list[Path]) -> int:
    """Milli-core-seconds that one line of awk finds."""
    done = subprocess.run(["awk", AWK, *map(str, files)], capture_output=True, text=True, check=True)
    return round(float(done.stdout) * 1000)


def ledger_of(root: Path, files: list[Path]) -> Cube:
    settings_ = Settings(lake=root)
    Lake(root).create()
    ingest(sorted(files), settings_, pool="pool")
    publish(Lake(root), settings_, lambda step: None)
    return Cube.open(root)


def history_files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith(("history", "epoch_history"))]


@pytest.fixture
def small(small_lake: Lake) -> Cube:
    return Cube.open(small_lake.root)


def test_a_day_of_three_jobs_is_walked_by_hand(small: Cube) -> None:
    """On two cores. 31 Oct: 600 s of job 1 and 60 s of job 3's residual were used; both ended on 1 Nov."""
    (first,) = small.bridge(BridgeQuery(OCTOBER, OCTOBER, target="ended"), LOCAL)
    assert (first.used_mcore_s, first.ended_mcore_s) == (2000 * (600 + 60), 0)
    assert amounts(first) == {"ended_later": -2000 * 660}
    assert [(one.name, one.mcore_s) for one in first.steps[0].witnesses] == [
        ("ap1.pool.test#1.0", -1_200_000),
        ("ap1.pool.test#3.0", -120_000),
    ]
    (second,) = small.bridge(BridgeQuery(NOVEMBER, NOVEMBER, target="ended"), LOCAL)
    assert amounts(second) == {"used_earlier": 2000 * 660}
    (both,) = small.bridge(BridgeQuery(OCTOBER, NOVEMBER, target="ended"), LOCAL)
    assert amounts(both) == {}
    assert both.used_mcore_s == both.ended_mcore_s == 2000 * (900 + 900 + 110)


def test_an_evicted_runs_hours_move_to_the_last_site_and_the_residuals_too(small: Cube) -> None:
    found = {one.group: one for one in small.bridge(BridgeQuery(by="site", target="ended"), LOCAL)}
    assert amounts(found["Alpha"]) == {"evictions": -2000 * 300, "residual_place": 2000 * 100}
    assert amounts(found["Beta"]) == {"evictions": 2000 * 300}
    assert amounts(found["unattributed"]) == {"residual_place": -2000 * 100}


def test_a_viewer_gets_a_bridge_of_their_projects_and_no_other_jobs_names(small: Cube) -> None:
    (mine,) = small.bridge(BridgeQuery(OCTOBER, OCTOBER), Viewer("ann", frozenset({"A"})))
    assert mine.used_mcore_s == 2000 * 600
    names = {one.name for each in mine.steps for one in each.witnesses}
    assert names == {"ap1.pool.test#1.0"}


def test_what_a_bridge_cannot_tell_apart_is_refused(small: Cube) -> None:
    for asked in (
        BridgeQuery(by="outcome"),
        BridgeQuery(where=(("day", ("2026-11-01",)),)),
        BridgeQuery(by="nonsense"),
    ):
        with pytest.raises(UsageError):
            small.bridge(asked, LOCAL)
    with pytest.raises(UsageError, match="after the last"):
        small.bridge(BridgeQuery(NOVEMBER, OCTOBER), LOCAL)


def test_steps_that_do_not_add_up_are_an_error() -> None:
    whole = Bridge("", 10, 14, 14, (step("cores", 4, 1, ()),))
    assert whole.held().unexplained_mcore_s == 0
    with pytest.raises(CheckFailed, match="leaves 1 mcore s unexplained"):
        Bridge("", 10, 15, 15, (step("cores", 4, 1, ()),)).held()
    with pytest.raises(CheckFailed, match="1 of them on the way to as ended"):
        Bridge("", 10, 15, 15, (step("cores", 4, 1, ()), step("removed", 1, 1, ()))).held()


@pytest.mark.parametrize("kind", ["captures", "captures 23.9.6", "samples"])
def test_as_ended_is_what_awk_finds_in_the_files_less_what_the_bridge_names(
    kind: str, shared_data: Path, samples: Path, tmp_path: Path
) -> None:
    folders = {
        "captures": [shared_data / "captures" / ap / "files" for ap in ("ap1", "ap2")],
        "captures 23.9.6": [shared_data / "captures" / "v23.9.6" / ap for ap in ("ap1", "ap2")],
        "samples": [samples / ap for ap in ("ap1", "ap2")],
    }[kind]
    files = [path for folder in folders for path in history_files(folder) if path.suffix not in (".json", ".jsonl")]
    cube = ledger_of(tmp_path / "lake", files)
    (found,) = cube.bridge(BridgeQuery(target="history"), LOCAL)
    said = awk([path for path in files if path.name.startswith("history")])
    named = sum(one.mcore_s for one in found.steps_to("published"))
    assert found.target_mcore_s == said
    assert found.ended_mcore_s == said - named
    assert {one.cause.name for one in found.steps_to("published")} <= {"access_point", "duplicates"}
    (usual,) = cube.usage(usage_as_ended(), LOCAL).to_pylist()
    assert round(usual["cpu_h"] * 3_600_000) == found.ended_mcore_s


def usage_as_ended() -> Any:
    from pipeline.query import UsageQuery

    return UsageQuery(metrics=("cpu_h",), booking="ended")


def test_a_record_of_absurd_cores_is_a_step_of_its_own_and_awk_finds_it(tmp_path: Path) -> None:
    absurd = job_ad(2, 0, "ap1.example.org", "RequestCpus = 1073741824", 'ProjectName = "Big"')
    file = write(tmp_path / "history", history(job_ad(1), absurd, job_ad(3, 0, "ap1.example.org", "JobUniverse = 7")))
    cube = ledger_of(tmp_path / "lake", [file])
    (found,) = cube.bridge(BridgeQuery(target="history"), LOCAL)
    assert found.ended_mcore_s == 100_000
    assert amounts(found) == {"access_point": 100_000, "quarantine": 1_073_741_824 * 100_000}
    assert found.target_mcore_s == awk([file])
    assert found.steps[-1].witnesses[0].name.startswith("reject ")
    by_project = {one.group: amounts(one) for one in cube.bridge(BridgeQuery(by="project"), LOCAL)}
    assert by_project["Big"] == {"quarantine": 1_073_741_824 * 100_000}
    before = BridgeQuery(last=date(2026, 10, 31))
    assert cube.bridge(before, LOCAL)[0].target_mcore_s == 0


def test_removed_jobs_fall_out_where_gracc_counts_and_cores_asked_for_count_where_chtc_does(tmp_path: Path) -> None:
    removed = ("JobStatus = 3", "CompletionDate = 0")
    file = write(
        tmp_path / "history",
        history(job_ad(1, 0, "ap1.example.org", "CpusProvisioned = 4"), job_ad(2, 0, "ap1.example.org", *removed)),
    )
    cube = ledger_of(tmp_path / "lake", [file])
    assert amounts(cube.bridge(BridgeQuery(target="gracc"), LOCAL)[0]) == {"removed": -100_000}
    (chtc,) = cube.bridge(BridgeQuery(target="chtc"), LOCAL)
    assert amounts(chtc) == {"requested": -300_000}
    assert chtc.target_mcore_s == 200_000


Filter = Callable[[dict[str, Any]], bool]


@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))
@given(pools())
def test_random_pools_are_walked_as_plain_loops_walk_them(empty_lake: Lake, pool: tuple[list[Any], list[Any]]) -> None:
    finals, records = pool
    with tempfile.TemporaryDirectory() as folder:
        lake = copied(empty_lake, Path(folder) / "lake")
        lake.writer(JOB).append(rows(JOB, *finals), {})
        lake.writer(ATTEMPT_RECORD).append(rows(ATTEMPT_RECORD, *records), {})
        publish(lake, Settings(lake=lake.root), lambda step: None)
        cube = Cube.open(lake.root)
        tables = {name: table(cube, name) for name in ("charge", "attempt", "job", "residual")}
        tables["charge_ended"] = [row for row in table(cube, "charge_ended") if row["kind"] == "job"]
        venue = {row["global_job_id"]: row["venue"] for row in tables["job"]}
        spans = ((OCTOBER, OCTOBER), (NOVEMBER, date(2026, 11, 2)), (date(2026, 10, 1), date(2026, 12, 31)))
        for (first, last), by in itertools.product(spans, (None, "site", "project")):
            walked = cube.bridge(BridgeQuery(first, last, by=by, target="ended"), LOCAL)
            expected = slow.steps(tables, first, last, everything, by)
            found = Counter({(s.cause.name, one.group): s.mcore_s for one in walked for s in one.steps})
            assert Counter({key: amount for key, amount in found.items() if amount}) == expected
            assert sum(one.used_mcore_s for one in walked) == slow.used(tables["charge"], first, last, everything)
            assert sum(one.ended_mcore_s for one in walked) == slow.ended(
                tables["charge_ended"], first, last, everything
            )
        for target in ("history", "gracc", "chtc"):
            for first, last in spans:
                (one,) = cube.bridge(BridgeQuery(first, last, target=target), LOCAL)
                assert one.target_mcore_s == slow.published(finals, first, last, everything, venue, target)


def everything(row: dict[str, Any]) -> bool:
    return True


def table(cube: Cube, name: str) -> list[dict[str, Any]]:
    ids = "* REPLACE (job_id::VARCHAR AS job_id)"
    if name in ("charge", "attempt", "charge_ended"):
        ids = "* REPLACE (job_id::VARCHAR AS job_id, attempt_id::VARCHAR AS attempt_id)"
    answer: list[dict[str, Any]] = cube._ask(f"SELECT {ids} FROM {name}", []).to_pylist()
    return answer


def test_every_cause_has_a_sentence_and_a_leg() -> None:
    assert {cause.leg for cause in CAUSES} == {"ended", "published"}
    assert all(cause.text.endswith(".") for cause in CAUSES)
    assert set(TARGETS) == {"ended", "history", "gracc", "chtc"}
