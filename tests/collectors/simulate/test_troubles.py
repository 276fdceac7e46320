"""What is planted can be found in the files; what is not planted looks like a pool that works."""

from statistics import median

from collectors.simulate.events import Troubles
from tests.collectors.simulate.conftest import Pool
from tests.collectors.simulate.splitter import Found


def share(records: list[Found], *, having: str, value: str | None = None) -> float:
    """Share of the records that have the attribute (with that value)."""
    assert len(records) >= 20
    met = [r for r in records if (r.ad.get(having) == value if value is not None else having in r.ad)]
    return len(met) / len(records)


def started(record: Found) -> int:
    return record.number("JobCurrentStartDate")


def project(pool: Pool, name: str | None) -> list[Found]:
    return [record for record in pool.of_kind("EPOCH") if record.ad.get("ProjectName") == f'"{name}"']


def test_five_jobs_of_six_succeed(pool: Pool) -> None:
    jobs = pool.vanilla()
    good = [record for record in jobs if record.ad["JobStatus"] == "4" and record.ad.get("ExitCode") == "0"]
    assert 0.80 <= len(good) / len(jobs) <= 0.90


def test_an_evicted_job_runs_again_mostly_at_another_site(pool: Pool) -> None:
    again = elsewhere = 0
    for records in pool.epochs.values():
        evicted: dict[tuple[str, str], str] = {}
        for record in records:
            if record.kind != "EPOCH":
                continue
            if (before := evicted.pop(record.job, None)) is not None:
                again += 1
                elsewhere += before != record.site
            if int(record.ad.get("VacateReasonCode", "0")) in (1008, 1011, 1014, 1019):
                evicted[record.job] = record.site
    assert again > 200
    assert elsewhere / again > 0.95


def test_a_few_runs_are_evicted_everywhere(pool: Pool) -> None:
    elsewhere = [record for record in pool.of_kind("EPOCH") if record.site != pool.troubles.storm_site.name]
    assert 0.004 < share(elsewhere, having="VacateReasonCode", value="1019") < 0.05


def test_some_jobs_run_at_more_than_one_site(pool: Pool) -> None:
    sites: dict[tuple[str, tuple[str, str]], set[str]] = {}
    for ap, records in pool.epochs.items():
        for record in records:
            if record.kind == "EPOCH":
                sites.setdefault((ap, record.job), set()).add(record.site)
    assert 0.03 <= sum(len(found) > 1 for found in sites.values()) / len(sites) <= 0.2


def test_the_bad_node_fails_jobs_within_minutes_from_its_day_on(pool: Pool) -> None:
    trouble = pool.troubles
    here = [r for r in pool.of_kind("EPOCH") if r.ad["MachineAttrMachine0"] == f'"{trouble.bad_host.name}"']
    bad = [record for record in here if started(record) >= trouble.bad_from]
    at_site = [r for r in pool.of_kind("EPOCH") if r.site == trouble.bad_site.name and r not in here]
    assert share(bad, having="ExitCode", value="1") > 0.85
    assert share(at_site, having="ExitCode", value="1") < 0.15
    assert median(r.wall_s for r in bad) < 600
    before = [record for record in here if started(record) < trouble.bad_from]
    assert before
    assert sum(record.ad.get("ExitCode") == "1" for record in before) <= len(before) / 2


def test_the_storm_evicts_most_runs_of_its_site_for_two_days(pool: Pool) -> None:
    trouble = pool.troubles
    here = [record for record in pool.of_kind("EPOCH") if record.site == trouble.storm_site.name]
    within = [record for record in here if trouble.storm_from <= started(record) < trouble.storm_until]
    outside = [record for record in here if record not in within]
    assert trouble.storm_until - trouble.storm_from == 2 * 86_400
    assert share(within, having="VacateReasonCode", value="1014") > 0.6
    assert share(outside, having="VacateReasonCode", value="1014") < 0.1


