"""One job of the cube and its records in the lake, put together as a `Receipt`."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import Published
from pipeline.receipt import lake_records, outcomes, story
from pipeline.receipt.naming import Ask, JobName, Named, find
from pipeline.receipt.parts import Charge, Found, Receipt, Residual, Run, Said
from pipeline.receipt.sentences import say
from pipeline.receipt.totals import totals
from pipeline.terminal import visible
from pipeline.viewer import Viewer

Row = Mapping[str, Any]
STATUS = {1: "idle", 2: "running", 3: "removed", 4: "completed", 5: "held", 6: "transferring output", 7: "suspended"}
_OF_JOB = "pool = ? AND ap = ? AND job_id = ?::UHUGEINT"
_JOB = f"SELECT * EXCLUDE (job_id) FROM job WHERE {_OF_JOB}"
_ATTEMPTS = f"""
    SELECT * EXCLUDE (job_id, attempt_id), attempt_id::VARCHAR AS attempt_id
    FROM attempt WHERE {_OF_JOB} ORDER BY run_instance
"""
_CHARGES = f"""
    SELECT kind, attempt_id::VARCHAR AS attempt_id, strftime(day, '%Y-%m-%d') AS day,
           wall_s, mcore_s, gpu_s, memory_mib_s
    FROM charge WHERE {_OF_JOB} ORDER BY day
"""
_ENDED = f"""
    SELECT strftime(day, '%Y-%m-%d') AS day, wall_s, mcore_s, gpu_s
    FROM charge_ended WHERE {_OF_JOB} AND kind = 'job'
"""


def receipt(ask: Ask, lake: Lake, published: Published, name: JobName, viewer: Viewer) -> Receipt:
    """How the job's hours came about. Raises UsageError for a job that is not there, or that the viewer may not see."""
    named = _found(ask, lake, name, viewer)
    key = [named.pool, named.ap, named.job_id]
    jobs = ask(_JOB, key).to_pylist()
    job = jobs[0] if jobs else None
    attempts = ask(_ATTEMPTS, key).to_pylist()
    charges = ask(_CHARGES, key).to_pylist()
    residual = _residual(ask, key, job, attempts, charges)
    ended = ask(_ENDED, key).to_pylist()
    rows = _of_this_job(lake_records.records_of(lake, named), job, attempts)
    content = lake_records.bytes_of(lake, rows)
    rejects = lake_records.rejects_of(lake, named.ap, named.cluster, named.proc) if viewer.sees_all else []
    newer = _newer(lake, published)
    finals = [content[_key(row)] for row in rows if row["table"] == "job" and _key(row) in content]
    first = job or attempts[0]
    return Receipt(
        name=named.name,
        pool=named.pool,
        ap=named.ap,
        cluster=named.cluster,
        proc=named.proc,
        global_job_id=named.global_job_id,
        project=first["project"],
        user=first["user"],
        venue=first["venue"],
        status=STATUS.get(job["status"], "unknown") if job is not None else "no final ad",
        command=job["command"] if job is not None else None,
        submit_utc=min((row["submit_utc"] for row in rows if row.get("submit_utc") is not None), default=None),
        end_utc=job["end_utc"] if job is not None else None,
        zone=published.zone,
        runs=_runs(attempts, rows, charges),
        residual=residual,
        totals=totals(job, ended[0] if ended else None, attempts, charges, residual),
        notes=(*story.notes(job, attempts, rows, finals), *_of_rejects(rejects)),
        records=(*(_record(row, content, job, attempts, newer) for row in rows), *map(_rejected, rejects)),
    )


def _found(ask: Ask, lake: Lake, name: JobName, viewer: Viewer) -> Named:
    """The job; of one that the ledger does not hold because its records were rejected, the error says so."""
    try:
        return find(ask, name, viewer)
    except UsageError as error:
        rejects = lake_records.rejects_of(lake, None, name.cluster, name.proc) if viewer.sees_all else []
        theirs = [row for row in rejects if name.ap in (None, row["ap"], (row["ap"] or "").partition(".")[0])]
        if not theirs or "there is no job" not in error.what:
            raise
        row = theirs[0]
        shown = f"`htc-ledger rejects show {hex_id(row['record_id'])}` prints it"
        what = f"the ledger counts no job {visible(name.text[:200])}: a record of it was rejected"
        raise UsageError(what, f"{visible(row['rule'])}: {visible(row['reason'])}. {shown}.") from error


def hex_id(record_id: int) -> str:
    """A record's id in 16 hexadecimal digits."""
    return f"{record_id & ((1 << 64) - 1):016x}"


def _newer(lake: Lake, published: Published) -> Callable[[Row], bool]:
    """Tells records that were read after the cube was built: of tables that have changed since, by when it was read."""
    built = int(datetime.fromisoformat(published.built_utc).timestamp())
    changed = {
        table.name
        for table in lake_records.TABLES
        if lake.snapshot(table).version > published.tables.get(table.name, -1)
    }
    return lambda row: row["table"] in changed and row["read_utc"] >= built


