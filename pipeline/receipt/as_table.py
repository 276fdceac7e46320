"""A receipt on a terminal: what strangers wrote is shown with its control characters as escapes, and does nothing."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.receipt import amounts
from pipeline.receipt.parts import Charge, Found, Receipt, Residual, Run
from pipeline.terminal import plain_table, visible

RAW_MOST = 262_144


def show(receipt: Receipt, console: Console, *, raw: bool) -> None:
    """Print it; with `raw` also the bytes behind each record."""
    _head(receipt, console)
    for note in receipt.notes:
        _say(console, f"! {note.text}", "yellow")
    if receipt.runs:
        _title(console, "Attempts")
        console.print(_runs(receipt.runs))
        for run in receipt.runs:
            _why(run, console)
    if receipt.residual is not None:
        _title(console, "Residual")
        _say(console, _sum(receipt.residual))
        _say(console, receipt.residual.cause.text)
    _title(console, f"Charges by day ({receipt.zone})")
    console.print(_charges(receipt))
    _totals(receipt, console)
    _title(console, "Records")
    console.print(_records(receipt.records))
    if raw:
        for record in receipt.records:
            _raw(record, console)


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(visible(text), style=style), soft_wrap=False)


def _title(console: Console, text: str) -> None:
    console.print()
    console.print(Text(visible(text), style="bold"))


def _head(receipt: Receipt, console: Console) -> None:
    console.print(Text(visible(receipt.global_job_id or receipt.name), style="bold"))
    facts = {
        "pool": receipt.pool,
        "project": receipt.project or "unmapped",
        "user": receipt.user or "unknown",
        "status": receipt.status,
        "submitted": f"{amounts.moment(receipt.submit_utc)} UTC",
        "ended": f"{amounts.moment(receipt.end_utc)} UTC",
        "command": receipt.command or amounts.UNKNOWN,
    }
    for name, value in facts.items():
        console.print(Text(f"{name:<10}", style="dim") + Text(visible(_bounded(value))))


def _bounded(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def _table(*heads: str, left: tuple[str, ...]) -> Table:
    table = plain_table()
    for head in heads:
        is_text = head in left
        table.add_column(head, justify="left" if is_text else "right", overflow="fold", no_wrap=not is_text)
    return table


def _runs(runs: tuple[Run, ...]) -> Table:
    texts = ("basis", "start (UTC)", "end (UTC)", "where", "outcome")
    table = _table("run", *texts[:3], "wall s", "cores", "GPUs", "MiB", *texts[3:], left=texts)
    for run in runs:
        where = " / ".join(part for part in (run.site, run.resource, run.slot) if part) or "unattributed"
        cells = (
            str(run.run_instance),
            run.basis,
            amounts.moment(run.start_utc),
            amounts.moment(run.end_utc),
            amounts.seconds(run.wall_s),
            f"{amounts.cores(run.cores_milli)} ({run.cores_basis})",
            amounts.whole(run.gpus),
            amounts.whole(run.memory_mib),
            where,
            run.outcome,
        )
        table.add_row(*(Text(visible(_bounded(cell))) for cell in cells))
    return table


def _why(run: Run, console: Console) -> None:
    _say(console, f"  run {run.run_instance}: {_bounded(run.why.text, 1000)}")
    for estimate in run.estimated:
        _say(console, f"         {estimate.text}", "dim")


def _sum(residual: Residual) -> str:
    sign = "+" if residual.residual_s >= 0 else amounts.MINUS
    return (
        f"Attempts {residual.attempts_wall_s:,} s {sign} residual {abs(residual.residual_s):,} s = wall time of the "
        f"final ad {residual.job_wall_s:,} s."
    )


def _charges(receipt: Receipt) -> Table:
    table = _table("day", "for", "wall s", "core h", "GPU s", "MiB s", left=("day", "for"))
    parts: list[tuple[str, tuple[Charge, ...]]] = [(f"run {run.run_instance}", run.charges) for run in receipt.runs]
    parts += [("residual", receipt.residual.charges)] if receipt.residual is not None else []
    rows = [(charge.day, what, charge) for what, charges in parts for charge in charges]
    for day, what, charge in sorted(rows, key=lambda row: row[0]):
        numbers = (amounts.seconds(charge.wall_s), amounts.core_h(charge.mcore_s), amounts.seconds(charge.gpu_s))
        table.add_row(day, what, *numbers, amounts.seconds(charge.memory_mib_s))
    return table


def _totals(receipt: Receipt, console: Console) -> None:
    totals = receipt.totals
    _title(console, "Totals")
    _say(console, f"as used   {totals.used_wall_s:,} s wall, {amounts.core_h(totals.used_mcore_s)} core h")
    for step in totals.steps:
        _say(console, f"          {amounts.core_h(step.mcore_s):>12} core h  {step.text}", "dim")
    day = f" on {totals.ended_day}" if totals.ended_day else ""
    ended = f"{amounts.seconds(totals.ended_wall_s)} s wall, {amounts.core_h(totals.ended_mcore_s)} core h{day}"
    _say(console, f"as ended  {ended}")
    if totals.unexplained_mcore_s:
        _say(console, f"          {amounts.core_h(totals.unexplained_mcore_s)} core h are not explained", "red")


def _records(records: tuple[Found, ...]) -> Table:
    texts = ("type", "written (UTC)", "file", "why")
    table = _table("", "type", "run", "written (UTC)", "file", "byte", "why", left=("", *texts))
    for record in records:
        cells = (
            "✓" if record.is_counted else "·",
            record.record_type,
            amounts.whole(record.run_instance),
            amounts.moment(record.record_utc),
            record.path or record.source or amounts.UNKNOWN,
            amounts.whole(record.offset_bytes),
            record.why.text,
        )
        table.add_row(*(Text(visible(_bounded(cell))) for cell in cells))
    return table


def _raw(record: Found, console: Console) -> None:
    place = f"{record.record_type} at byte {amounts.whole(record.offset_bytes)} of {record.path or record.source}"
    _title(console, place)
    if record.raw is None:
        _say(console, "Its bytes were not kept.", "dim")
        return
    for line in record.raw[:RAW_MOST].decode("utf-8", "backslashreplace").splitlines():
        console.print(Text(visible(line)), soft_wrap=True)
    if len(record.raw) > RAW_MOST:
        _say(console, f"… {len(record.raw):,} bytes in all", "dim")