def test_the_dying_site_loses_contact_ever_more_often_and_then_runs_nothing(pool: Pool) -> None:
    trouble = pool.troubles
    here = [record for record in pool.of_kind("EPOCH") if record.site == trouble.dying_site.name]
    ill = [record for record in here if trouble.dying_from <= started(record) < trouble.dead_from]
    well = [record for record in here if started(record) < trouble.dying_from]
    assert share(ill, having="VacateReasonCode", value="1008") > 0.3
    assert share(well, having="VacateReasonCode", value="1008") < 0.1
    assert all(started(record) < trouble.dead_from for record in here)


def test_the_hoarder_asks_for_twenty_times_the_memory_it_uses(pool: Pool) -> None:
    trouble: Troubles = pool.troubles
    used = [r for r in project(pool, trouble.hoarder.name) if "ResidentSetSize" in r.ad]
    ratios = [record.number("RequestMemory") * 1024 / record.number("ResidentSetSize") for record in used]
    others = [r for r in pool.of_kind("EPOCH") if r not in used and "ResidentSetSize" in r.ad]
    assert median(ratios) > 20
    assert median(r.number("RequestMemory") * 1024 / r.number("ResidentSetSize") for r in others) < 4


def test_one_gpu_project_leaves_its_gpus_idle_and_the_other_does_not(pool: Pool) -> None:
    idle_name = pool.troubles.idle_gpu.name
    with_gpus = [record for record in pool.of_kind("EPOCH") if "GPUsAverageUsage" in record.ad]
    idle = [r for r in with_gpus if r.ad.get("ProjectName") == f'"{idle_name}"']
    busy = [r for r in with_gpus if r not in idle]

    def use(record: Found) -> float:
        return float(record.ad["GPUsAverageUsage"]) / record.number("GpusProvisioned")

    assert len(idle) > 20
    assert len(busy) > 20
    assert max(map(use, idle)) < 0.05
    assert median(map(use, busy)) > 0.5


def test_every_gpu_run_is_told_which_devices_it_has(pool: Pool) -> None:
    for record in pool.of_kind("EPOCH"):
        devices = record.ad.get("AssignedGPUs", "").strip('"').split(",")
        asked = int(record.ad.get("RequestGPUs", "0"))
        assert record.number("GpusProvisioned") == asked
        assert len([device for device in devices if device]) == (asked if "ResidentSetSize" in record.ad else 0)


def test_some_sites_give_more_than_was_asked(pool: Pool) -> None:
    epochs = pool.of_kind("EPOCH")
    assert any(r.number("CpusProvisioned") > r.number("RequestCpus") for r in epochs)
    assert any(r.number("MemoryProvisioned") > r.number("RequestMemory") for r in epochs)
    assert all(r.number("CpusProvisioned") >= r.number("RequestCpus") for r in epochs)
    assert all(r.number("MemoryProvisioned") >= r.number("RequestMemory") for r in epochs)


def test_memory_holds_come_under_several_codes(pool: Pool) -> None:
    codes = {(r.ad.get("VacateReasonCode"), r.ad.get("VacateReasonSubCode")) for r in pool.of_kind("EPOCH")}
    assert {("34", "0"), ("34", "102"), ("21", "102")} <= codes


def test_a_signal_of_an_earlier_run_is_left_behind_but_not_claimed(pool: Pool) -> None:
    stale = [r for r in pool.finals() if "ExitSignal" in r.ad and r.ad["ExitBySignal"] == "false"]
    assert stale
    assert all(int(record.ad["NumShadowStarts"]) > 1 for record in stale)


def test_workflow_nodes_name_their_dagman_and_share_its_batch(pool: Pool) -> None:
    dags = {
        (ap, r.ad["ClusterId"]): r.ad["JobBatchName"]
        for ap, records in pool.history.items()
        for r in records
        if r.ad["JobUniverse"] == "7"
    }
    nodes = [(ap, r) for ap, records in pool.history.items() for r in records if "DAGManJobId" in r.ad]
    finished = [(ap, r) for ap, r in nodes if (ap, r.ad["DAGManJobId"]) in dags]
    assert len(finished) > 100
    assert all(dags[ap, r.ad["DAGManJobId"]] == r.ad["JobBatchName"] for ap, r in finished)


def test_some_jobs_name_no_project(pool: Pool) -> None:
    without = [record for record in pool.vanilla() if "ProjectName" not in record.ad]
    assert 0.005 <= len(without) / len(pool.vanilla()) <= 0.1
