"""One export from start to end: what was typed in, lines for people out. Days are UTC's where the cube has them."""

import calendar
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pipeline import settings as configuration
from pipeline.closing.month import Month
from pipeline.errors import UsageError
from pipeline.exports.asked import Asked
from pipeline.exports.cube import ExportCube
from pipeline.exports.folder import Folder
from pipeline.exports.listing import sentences
from pipeline.exports.names import Names
from pipeline.exports.options import Options
from pipeline.exports.record import Exported, Summaries
from pipeline.exports.send import Sending, send
from pipeline.one_pool import known_pools
from pipeline.options import BookingName, days
from pipeline.query import Booking
from pipeline.viewer import LOCAL

Form = Callable[[Names, str], Exported]
"""Names and the zone of the days -> the format."""


def handed_over(form: Form, options: Options) -> list[str]:
    """Send what is due, and say what came of it. Raises LedgerError."""
    settings = configuration.load(lake=options.lake)
    names = Names.load(settings.exports_file)
    cube = _cube(settings.lake, options.zone)
    made = form(names, cube.published.zone)
    asked = _asked(cube, options, monthly=isinstance(made, Summaries) and made.monthly)
    folder = Folder(options.out.absolute())
    target = options.target or str(folder.path)
    sending = Sending(asked, made, folder, target, int(time.time()), options.again, options.dry_run)
    tally = send(cube, LOCAL, sending)
    pools = ", ".join(asked.pools)
    about = f"{made.layout.name}, {pools}, {asked.first} to {asked.last} ({asked.zone}), as {asked.booking}"
    return [f"{about}, for {target}.", *sentences(tally, dry_run=options.dry_run)]


def _cube(lake: Path, zone: str | None) -> ExportCube:
    cube = ExportCube.open(lake, zone)
    return cube.in_zone("UTC") if zone is None and "UTC" in cube.zones else cube


def _asked(cube: ExportCube, options: Options, *, monthly: bool) -> Asked:
    if options.pool:
        pools = known_pools(cube, LOCAL, options.pool)
    else:
        pools = tuple(pool.name for pool in cube.pools(LOCAL) if not pool.simulated)
    if not pools:
        raise UsageError("the cube has no real pool", "Name a simulated one with --pool, if that is what you mean.")
    booking: Booking = "used" if options.booking is BookingName.used else "ended"
    bounds = cube.bounds(pools, booking, options.venue)
    if bounds is None:
        raise UsageError(f"no usage is known of {', '.join(pools)}", "Ingest and build first; or name another --venue.")
    first, last = _days(options, _whole_months(*bounds) if monthly else bounds)
    return Asked(pools, first, last, cube.published.zone, booking, options.venue)


def _days(options: Options, bounds: tuple[date, date]) -> tuple[date, date]:
    first, last = days(options.first, options.last)
    if options.month is None:
        return first or bounds[0], last or bounds[1]
    if first or last:
        raise UsageError("--month and --from or --to name days twice", "Use one of them.")
    month = Month.parse(options.month)
    return month.first, month.last


def _whole_months(first: date, last: date) -> tuple[date, date]:
    return first.replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1])
