"""The part of a report about closed months: which there are, what was restated in them, which can still change."""

from pipeline.closing.as_closed import Restated
from pipeline.report.content import Block, Paragraph, Table
from pipeline.report.ground import Ground
from pipeline.report.template import Template
from pipeline.report.wording import number, shown

_LIVE = (
    "This report is of the live ledger: a month that was closed is shown as it is known now. What differs from its "
    "closed version, and why, is told by the command: htc-ledger diff MONTH."
)
_AS_CLOSED = (
    "This report has each closed month as it was closed last, and all other days as they are known now. Advice, "
    "promises and how far days are known are of now, too."
)


def restatements(facts: Ground, template: Template) -> tuple[Block, ...]:
    """Which months of the period are closed, in which version, what changed since; the others can still change."""
    closed = {one.month for one in facts.closed if one.state == "closed"}
    still = [month for month in facts.months if month not in closed]
    blocks: list[Block] = []
    if facts.journal:
        blocks.append(Paragraph(f"The journal of closed months is not to be trusted: {shown(facts.journal)}"))
    if facts.closed:
        blocks.append(_versions(facts))
    if facts.restated:
        blocks.append(_restated(facts.restated))
    if still:
        which = ", ".join(still[:24]) + (" and more" if len(still) > 24 else "")
        blocks.append(Paragraph(f"Not closed: {which}. Records that arrive late can still change these months."))
    return (*blocks, Paragraph(_LIVE if facts.restated is None else _AS_CLOSED))


def brief_restatements(facts: Ground, template: Template) -> tuple[Block, ...]:
    """The same where there is anything to say of closed months; nothing else: `part_brief` says what can change."""
    return restatements(facts, template) if facts.closed or facts.journal or facts.restated is not None else ()


def _versions(facts: Ground) -> Table:
    rows = tuple(
        (
            one.month,
            f"{one.version}",
            one.state,
            one.closed_utc[:10] or "—",
            shown(one.reason) or "—",
            one.totals_sha256[:16],
        )
        for one in facts.closed
    )
    heads = ("Month", "Version", "State", "Closed on", "Reason", "Totals (SHA-256)")
    return Table("Closed months", heads, rows, (False, True, False, False, False, False))


def _restated(steps: tuple[Restated, ...]) -> Table:
    rows = tuple(
        (
            step.month,
            f"version {step.before} to {'now' if step.after is None else f'version {step.after}'}",
            number(step.before_h),
            number(step.after_h),
            f"{step.after_h - step.before_h:+,.1f}",
            "; ".join(f"{cause} {hours:+,.1f}" for cause, hours in sorted(step.by_cause.items())) or "nothing changed",
        )
        for step in steps
    )
    heads = ("Month", "From what to what", "Core hours", "After", "Difference", "Why")
    return Table(
        "What was restated, in core hours of this report", heads, rows, (False, False, True, True, True, False)
    )