def _key(row: Row) -> tuple[str, int]:
    return row["table"], row["record_id"]


def _of_this_job(rows: Sequence[Row], job: Row | None, attempts: Sequence[Row]) -> list[Row]:
    """Without records of an earlier or later job of the same ids: SPAWN records name no GlobalJobId."""
    made = {each["record_id"] for each in attempts}
    submits = [row["submit_utc"] for row in rows if row.get("submit_utc") is not None and row["global_job_id"]]
    low, high = min(submits, default=None), job["end_utc"] if job is not None else None

    def belongs(row: Row) -> bool:
        when = row["time_utc"]
        if row["global_job_id"] is not None or row["record_id"] in made or when is None:
            return True
        return (low is None or when >= low) and (high is None or when <= high)

    order = {"job": 0, "attempt_record": 1, "transfer": 2}
    unknown = 1 << 62
    return sorted(
        (row for row in rows if belongs(row)),
        key=lambda row: (
            order[row["table"]],
            unknown if row.get("run_instance") is None else row["run_instance"],
            row["record_type"] != "SPAWN",
            unknown if row["time_utc"] is None else row["time_utc"],
        ),
    )


def _runs(attempts: Sequence[Row], rows: Sequence[Row], charges: Sequence[Row]) -> tuple[Run, ...]:
    by_id = {row["record_id"]: row for row in rows}
    by_run: dict[str | None, list[Row]] = defaultdict(list)
    for row in charges:
        by_run[row["attempt_id"]].append(row)
    return tuple(
        _run(each, by_id.get(each["record_id"], {}), _charges(by_run[each["attempt_id"]])) for each in attempts
    )


def _run(attempt: Row, record: Row, charged: tuple[Charge, ...]) -> Run:
    names = ("run_instance", "basis", "start_utc", "end_utc", "wall_s", "site", "resource", "slot", "machine")
    more = ("cores_milli", "cores_basis", "gpus", "memory_mib", "cpu_used_us", "outcome", "venue")
    return Run(
        **{name: attempt[name] for name in (*names, *more)},
        record_id=hex_id(attempt["record_id"]),
        why=outcomes.why_ended(attempt, record),
        estimated=outcomes.estimates(attempt),
        charges=charged,
    )


def _charges(rows: Sequence[Row]) -> tuple[Charge, ...]:
    names = ("day", "wall_s", "mcore_s", "gpu_s", "memory_mib_s")
    return tuple(Charge(**{name: row[name] for name in names}) for row in rows)


def _residual(
    ask: Ask, key: list[Any], job: Row | None, attempts: Sequence[Row], charges: Sequence[Row]
) -> Residual | None:
    rows = ask(f"SELECT * EXCLUDE (job_id) FROM residual WHERE {_OF_JOB}", key).to_pylist()
    if not rows or job is None:
        return None
    row = rows[0]
    lost = sum(each["wall_s"] is None for each in attempts)
    rule = f"residual.{row['cause']}"
    text = say(
        rule,
        seconds=abs(row["residual_s"]),
        runs="1 run" if lost == 1 else f"{lost} runs",
        starts=job["last_run_instance"] + 1,
    )
    names = ("residual_s", "charged_s", "job_wall_s", "attempts_wall_s", "start_utc", "end_utc")
    charged = _charges([each for each in charges if each["kind"] == "residual"])
    return Residual(**{name: row[name] for name in names}, cause=Said(row["cause"], text), charges=charged)


def _record(
    row: Row,
    content: Mapping[tuple[str, int], bytes],
    job: Row | None,
    attempts: Sequence[Row],
    newer: Callable[[Row], bool],
) -> Found:
    is_counted, why = story.why_counted(row, job, attempts, is_new=newer(row))
    return Found(
        table=row["table"],
        record_type=row["record_type"],
        run_instance=row.get("run_instance"),
        record_utc=row["time_utc"],
        path=row["path"],
        source=row["source"],
        offset_bytes=row["offset_bytes"],
        read_utc=row["read_utc"],
        record_id=hex_id(row["record_id"]),
        is_counted=is_counted,
        why=why,
        raw=content.get(_key(row)),
    )


def _rejected(row: Row) -> Found:
    return Found(
        table="reject",
        record_type=row["kind"] or "unknown",
        run_instance=None,
        record_utc=None,
        path=row["path"],
        source=row["source"],
        offset_bytes=row["offset_bytes"],
        read_utc=row["read_utc"],
        record_id=hex_id(row["record_id"]),
        is_counted=False,
        why=Said("record.rejected", say("record.rejected", rule=row["rule"], reason=row["reason"])),
        raw=row["content"],
    )


def _of_rejects(rejects: Sequence[Row]) -> tuple[Said, ...]:
    if not rejects:
        return ()
    counted = "1 record is" if len(rejects) == 1 else f"{len(rejects)} records are"
    return (Said("rejected", say("rejected", counted=counted)),)
