"""What an ad says of its latest run: where, how large, since when, how much was used, how it ended.

As in real records: the CPU time is the latest run's, beside it all runs'; the vacate reason stays only while no run
came after it; the signal of an earlier run is left behind, with a flag that says that this run died of none.
"""

from collectors.classads.writer import Value
from collectors.simulate.records import Attempt, Ending, Job

SIGNALS = {6: "Aborted", 7: "Bus error", 9: "Killed", 11: "Segmentation fault", 15: "Terminated"}
Values = dict[str, Value]


def run_values(job: Job, run: Attempt) -> Values:
    """What an ad says of its latest run: where, with what, since when, how much was used."""
    runs = job.attempts[: run.number + 1]
    executed = [attempt for attempt in runs if attempt.executing is not None]
    values: Values = {
        "site": run.site.name,
        "site_utf8": run.site.name,
        "resource": run.resource.name,
        "resource_utf8": run.resource.name,
        "glidein_entry": run.resource.entry,
        "slot": run.slot,
        "machine": run.host.name,
        "host": run.host.name,
        "request_memory_mib": run.request_memory_mib,
        "cpus_milli": run.cpus * 1000,
        "slot_cpus_milli": run.cpus * 1000,
        "cores": run.cpus,
        "memory_mib": run.memory_mib,
        "disk_kib": run.disk_kib,
        "gpus": len(run.devices),
        "first_start_utc": runs[0].start,
        "start_utc": run.start,
        "initial_wait_s": runs[0].start - job.submit,
        "lease_renewal": run.end,
        "shadow_starts": run.number + 1,
        "matches": run.number + 1,
        "job_starts": len(executed),
        "suspensions": 0,
        "suspended_s": 0,
        "cpu_user_us": run.cpu_user_us,
        "cpu_sys_us": run.cpu_sys_us,
        "cpu_user_all_us": sum(attempt.cpu_user_us for attempt in runs),
        "cpu_sys_all_us": sum(attempt.cpu_sys_us for attempt in runs),
        "bytes_sent": sum(attempt.bytes_sent for attempt in runs),
        "bytes_received": sum(attempt.bytes_received for attempt in runs),
        "disk_used_kib": run.disk_used_kib,
        "transfer_in_start_utc": run.start + run.queued_s,
    }
    if run.queued_s:
        values["transfer_queued_utc"] = run.start
    if run.executing is None:
        return values
    execution_s = run.output - run.executing
    values |= {
        "executing_utc": run.executing,
        "transfer_in_end_utc": run.executing,
        "rss_kib": run.rss_kib,
        "cpus_usage_milli": (run.cpu_user_us + run.cpu_sys_us) // (1000 * max(1, execution_s)),
        "activation_s": run.wall_s,
        "setup_s": run.executing - run.start,
        "execution_s": execution_s,
        "teardown_s": run.end - run.output,
    }
    if run.ending.kind == "done":
        values["transfer_out_start_utc"] = run.output
        values["transfer_out_end_utc"] = run.end
    if run.devices:
        values["assigned_gpus"] = ",".join(run.devices)
        values["gpus_usage_milli"] = int(run.gpu_share * 1000 * len(run.devices))
        values["gpu_memory_used_mib"] = 300 + int(run.gpu_share * 16_000)
    return values


def ending_values(run: Attempt, before: tuple[Attempt, ...]) -> Values:
    """How the latest run ended, as the ad puts it; a signal of an earlier run stays behind, marked as not current."""
    ending = run.ending
    values: Values = {"exit_by_signal": ending.exit_signal is not None}
    if ending.exit_code is not None:
        values["exit_code"] = ending.exit_code
    stale = next((old.ending.exit_signal for old in reversed(before) if old.ending.exit_signal is not None), None)
    signal = ending.exit_signal if ending.exit_signal is not None else stale
    if signal is not None:
        values["exit_signal"] = signal
        values["exit_reason"] = f"died on signal {signal} ({SIGNALS[signal]})"
    if is_vacated(ending):
        values |= {
            "vacate_code": ending.code,
            "vacate_subcode": ending.subcode,
            "vacate_reason": ending.reason,
            "vacate_utc": run.end,
        }
    return values


def is_vacated(ending: Ending) -> bool:
    """A hold by the job's own exit is no vacate."""
    return ending.kind in ("evicted", "removed") or (ending.kind == "held" and ending.exit_code is None)
