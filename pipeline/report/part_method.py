"""Parts of a report about itself: how it counts, what it does not know, which data it is made of."""

import json
from hashlib import sha256

from pipeline.query import dimension, metric
from pipeline.report.annex import numbers_sha256
from pipeline.report.content import Block, Paragraph, Table
from pipeline.report.ground import TOTALS, Ground
from pipeline.report.period import words
from pipeline.report.template import Template
from pipeline.report.wording import count, labelled, name_of, number, percent, ratio, shown

_MOST_RANGES = 25
_BOOKED = {
    "used": "used: each run of a job is charged to the days on which it held its slot, to the project of its job and "
    "to the site where it ran",
    "ended": "ended: a job is charged as a whole to the day on which it left the queue, to its project and to the site "
    "of its last run",
}
_UNKNOWN = ("unmapped", "unattributed", "unknown")


def method(facts: Ground, template: Template) -> tuple[Block, ...]:
    """What is counted, and what the words mean."""
    text = (
        f"Hours are counted as {_BOOKED[facts.booking]}. What runs on an access point itself, and the pilots that "
        f"bring slots into the pool, are not added. Days begin at midnight {facts.published.zone}. Sums are of whole "
        "core-seconds; a ratio is that of two sums. A dash means: not known."
    )
    metrics = tuple((known.label, f"{known.doc} {known.formula}.") for known in map(metric, TOTALS))
    groups = tuple((labelled(name), dimension(name).doc.replace("`", "")) for name in facts.groups)
    heads, numbers = ("Word", "Meaning"), (False, False)
    return (
        Paragraph(text),
        Table("What is counted", heads, metrics, numbers),
        Table("By what it is shown", heads, groups, numbers),
    )


def completeness(facts: Ground, template: Template) -> tuple[Block, ...]:
    """The state of these days' records, what hours nobody can be named for, and the days that lack something."""
    return Paragraph(shown_sentence(facts)), *_unnamed(facts), *_ranges(facts)


def provenance(facts: Ground, template: Template) -> tuple[Block, ...]:
    """Which data, which rules, which template: whoever has the same gets the same report, byte for byte."""
    said = facts.published
    rows = (
        ("Pool", name_of(facts.pool.name)),
        ("Period", f"{facts.period.words}: {words((facts.period.first, facts.period.last))}"),
        ("Days known", words(facts.days)),
        ("Days begin at midnight in", said.zone),
        ("Version of the data", said.version),
        ("Rules of counting", said.rules),
        ("Rules checked before publishing", f"{said.checks}, all held"),
        ("Hash of the numbers (SHA-256)", numbers_sha256(facts)),
        ("Hash of the template (SHA-256)", template_sha256(template)),
    )
    text = (
        "Made twice from the same data and template, this report is the same byte for byte. The annex holds all rows."
    )
    return Table("What this report is made of", ("What", "Which"), rows, (False, False)), Paragraph(text)


def template_sha256(template: Template) -> str:
    """Of its keys, in one order; where its files stand does not count."""
    said = template.model_dump(mode="json", exclude={"logo", "fonts"})
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def shown_sentence(facts: Ground) -> str:
    """What the badge of these days says."""
    return f"{facts.state.title}. {shown(facts.state.sentence)}"


def _unnamed(facts: Ground) -> tuple[Block, ...]:
    whole, rows = facts.totals["cpu_h"], []
    for name in facts.groups:
        for row in facts.groups[name].to_pylist():
            if row[name] in _UNKNOWN:
                share = percent(ratio(row["cpu_h"], whole))
                rows.append((labelled(name), name_of(row[name]), number(row["cpu_h"]), share))
    rows.append(("Use of CPU", "(not measured)", "—", _left(facts.totals["cpu_coverage"])))
    rows.append(("Use of memory", "(not measured)", "—", _left(facts.totals["memory_coverage"])))
    heads = ("Of", "What is said", "Core hours", "Share")
    return (Table("What is not known", heads, tuple(rows), (False, False, True, True)),)


def _left(covered: float | int | None) -> str:
    return percent(None if covered is None else 1 - covered)


def _ranges(facts: Ground) -> tuple[Block, ...]:
    rows = facts.incomplete.to_pylist()
    if not rows:
        return ()
    lines = tuple(
        (
            f"{row['first_day']} to {row['last_day']}",
            shown(" ".join(part for part in (row["ap"], row["stream"]) if part)),
            row["state"],
            shown(row["evidence"] or "—"),
        )
        for row in rows[:_MOST_RANGES]
    )
    caption = "Days that are not proven to be complete"
    left = len(rows) - len(lines)
    more = (Paragraph(f"The annex has {count(left, 'more range', 'more ranges')} of days."),) if left else ()
    return (Table(caption, ("Days", "Records", "State", "Evidence"), lines, (False,) * 4), *more)
