"""A plan -> the rows that its files would be read into, without the files: the whole of their world, in less time.

What a reader would take from a record is put into its columns directly. Where a plan's world need not be more than
large, `collectors.simulate.straight` makes a plainer one faster still.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from collectors.simulate.ads import epoch_values, file_values, final_values, global_job_id, is_failed, spawn_values
from collectors.simulate.events import troubles
from collectors.simulate.jobs import records
from collectors.simulate.plan import Plan
from collectors.simulate.population import populate
from collectors.simulate.records import Attempt, Record
from collectors.simulate.straight import begin
from pipeline.commit import ALL_APPENDS, commit
from pipeline.lake import Lake
from pipeline.part import Part, PartWriter
from pipeline.schema import ATTEMPT_RECORD, JOB, TRANSFER, Table

AT_A_TIME = 20_000
TABLES = (JOB, ATTEMPT_RECORD, TRANSFER)
Row = dict[str, Any]


def write_records(plan: Plan, lake: Lake, progress: Callable[[int], None] | None = None) -> None:
    """Append the plan's pool to the lake, which is made where it is none.

    progress  is told the number of jobs written so far
    Raises LakeError if the lake has that pool, be it a part of it.
    """
    begin(plan, lake)
    deltas = {table.name: lake.open(table) for table in TABLES}
    writers = {table.name: _Rows(PartWriter(lake.folder(table), table), table) for table in TABLES}
    for number, (table, row) in enumerate(_rows(plan), start=1):
        writers[table.name].add({"pool": plan.pool, "record_id": number, **row})
        if progress is not None and table is JOB and number % AT_A_TIME == 0:
            progress(writers[JOB.name].written)
    for table in TABLES:
        delta = deltas[table.name]
        commit(delta, table, writers[table.name].close(), (), {ALL_APPENDS: delta.version() + 1})


class _Rows:
    """Rows of one table, written some at a time."""

    def __init__(self, writer: PartWriter, table: Table) -> None:
        self.written = 0
        self._writer, self._table, self._held = writer, table, list[Row]()

    def add(self, row: Row) -> None:
        self._held.append(row)
        self.written += 1
        if len(self._held) >= AT_A_TIME:
            self._write()

    def close(self) -> Sequence[Part]:
        if self._held:
            self._write()
        return self._writer.close()

    def _write(self) -> None:
        schema = self._table.arrow
        columns = [pa.array([row.get(field.name) for row in self._held], field.type) for field in schema]
        self._writer.write(pa.Table.from_arrays(columns, schema=schema))
        self._held.clear()


def _rows(plan: Plan) -> Iterator[tuple[Table, Row]]:
    population = populate(plan)
    for record in records(plan, population, troubles(plan, population)):
        if record.attempt is None:
            final = final_values(record.job, again=record.kind == "JOB_AGAIN")
            yield JOB, {"ap": record.job.ap, "record_type": "JOB", **final}
        elif record.kind in ("INPUT", "OUTPUT"):
            yield from ((TRANSFER, row) for row in _transfers(record, record.attempt))
        else:
            yield ATTEMPT_RECORD, {"ap": record.job.ap, **_run(record, record.attempt)}


def _run(record: Record, run: Attempt) -> Row:
    if record.kind == "SPAWN":
        return {"record_type": "SPAWN", **spawn_values(record.job, run)}
    return {"record_type": "EPOCH", **epoch_values(record.job, run, on_hold=record.kind == "EPOCH_ON_HOLD")}


def _transfers(record: Record, run: Attempt) -> Iterator[Row]:
    """One row per file, as a reader takes them from the nested ads."""
    job, is_input = record.job, record.kind == "INPUT"
    moves = run.moved_in if is_input else run.moved_out
    shared: Row = {
        "ap": job.ap,
        "record_type": record.kind,
        "global_job_id": global_job_id(job),
        "cluster": job.cluster,
        "proc": job.proc,
        "owner": job.request.user.owner,
        "run_instance": run.number,
        "write_utc": record.time,
        "user": job.request.user.user,
        "project": job.request.project.name,
        "slot": run.slot,
    }
    for index, move in enumerate(moves):
        yield {**shared, "file_index": index, **file_values(move, is_failed(run) and move is moves[-1], not is_input)}
