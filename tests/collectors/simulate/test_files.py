"""The files are what a schedd writes: banners, attributes, and numbers that fit each other."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.collectors.simulate.conftest import Pool
from tests.collectors.simulate.splitter import Found, split


def test_there_is_a_history_and_an_epoch_file_for_each_access_point(pool: Pool) -> None:
    assert [path.name for path in pool.written.files] == ["history", "epoch_history"] * 3
    assert [path.parent.name for path in pool.written.files[::2]] == [
        "ap1.prairie.simulated",
        "ap2.prairie.simulated",
        "ap3.prairie.simulated",
    ]
    assert sum(path.stat().st_size for path in pool.written.files) == pool.written.bytes


def test_each_history_banner_names_the_byte_where_the_one_before_begins(pool: Pool) -> None:
    for records in pool.history.values():
        assert [int(record.banner["Offset"]) for record in records] == [
            0,
            *(record.banner_at for record in records[:-1]),
        ]


def test_banners_repeat_what_the_ad_says(pool: Pool) -> None:
    for record in pool.finals():
        assert record.banner["ClusterId"] == record.ad["ClusterId"]
        assert record.banner["ProcId"] == record.ad["ProcId"]
        assert f'"{record.banner["Owner"]}"' == record.ad["Owner"]
        assert record.banner["CompletionDate"] == record.ad.get("CompletionDate", "-1")
    for kind in ("SPAWN", "EPOCH", "INPUT", "OUTPUT"):
        for record in pool.of_kind(kind):
            assert record.ad["EpochAdType"] == f'"{kind}"'
            assert record.banner["RunInstanceId"] == record.ad["RunInstanceID"]
            assert record.banner["CurrentTime"] == record.ad["EpochWriteDate"]
            assert record.text.splitlines()[-1].startswith("EpochWriteDate = ")


def test_records_stand_in_order_of_time_within_the_plans_days(pool: Pool) -> None:
    for records in (*pool.history.values(), *pool.epochs.values()):
        times = [int(record.banner["CurrentTime"]) for record in records]
        assert times == sorted(times)
        assert pool.plan.begin_utc <= times[0]
        assert times[-1] < pool.plan.end_utc


def test_no_attribute_stands_twice_in_an_ad(pool: Pool) -> None:
    for record in (*pool.finals(), *pool.of_kind("EPOCH")):
        names = [line.split(" = ")[0].lower() for line in record.text.splitlines()]
        assert len(names) == len(set(names)) == record.lines


def test_the_global_job_id_names_access_point_job_and_submission(pool: Pool) -> None:
    for ap, records in pool.history.items():
        for record in records:
            ad = record.ad
            assert ad["GlobalJobId"] == f'"{ap}#{ad["ClusterId"]}.{ad["ProcId"]}#{ad["QDate"]}"'


def test_written_counts_what_stands_in_the_files(pool: Pool) -> None:
    finals = {(ap, record.job) for ap, records in pool.history.items() for record in records}
    ended = runs(pool, "EPOCH")
    started = runs(pool, "SPAWN")
    twice = len(pool.of_kind("EPOCH")) - len(ended)
    assert pool.written.jobs == len(finals)
    assert pool.written.repeated_jobs == len(pool.finals()) - len(finals) > 0
    assert pool.written.attempts == len(ended)
    assert pool.written.doubled_epochs == twice > 0
    assert pool.written.lost_runs + pool.written.open_runs == len(started - ended)
    assert pool.written.lost_runs > 0
    assert pool.written.transfers == len(pool.of_kind("INPUT")) + len(pool.of_kind("OUTPUT")) > 0
    assert ended <= started


def test_a_jobs_wall_time_is_the_sum_of_its_runs_but_for_the_planted_odd_cases(pool: Pool) -> None:
    in_epochs: dict[tuple[str, tuple[str, str]], dict[str, int]] = defaultdict(dict)
    for ap, records in pool.epochs.items():
        for record in records:
            if record.kind == "EPOCH":
                in_epochs[ap, record.job][record.banner["RunInstanceId"]] = record.wall_s
    lost_s = 0
    for ap, records in pool.history.items():
        first = {record.job: record for record in reversed(records)}
        for record in first.values():
            known = in_epochs[ap, record.job]
            rest = record.number("RemoteWallClockTime") - sum(known.values())
            if rest and record.ad["JobUniverse"] == "5":
                assert rest > 0
                assert len(known) < record.number("NumShadowStarts")
                lost_s += rest
    assert lost_s == pool.written.lost_s > 0


def test_a_repeated_ad_is_newer_and_has_forgotten_the_last_run(pool: Pool) -> None:
    forgotten = 0
    for records in pool.history.values():
        by_job: dict[tuple[str, str], list[Found]] = defaultdict(list)
        for record in records:
            by_job[record.job].append(record)
        for first, *rest in by_job.values():
            for second in rest:
                forgotten += first.number("RemoteWallClockTime") - second.number("RemoteWallClockTime")
                assert second.number("CompletionDate") > first.number("CompletionDate")
                assert second.number("NumShadowStarts") == first.number("NumShadowStarts") + 1
    assert forgotten == pool.written.repeated_s


def test_an_epoch_ad_has_the_wall_time_before_its_run_and_the_cpu_time_with_it(pool: Pool) -> None:
    for records in pool.epochs.values():
        epochs = [record for record in records if record.kind == "EPOCH" and "HoldReason" not in record.ad]
        lost = {record.job for record in records if record.kind == "SPAWN"} if not epochs else set()
        by_job: dict[tuple[str, str], list[Found]] = defaultdict(list)
        for record in epochs:
            by_job[record.job].append(record)
        for runs_of_job in by_job.values():
            numbers = [int(record.banner["RunInstanceId"]) for record in runs_of_job]
            if numbers != list(range(len(numbers))) or runs_of_job[0].job in lost:
                continue
            wall_s, cpu = 0, 0.0
            for record in runs_of_job:
                cpu += float(record.ad["RemoteUserCpu"])
                assert record.number("RemoteWallClockTime") == wall_s
                assert float(record.ad["CumulativeRemoteUserCpu"]) == pytest.approx(cpu, abs=1e-3)
                wall_s += record.wall_s


def test_runs_of_a_job_follow_each_other(pool: Pool) -> None:
    last: dict[tuple[str, tuple[str, str]], int] = {}
    for ap, records in pool.epochs.items():
        for record in records:
            if record.kind == "EPOCH" and "HoldReason" not in record.ad:
                assert record.number("JobCurrentStartDate") >= last.get((ap, record.job), 0)
                assert record.wall_s >= 0
                last[ap, record.job] = record.number("EpochWriteDate")


def test_a_removed_job_has_no_completion_and_nothing_committed(pool: Pool) -> None:
    removed = [record for record in pool.finals() if record.ad["JobStatus"] == "3"]
    assert Counter(record.ad["LastJobStatus"] for record in removed).keys() == {"1", "2", "5"}
    for record in removed:
        assert "CompletionDate" not in record.ad
        assert record.banner["CompletionDate"] == "-1"
        assert record.ad["CommittedTime"] == "0"
        assert "RemoveReason" in record.ad


def test_a_completed_job_has_committed_its_last_run(pool: Pool) -> None:
    for record in pool.vanilla():
        if record.ad["JobStatus"] == "4" and record.ad["LastRemoteWallClockTime"] != "0.0":
            assert record.number("CommittedTime") == record.number("LastRemoteWallClockTime")


def test_jobs_on_the_access_point_have_no_slot_and_no_epoch(pool: Pool) -> None:
    local = [(ap, r) for ap, records in pool.history.items() for r in records if r.ad["JobUniverse"] in ("7", "12")]
    assert {record.ad["JobUniverse"] for _, record in local} == {"7", "12"}
    with_runs = {(ap, record.job) for ap, records in pool.epochs.items() for record in records}
    for ap, record in local:
        assert (ap, record.job) not in with_runs
        assert not any(name.startswith("MachineAttr") for name in record.ad)
        assert record.number("RemoteWallClockTime") == record.number("CompletionDate") - record.number("JobStartDate")
        assert record.ad["CommittedTime"] == "0"


def test_a_site_beyond_ascii_is_octal_text_in_one_attribute_and_utf8_in_the_other(pool: Pool) -> None:
    spelled = {record.ad["MachineAttrGLIDEIN_Site0"] for record in pool.of_kind("EPOCH")}
    assert '"S\\303\\265lmej\\303\\244rv"' in spelled
    for record in pool.vanilla():
        if "MachineAttrGLIDEIN_Site0" in record.ad:
            assert record.ad["MATCH_EXP_JOBGLIDEIN_Site"] == f'"{record.site}"'


def test_two_epoch_ads_of_one_run_are_an_exit_that_put_the_job_on_hold(pool: Pool) -> None:
    found: dict[tuple[str, tuple[str, str, str]], list[Found]] = defaultdict(list)
    for ap, records in pool.epochs.items():
        for record in records:
            if record.kind == "EPOCH":
                found[ap, record.run].append(record)
    doubled = [records for records in found.values() if len(records) == 2]
    assert len(doubled) == pool.written.doubled_epochs
    for first, second in doubled:
        assert "HoldReason" not in first.ad
        assert (second.ad["HoldReasonCode"], second.ad["ExitCode"]) == ("3", "9")


def test_files_are_as_long_as_real_ones(pool: Pool) -> None:
    """Real ads of 25.14.1: 138 lines and 4.2 kB in history, 4.7 kB in epoch history."""
    finals = [record for record in pool.vanilla() if record.ad["JobStatus"] == "4"]
    assert 120 <= sum(record.lines for record in finals) / len(finals) <= 160
    assert 3800 <= sum(len(record.text.encode()) for record in finals) / len(finals) <= 5500


def test_completed_ads_have_what_real_ones_have(pool: Pool, shared_data: Path) -> None:
    real = [
        record
        for path in sorted((shared_data / "captures/ap1/files").glob("history*"))
        for record in split(path)
        if record.ad["JobStatus"] == "4" and record.ad["JobUniverse"] == "5" and "IsNoopJob" not in record.ad
    ]
    often = Counter(name for record in real for name in record.ad)
    usual = {name for name, times in often.items() if times > 0.6 * len(real)}
    ours = {name for record in pool.vanilla() for name in record.ad}
    assert usual - ours == set()


def runs(pool: Pool, kind: str) -> set[tuple[str, tuple[str, str, str]]]:
    return {(ap, record.run) for ap, records in pool.epochs.items() for record in records if record.kind == kind}
