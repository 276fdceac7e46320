"""Simulated jobs and attempts -> values of our columns, with HTCondor's own rules for what an ad holds when.

The rules are those seen in real records: the last run's CPU beside all runs' wall time, nothing committed for held and
removed jobs, no completion of removed ones, no slot for those that ran on the access point.
"""

from dataclasses import replace

from collectors.simulate.body import wording
from collectors.simulate.records import COMPLETED, LOCAL, REMOVED, VANILLA, Attempt, Job, Move
from collectors.simulate.run_values import Values, ending_values, is_vacated, run_values
from collectors.simulate.template import nested
from collectors.simulate.transfers import PELICAN
from pipeline.schema.transfer import FILE, TRIES

PLUGINS = {PELICAN: "osdf_plugin", "https": "curl_plugin"}
OF_TRY = tuple(
    replace(column, attributes=column.attributes[-1:]) for column in FILE if column.name in ("endpoint", "cache_age_us")
)
BY_PLUGIN = "using protocol"
"""Words of a hold's reason that tell a failed plugin from other ends before the execution."""
IMAGE = "osdf:///sim/images/base-9.sif"
RUNNING, IDLE = 2, 1


def final_values(job: Job, again: bool = False) -> Values:
    """The job's final ad; `again` for the one that a schedd wrote once more after it had died and forgot a run."""
    values = _who(job) | _what(job)
    values |= {
        "status": job.status,
        "last_status": job.last_status,
        "status_utc": job.end + (job.repeated if again and job.repeated else 0),
    }
    if job.status == COMPLETED:
        values["completion_utc"] = values["status_utc"]
    if job.remove_reason is not None:
        values["remove_reason"] = job.remove_reason
        values["abort_logged"] = 1
    if job.request.universe != VANILLA:
        return values | _on_access_point(job)
    if not job.attempts:
        return values | _never_ran()
    return values | _all_runs(job, again)


def epoch_values(job: Job, run: Attempt, on_hold: bool) -> Values:
    """The EPOCH ad of a run; `on_hold` for the second one of a run whose exit put the job on hold."""
    values = _who(job) | _what(job) | run_values(job, run) | ending_values(run, job.attempts[: run.number])
    before = job.attempts[: run.number]
    wall_s = sum(attempt.wall_s for attempt in before)
    values |= {
        "status": RUNNING,
        "last_status": IDLE,
        "status_utc": run.start,
        "wall_s": wall_s,
        "slot_s": sum(attempt.wall_s * attempt.cpus for attempt in before),
        "committed_s": 0,
        "committed_slot_s": 0,
        "completions": sum(attempt.ending.kind == "done" for attempt in job.attempts[: run.number + 1]),
        "run_instance": run.number,
        "write_utc": run.end,
        "shadow_start_utc": run.start,
        "ap": job.ap,
        "domain": job.request.user.user.partition("@")[2],
    }
    if before:
        values["last_wall_s"] = before[-1].wall_s
    if on_hold:
        values |= {
            "hold_code": run.ending.code,
            "hold_subcode": run.ending.subcode,
            "hold_reason": run.ending.reason,
        }
    return values


def spawn_values(job: Job, run: Attempt) -> Values:
    """The SPAWN record of a run."""
    return {
        "cluster": job.cluster,
        "proc": job.proc,
        "run_instance": run.number,
        "shadow_starts": run.number + 1,
        "owner": job.request.user.owner,
        "shadow_start_utc": run.start,
        "write_utc": run.start,
    }


def transfer_values(job: Job, run: Attempt, moves: tuple[Move, ...], write_utc: int) -> Values:
    """An INPUT or OUTPUT record of those files."""
    failed = is_failed(run)
    project = job.request.project.name
    listed = [_file(move, failed=failed and move is moves[-1], upload=moves is run.moved_out) for move in moves]
    return {
        "cluster": job.cluster,
        "proc": job.proc,
        "global_job_id": global_job_id(job),
        "run_instance": run.number,
        "shadow_starts": run.number + 1,
        "owner": job.request.user.owner,
        "user": job.request.user.user,
        "slot": run.slot,
        **({} if project is None else {"project": project}),
        "write_utc": write_utc,
        "schemes": moves[0].protocol,
        "plugin": PLUGINS[moves[0].protocol],
        "plugin_result": int(failed),
        "plugin_s": max(move.end for move in moves) - min(move.start for move in moves),
        "results": f"{{ {', '.join(listed)} }}",
    }


def global_job_id(job: Job) -> str:
    """access point#cluster.proc#submission."""
    return f"{job.ap}#{job.cluster}.{job.proc}#{job.submit}"


def is_failed(run: Attempt) -> bool:
    """A plugin could not move the run's last file."""
    ending = run.ending
    return ending.before_execution and ending.kind == "held" and BY_PLUGIN in (ending.reason or "")


