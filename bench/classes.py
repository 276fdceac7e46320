"""How often the classes of failures are right, written to docs/failure-classes.md: `python -m bench.classes FILE.tsv`.

In: messages with the classes that a person gave them, tab-separated with the columns hold_code, subcode,
label_by_helper, source and message. They stay where they are: the page shows counts, none of the messages. Out: the
share that is right with the rules as they are, written with these messages in sight; and with rules that have not seen
a message's source (`bench.held_out`), each source alone and in folds dealt many times.
"""

import csv
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean

from rich.console import Console

from bench.classes_page import HEAD, MARK, reference
from bench.held_out import Known, Labelled, dealt, held_out, sampled, told
from pipeline.errors import UsageError
from pipeline.triage.taxonomy import UNKNOWN, Taxonomy, taxonomy

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "failure-classes.md"
SAMPLES = ROOT / "data-samples"
FOLDS, REPEATS, DRAWS, SEED = 5, 100, 10_000, 7


_ASKED = """\
{messages} messages from {sources} sources, each with the class that a person gave it. The rules were written with these
messages in sight, so that the first line is no accuracy. For the others each source was held out in turn: every sign
(an alternative of a pattern) went that finds a message of that source, unless it finds one of its class elsewhere.
Rules on codes stay, they are the manual's; so do signs that no message of the file has.
"""
_LIMITS = """\
{messages} messages are few, and {most} of them are one source's: the interval over sources is the honest one, because
messages of one source share their wording. What this cannot tell: the classes and the order of the rules were made with
all messages in sight, and the classes of the {real} reasons in the real pool's records are those that the rules give.
"""


@dataclass(frozen=True)
class Measured:
    """One way to look at the messages: the classes told, in the order of the messages."""

    name: str
    verdicts: Sequence[str]


def labelled(path: Path) -> list[Labelled]:
    """The messages of the file. A source is a repository or a person: what stands before the first blank."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "Name a file of labelled messages.") from error
    return [
        Labelled(
            source=row["source"].split()[0],
            message=row["message"],
            code=int(row["hold_code"]) if row["hold_code"] else None,
            subcode=int(row["subcode"]) if row["subcode"] else None,
            failure=row["label_by_helper"],
        )
        for row in rows
    ]


def measured(rules: Taxonomy, rows: Sequence[Labelled], real: Sequence[Known]) -> list[Measured]:
    """In sight; held out one source at a time, with and without what a real pool's records teach beside."""
    alone = [[source] for source in sources(rows)]
    return [
        Measured("in sight: the rules were written with these messages at hand", list(told(rules, rows))),
        Measured("held out; signs also from a real pool's records, `data-samples`", held_out(rules, rows, alone, real)),
        Measured("held out; signs from the other sources alone", held_out(rules, rows, alone, ())),
    ]


def sources(rows: Sequence[Labelled]) -> list[str]:
    """Where the messages were found, each place once."""
    return sorted({row.source for row in rows})


def repeated(rules: Taxonomy, rows: Sequence[Labelled], real: Sequence[Known]) -> list[float]:
    """Share of messages told right in each of the repeats, the sources dealt anew each time."""
    rng = Random(SEED)
    found = []
    for _ in range(REPEATS):
        verdicts = held_out(rules, rows, dealt(sources(rows), FOLDS, rng), real)
        found.append(_share(rows, verdicts))
    return sorted(found)


