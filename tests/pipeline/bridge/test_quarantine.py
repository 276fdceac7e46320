"""What rejected records would have been: read off their bytes, and never believed beyond one line of a bridge."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.bridge.asked import BridgeQuery
from pipeline.bridge.quarantine import Rejected, rejected
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.collectors.records import epoch_ad, history, job_ad, write
from tests.ingesting import ingest

ABSURD = "RequestCpus = 1073741824"


def refused(tmp_path: Path, *ads: str, name: str = "history", asked: BridgeQuery | None = None) -> list[Rejected]:
    lake = Lake(tmp_path / "lake")
    lake.create()
    ingest([write(tmp_path / name, history(*ads))], Settings(lake=lake.root))
    return rejected(lake, asked or BridgeQuery(), "UTC")


def test_its_size_its_time_and_its_names_are_read(tmp_path: Path) -> None:
    ad = job_ad(1, 0, "ap1.example.org", ABSURD, 'ProjectName = "a \\"big\\" one"', 'User = "ann@example.org"')
    (found,) = refused(tmp_path, ad)
    assert found.labels["project"] == 'a "big" one'
    assert found.labels["user"] == "ann@example.org"
    assert found.labels["ap"] == "ap1.example.org"
    assert found.mcore_s("history") == 1_073_741_824_000 * 100
    assert found.is_completed


def test_the_last_of_equal_names_wins_whatever_its_case(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, job_ad(1, 0, "ap1.example.org", ABSURD, "remotewallclocktime = 7"))
    assert found.wall_s == 7


def test_a_record_that_does_not_say_enough_adds_nothing(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, job_ad(1, 0, "ap1.example.org", ABSURD, "RemoteWallClockTime = undefined"))
    assert found.mcore_s("history") is None


@pytest.mark.parametrize("line", ["JobStatus = 2", "JobStatus = 5"])
def test_a_job_that_is_in_the_queue_is_nobodys_total(tmp_path: Path, line: str) -> None:
    assert refused(tmp_path, job_ad(1, 0, "ap1.example.org", ABSURD, line)) == []


def test_only_those_that_end_in_the_period_and_pass_the_filter_are_named(tmp_path: Path) -> None:
    ad = job_ad(1, 0, "ap1.example.org", ABSURD)
    assert refused(tmp_path, ad, asked=BridgeQuery(first=date(2026, 11, 2))) == []
    assert refused(tmp_path, ad, asked=BridgeQuery(where=(("ap", ("ap2.example.org",)),))) == []
    assert refused(tmp_path, ad, asked=BridgeQuery(where=(("site", ("Alpha",)),))) == []
    assert len(refused(tmp_path, ad, asked=BridgeQuery(where=(("ap", ("ap1.example.org",)),)))) == 1


def test_the_same_record_read_twice_is_named_once_and_a_runs_record_never(tmp_path: Path) -> None:
    ad = job_ad(1, 0, "ap1.example.org", ABSURD)
    lake = Lake(tmp_path / "lake")
    lake.create()
    banner = '*** EPOCH ClusterId=9 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1793491260\n'
    files = [
        write(tmp_path / "history", history(ad)),
        write(tmp_path / "history.20261101T000000", history(ad)),
        write(tmp_path / "epoch_history", (epoch_ad(9, 0, ABSURD) + banner).encode()),
    ]
    ingest(files, Settings(lake=lake.root))
    assert len(rejected(lake, BridgeQuery(), "UTC")) == 1


def test_nothing_is_read_where_the_target_is_ours(tmp_path: Path) -> None:
    assert refused(tmp_path, job_ad(1, 0, "ap1.example.org", ABSURD), asked=BridgeQuery(target="ended")) == []