def file_values(move: Move, failed: bool, upload: bool) -> Values:
    """What is told of one file, and of its last try."""
    return {
        "url": move.url,
        "file_name": move.file_name,
        "direction": "upload" if upload else "download",
        "protocol": move.protocol,
        "success": not failed,
        "error": move.error if failed else None,
        "file_bytes": 0 if failed else move.file_bytes,
        "moved_bytes": 0 if failed else move.file_bytes,
        "file_start_utc": move.start,
        "file_end_utc": move.end,
        "connect_us": 1000 + move.file_bytes % 90_000,
        "endpoint": move.endpoint,
        "cache_age_us": None if failed else move.cache_age_us,
    }


def _file(move: Move, failed: bool, upload: bool) -> str:
    told = file_values(move, failed, upload)
    of_try = {name: told.pop(name) for name in ("endpoint", "cache_age_us")}
    if move.protocol != PELICAN:
        return nested(FILE, told | {"endpoint": move.endpoint})
    return f"{nested(FILE, told).removesuffix(' ]')}; {TRIES} = {nested(OF_TRY, of_try)} ]"


def _who(job: Job) -> Values:
    request = job.request
    project, user = request.project, request.user
    values: Values = {
        "global_job_id": global_job_id(job),
        "cluster": job.cluster,
        "proc": job.proc,
        "owner": user.owner,
        "user": user.user,
        "submit_utc": job.submit,
        "condor_version": wording("version"),
    }
    if project.name is not None:
        values["project"] = project.name
        if project.shape.grouped:
            group = f"group_{project.name.lower()}"
            values["accounting_group"] = f"{group}.{user.owner}"
            values["accounting_group_user"] = user.owner
    return values


def _what(job: Job) -> Values:
    request = job.request
    values: Values = {
        "universe": request.universe,
        "command": request.command,
        "arguments": f"--task {job.proc} --seed {job.cluster}",
        "submit_file": request.submit_file,
        "priority": request.priority,
        "size": request.size,
        "request_cpus_milli": request.cpus * 1000,
        "request_memory_mib": request.memory_mib,
        "request_disk_kib": request.disk_kib,
    }
    if request.gpus:
        values["request_gpus"] = request.gpus
        values["gpu_capability"] = "7.5"
    if request.contained and request.universe == VANILLA:
        values["container_image"] = request.image or IMAGE
    if request.batch_name is not None:
        values["batch_name"] = request.batch_name
    if request.dag_cluster is not None:
        values["dag_cluster"] = request.dag_cluster
        values["dag_node"] = request.dag_node
        values["batch_id"] = f"{request.dag_cluster}.0"
    return values


def _on_access_point(job: Job) -> Values:
    """What a job of the local or scheduler universe has: no slot, no CPU time, nothing committed."""
    start = job.local_start or job.submit
    values: Values = {
        "exit_code": job.exit_code,
        "exit_by_signal": False,
        "first_start_utc": start,
        "start_utc": start,
        "job_starts": 1,
        "wall_s": job.end - start,
        "last_wall_s": job.end - start,
        "slot_s": job.end - start,
    }
    if job.request.universe == LOCAL:
        values |= {"shadow_starts": 1, "never_matched": "Unknown"}
    return values | _nothing_used()


def _never_ran() -> Values:
    return {"exit_by_signal": False, "job_starts": 0, "wall_s": 0, "slot_s": 0} | _nothing_used()


def _nothing_used() -> Values:
    names = ("committed_s", "suspended_s", "suspensions", "cpu_user_us", "cpu_sys_us", "cpu_user_all_us")
    return dict.fromkeys((*names, "cpu_sys_all_us"), 0)


def _all_runs(job: Job, again: bool) -> Values:
    last = job.attempts[-1]
    wall_s = sum(run.wall_s for run in job.attempts)
    values = run_values(job, last) | ending_values(last, job.attempts[:-1])
    values |= {
        "wall_s": wall_s - last.wall_s if again else wall_s,
        "last_wall_s": 0 if again else last.wall_s,
        "slot_s": sum(run.wall_s * run.cpus for run in job.attempts),
        "committed_s": last.wall_s if job.status == COMPLETED else 0,
        "committed_slot_s": last.wall_s * last.cpus if job.status == COMPLETED else 0,
        "completions": sum(run.ending.kind == "done" for run in job.attempts),
    }
    if again:
        values["shadow_starts"] = last.number + 2
    if job.status != REMOVED:
        values["termination"] = "true"
    vacates = [run for run in job.attempts if is_vacated(run.ending)]
    if vacates:
        values["vacates"] = len(vacates)
        values["vacate_utc"] = vacates[-1].end
    if job.holds and job.hold is not None:
        values |= {
            "holds": job.holds,
            "last_hold_code": job.hold.code,
            "last_hold_subcode": job.hold.subcode,
            "last_hold_reason": job.hold.reason,
        }
    if job.requeue_reason is not None:
        values["requeue_reason"] = job.requeue_reason
    return values
