"""A record that no pool can have written is rejected by name; odd values that the ledger does not count are not."""

import pytest

from collectors.rows import Reject
from tests.collectors.records import LIMITS, START, epoch_ad, job_ad, only_row, outcome

DAY = 86_400
BROKEN = {
    "cpus-bound": ["RequestCpus = 1073741824", "CpusProvisioned = 4097", "RequestCpus = -1", "RequestCpus = 5000.5"],
    "gpus-bound": ["RequestGPUs = 1073741824", "GPUsProvisioned = -1"],
    "memory-bound": ["RequestMemory = 9223372036854775807", "MemoryProvisioned = -1"],
    "time-bound": [
        f"CompletionDate = {LIMITS.now_utc + DAY + 1}",
        "JobCurrentStartDate = 946684799",
        "QDate = 9000000000000000000",
        f"EnteredCurrentStatus = {LIMITS.now_utc + 2 * DAY}",
    ],
    "end-before-start": [f"JobCurrentStartDate = {START + 111}"],
    "cpu-time-bound": ["RemoteUserCpu = -1.0", "RemoteSysCpu = -0.5", "CumulativeRemoteUserCpu = 9000000000000"],
    "wall-bound": [f"RemoteWallClockTime = {3654 * DAY}.0", "RemoteWallClockTime = -5"],
}
ALLOWED = [
    "RequestCpus = 4096",
    "CpusProvisioned = 0.5",
    f"JobCurrentStartDate = {START + 110}",
    f"CompletionDate = {LIMITS.now_utc + DAY}",
    f"RemoteWallClockTime = {3653 * DAY}",
    "ActivationTeardownDuration = -8382063121022416774",
    "ActivationDuration = 1795222728",
    "ExitSignal = 15",
    "CpusUsage = -1.0",
    "DiskUsage = 9000000000000000000",
]


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in BROKEN.items() for line in lines])
def test_a_job_that_breaks_a_bound_is_rejected_with_its_rule(rule: str, line: str) -> None:
    found = outcome(job_ad(1, 0, "ap1.example.org", line))
    assert isinstance(found, Reject)
    assert found.rule == rule
    assert (found.pool, found.ap) == ("pool", "ap1.example.org")
    assert len(found.reason) > 20


@pytest.mark.parametrize("line", ALLOWED)
def test_what_is_odd_but_possible_or_not_counted_is_kept(line: str) -> None:
    assert only_row(outcome(job_ad(1, 0, "ap1.example.org", line)))["cluster"] == 1


def test_a_run_that_breaks_a_bound_is_rejected_too() -> None:
    found = outcome(epoch_ad(1, 0, f"JobCurrentStartDate = {START + 61}"))
    assert isinstance(found, Reject)
    assert found.rule == "end-before-start"


def test_a_removed_job_ends_when_it_changed_status() -> None:
    ended = f"EnteredCurrentStatus = {START + 5}"
    found = outcome(job_ad(1, 0, "ap1.example.org", "JobStatus = 3", "CompletionDate = 0", ended))
    assert isinstance(found, Reject)
    assert found.rule == "end-before-start"


def test_startd_records_carry_two_hosts_clocks() -> None:
    marks = [
        'RemoteHost = "slot1@w"',
        f"ShadowBday = {START}",
        "StarterExitStatus = 0",
        f"JobCurrentStartDate = {START + 112}",
    ]
    assert only_row(outcome(job_ad(1, 0, "ap1.example.org", *marks)))["record_type"] == "STARTD"