def of_sources(rows: Sequence[Labelled], verdicts: Sequence[str]) -> tuple[float, float]:
    """Ends of the interval of 95 % of the share told right, sources drawn with replacement."""
    hits: dict[str, list[bool]] = {source: [] for source in sources(rows)}
    for row, verdict in zip(rows, verdicts, strict=True):
        hits[row.source].append(verdict == row.failure)
    rng, drawn = Random(SEED), []
    for _ in range(DRAWS):
        chosen = rng.choices(list(hits.values()), k=len(hits))
        drawn.append(sum(map(sum, chosen)) / sum(map(len, chosen)))
    drawn.sort()
    return drawn[DRAWS // 40], drawn[-DRAWS // 40]


def wilson(hits: int, tried: int) -> tuple[float, float]:
    """Ends of Wilson's interval of 95 % of a share, as if each trial were of its own."""
    z = 1.959964
    middle = (hits + z * z / 2) / (tried + z * z)
    half = z / (tried + z * z) * (hits * (tried - hits) / tried + z * z / 4) ** 0.5
    return middle - half, middle + half


def _share(rows: Sequence[Labelled], verdicts: Sequence[str]) -> float:
    return mean(verdict == row.failure for row, verdict in zip(rows, verdicts, strict=True))


def _accuracy(rows: Sequence[Labelled], found: Sequence[Measured]) -> list[str]:
    lines = [
        "| rules | right | of those told | unknown | wrong | interval, messages (Wilson) | interval, sources |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        right = sum(verdict == row.failure for row, verdict in zip(rows, one.verdicts, strict=True))
        unknown = sum(verdict == UNKNOWN for verdict in one.verdicts)
        of_told = f"{right / (len(rows) - unknown):.0%}" if unknown < len(rows) else "—"
        ends = [wilson(right, len(rows)), of_sources(rows, one.verdicts)]
        intervals = [f"{low:.0%} to {high:.0%}" if one is not found[0] else "—" for low, high in ends]
        share = f"**{right} of {len(rows)}, {right / len(rows):.0%}**"
        cells = (one.name, share, of_told, unknown, len(rows) - unknown - right, *intervals)
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def _by_source(rows: Sequence[Labelled], verdicts: Sequence[str]) -> list[str]:
    lines = ["| source | messages | right | unknown | wrong |", "| --- | --- | --- | --- | --- |"]
    for source in sources(rows):
        pairs = [(row, told) for row, told in zip(rows, verdicts, strict=True) if row.source == source]
        right, unknown = sum(row.failure == told for row, told in pairs), sum(told == UNKNOWN for _, told in pairs)
        lines.append(f"| {source} | {len(pairs)} | {right} | {unknown} | {len(pairs) - right - unknown} |")
    return lines


def _confusion(rows: Sequence[Labelled], verdicts: Sequence[str]) -> list[str]:
    """A line for each class that a person gave: what it was told as."""
    lines = ["| a person says | messages | right | unknown | told as another |", "| --- | --- | --- | --- | --- |"]
    for failure in sorted({row.failure for row in rows}):
        told = Counter(verdict for row, verdict in zip(rows, verdicts, strict=True) if row.failure == failure)
        others = [f"{name} {count}" for name, count in told.most_common() if name not in (failure, UNKNOWN)]
        cells = (failure, told.total(), told[failure], told[UNKNOWN], ", ".join(others))
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def report(rules: Taxonomy, rows: Sequence[Labelled], real: Sequence[Known]) -> list[str]:
    """The measured part of the page."""
    found = measured(rules, rows, real)
    _, with_real, strict = found
    dealt_real, dealt_strict = (_spread(repeated(rules, rows, taught)) for taught in (real, ()))
    return [
        "## How often they are right",
        "",
        _ASKED.format(messages=len(rows), sources=len(sources(rows))),
        *_accuracy(rows, found),
        "",
        f"Sources dealt into {FOLDS} folds, {REPEATS} times: with the real pool's records {dealt_real};",
        f"without {dealt_strict}.",
        "",
        _LIMITS.format(messages=len(rows), most=max(Counter(row.source for row in rows).values()), real=len(real)),
        "### By source, held out",
        "",
        *_by_source(rows, with_real.verdicts),
        "",
        "### Confusion, held out",
        "",
        *_confusion(rows, with_real.verdicts),
        "",
        "### Confusion, held out, from the other sources alone",
        "",
        *_confusion(rows, strict.verdicts),
        "",
    ]


def _spread(shares: Sequence[float]) -> str:
    return f"{mean(shares):.0%} on the average, {shares[0]:.0%} to {shares[-1]:.0%}"


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.classes", description=__doc__)
    parser.add_argument("file", type=Path, help="Labelled messages, tab-separated.")
    rows = labelled(parser.parse_args().file)
    real = sampled(path.read_text("utf-8", "replace") for path in sorted(SAMPLES.rglob("*history*")) if path.is_file())
    rules = taxonomy()
    PAGE.write_text("\n".join([*HEAD, *report(rules, rows, real), MARK, *reference(rules), ""]), "utf-8")
    Console(stderr=True).print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
