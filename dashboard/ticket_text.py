"""A finding as plain text for a ticket: what, where, since when, numbers, examples, and the way back. Pure."""

from dashboard import format as fmt
from dashboard.labels import visible
from pipeline.desk.standing import NOTHING, Standing
from pipeline.triage.sentences import share
from pipeline.triage.sheet import Evidence, Sheet


def ticket(one: Evidence, sheet: Sheet, link: str, held: Standing = NOTHING) -> str:
    """Lines of text; what strangers wrote is made visible, and is on lines of its own."""
    found = one.finding
    lines = [
        visible(found.sentence),
        "",
        f"Pool: {visible(sheet.asked.pool)}",
        f"Window: {fmt.moment(sheet.asked.from_utc)} to {fmt.moment(sheet.asked.to_utc)}",
    ]
    if found.since_utc is not None:
        lines.append(f"Since: {fmt.moment(found.since_utc)}")
    if found.kind != "quiet":
        lines += [
            f"There: {found.failed:,} of {found.tried:,} attempts ({share(found.failed, found.tried)})",
            f"Elsewhere: {share(found.failed_elsewhere, found.tried_elsewhere)}; "
            f"before: {share(found.failed_before, found.tried_before)}",
            f"Cost: {found.hours:,.1f} core hours, {found.jobs:,} jobs",
        ]
    if found.values:
        lines.append(f"{found.dimension.capitalize()}: {', '.join(map(visible, found.values))}")
    if found.signature:
        lines.append(f"Message: {visible(found.signature)}")
    for example in one.examples:
        said = f": {visible(example.message)}" if example.message else ""
        host = f" on {visible(example.host)}" if example.host else ""
        lines.append(f"Example: {visible(example.job or 'a job')}{host}, {fmt.moment(example.end_utc)}{said}")
    lines += [f"Note of {visible(act.by)}: {visible(act.note)}" for act in held.acts if act.note]
    return "\n".join([*lines, f"What to do: {found.action}", f"HTC Ledger: {link}"])
