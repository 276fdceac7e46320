"""What tests of exports share: the small ledger's days, names with benchmarks, and its records read back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipeline.exports.asked import Asked
from pipeline.exports.cube import ExportCube
from pipeline.exports.folder import Folder
from pipeline.exports.names import Names
from pipeline.exports.record import Exported
from pipeline.exports.runs import Run
from pipeline.exports.send import Sending
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import Booking
from pipeline.schema import ATTEMPT_RECORD
from pipeline.settings import Settings
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows

OCTOBER_31, NOVEMBER_1 = date(2026, 10, 31), date(2026, 11, 1)
NAMES = Names.model_validate({"vos": {"A": "glow"}, "apel": {"benchmarks": {"HEPscore23": 15.3}}})
NOW = MIDNIGHT + 5000
RUN = Run(
    kind="attempt",
    number="10",
    pool="pool",
    ap="ap1.pool.test",
    global_job_id="ap1.pool.test#2.0#1793492140",
    cluster=2,
    proc=0,
    run_instance=1,
    project="A",
    site="Alpha",
    resource="Alpha-CE1",
    user="alice@pool.test",
    outcome="succeeded",
    machine="node1.alpha.test",
    submit_utc=MIDNIGHT - 60,
    start_utc=MIDNIGHT,
    end_utc=MIDNIGHT + 600,
    wall_s=600,
    cores_milli=2000,
    gpus=1,
    memory_mib=2048,
    memory_used_mib=1000,
    cpu_used_us=700_250_000,
    booked_utc=MIDNIGHT + 599,
)
"""A run of ten minutes on two cores."""
HOSTILE = "x\nSite: evil\r\n%%\u2028</ProjectName>&\"'\x00\x1b[2J\x85"


def asked(first: date = OCTOBER_31, last: date = NOVEMBER_1, booking: Booking = "used") -> Asked:
    """The small ledger on those days."""
    return Asked(("pool",), first, last, "UTC", booking)


def sending(
    form: Exported, folder: Path, per_file: int = 1000, *, again: bool = False, first: date = OCTOBER_31
) -> Sending:
    """The small ledger from that day on, into that folder."""
    small = replace(form, layout=replace(form.layout, per_file=per_file))
    return Sending(asked(first), small, Folder(folder), "them", NOW, again)


def corrected(lake: Lake) -> ExportCube:
    """The lake with another record of one run, the newest: ten seconds more, and of project C; built anew."""
    known = job("pool", "ap1.pool.test", 2, MIDNIGHT + 1000, MIDNIGHT + 1610, site="Beta", project="C")
    run = known | {"run_instance": 1, "record_type": "EPOCH", "write_utc": MIDNIGHT + 1610, "shadow_starts": 2}
    table = rows(ATTEMPT_RECORD, run)
    ids = pa.array([77], pa.int64())
    table = table.set_column(table.column_names.index("record_id"), "record_id", ids)
    lake.writer(ATTEMPT_RECORD).append(table, {"correction": 1})
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return ExportCube.open(lake.root)


def shown(folder: Path) -> list[Path]:
    """Files that others see, by name."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and ".htc-ledger" not in str(path))
