"""The classes and their rules as people read them: a taxonomy in, lines of Markdown out."""

from collections.abc import Iterator

from pipeline.triage.taxonomy import CodeRule, EndRule, Taxonomy

MARK = "<!-- measured to here -->"
"""What stands before it is measured with messages that are not here."""
HEAD = (
    "# Classes of failures",
    "",
    "<!-- Written by `python -m bench.classes`; do not edit. -->",
    "",
    "Each run that did not succeed gets one class: by its message where a rule knows it, else by its code (codes are",
    "not stable between versions and sites), else by how the run ended. *Unknown* is an answer. The rules are data,",
    "`pipeline/triage/rules.toml` and `ends.toml`, tried in their order; `htc-ledger classify` tells the class of",
    "messages on standard input.",
    "",
)


def reference(rules: Taxonomy) -> list[str]:
    """What each class means, whose it usually is, what to do, and the rules that tell it, in the order of classes."""
    return ["", "## What they are, and the rules", *_classes(rules)]


def _classes(rules: Taxonomy) -> Iterator[str]:
    for name, known in rules.classes.items():
        yield from ("", f"### {known.label}: `{name}`", "", f"{known.doc} {known.action}")
        yield f"Usually whose: {known.blame}." if known.blame else "Whose it is, nobody can tell."
        told = [f"- a message with `{rule.pattern}` ({rule.source})" for rule in rules.message if rule.failure == name]
        told += [f"- {_codes(rule)}" for rule in rules.code if rule.failure == name]
        told += [f"- {_end(rule)} ({rule.source})" for rule in rules.end if rule.failure == name]
        if told:
            yield from ("", *told)


def _codes(rule: CodeRule) -> str:
    codes = ", ".join(map(str, rule.codes))
    kind = "vacate code" if min(rule.codes) >= 1000 else "hold code"
    return f"{kind} {codes}" + (f" with subcode {rule.subcode}" if rule.subcode is not None else "")


def _end(rule: EndRule) -> str:
    numbers = "" if rule.numbers is None else " with " + ", ".join(map(str, rule.numbers))
    return f"a run that ended as `{rule.outcome}`{numbers}"
