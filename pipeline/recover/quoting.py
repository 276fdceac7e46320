"""What an ad says, as the value of a command on one line of a submit description: text in, text or an objection out.

Ads hold what their users chose to write. A value can neither begin another line (line breaks, a backslash at the end)
nor a macro of condor_submit (`$(X)`, `$ENV(X)`): what cannot be written so is refused. `$$(X)`, which is expanded when
the job is matched, stays as the job had it. Tried with condor_submit 25.14.1: `$(DOLLAR)` is a dollar sign that is not
read again.
"""

import re

LONGEST = 100_000
"""Characters of a value."""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1d\x1f\x7f\x85\u2028\u2029]")
_MACRO = re.compile(r"(\$+)(?=[A-Za-z_]*\()")
_AT_MATCH = re.compile(r"\$\$(?=\()")
_DOLLAR = re.compile(r"\$\(\s*DOLLAR", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}", re.ASCII)


class Unwritable(ValueError):
    """A value that no line of a submit description can hold; the text says why."""


def line(value: str) -> str:
    """The value to the end of its line, such that condor_submit reads it as it stands. Raises Unwritable."""
    if len(value) > LONGEST:
        raise Unwritable(f"is longer than {LONGEST:,} characters")
    if _CONTROL.search(value):
        raise Unwritable("holds a line break or another control character")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise Unwritable("holds bytes that are no UTF-8")
    if value.endswith("\\"):
        raise Unwritable("ends with a backslash, which would join the next line to it")
    if _DOLLAR.search(value):
        raise Unwritable("holds $(DOLLAR), which condor_submit always reads as a dollar sign")
    return _MACRO.sub(_dollars, value)


def text(value: str) -> str:
    """The same of a string that stands without quotes: white space around it would be lost. Raises Unwritable."""
    if value != value.strip():
        raise Unwritable("begins or ends with white space")
    if value.startswith('"'):
        raise Unwritable("begins with a quotation mark, which condor_submit may take off")
    return line(value)


def expression(raw: str) -> str:
    """The same of an expression, with its strings closed and its brackets in pairs. Raises Unwritable."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", raw)
    if '"' in bare or any(bare.count(a) != bare.count(b) for a, b in ("()", "[]", "{}")):
        raise Unwritable("is no whole expression")
    return line(raw)


def quoted(value: str) -> str:
    """Arguments or environment in HTCondor's own quoting, as a submit description takes it. Raises Unwritable."""
    return line('"' + value.replace('"', '""') + '"')


def old_arguments(value: str) -> str:
    r"""Arguments of the syntax without quoting: white space parts them, and `"` is written `\"`. Raises Unwritable."""
    return line(value.strip(" \t").replace('"', '\\"'))


def words(listed: list[str]) -> str:
    """Words in HTCondor's own quoting, as an ad has it."""
    return " ".join(_word(each) for each in listed)


def name(attribute: str) -> str:
    """The name of an attribute. Raises Unwritable."""
    if not _NAME.fullmatch(attribute):
        raise Unwritable("is no name of an attribute")
    return attribute


def _dollars(found: re.Match[str]) -> str:
    if found[1] == "$":
        return "$(DOLLAR)"
    if found[1] == "$$" and _AT_MATCH.match(found.string, found.start()):
        return "$$"
    raise Unwritable("holds dollar signs that condor_submit would read as a macro")


def _word(each: str) -> str:
    plain = each and not re.search(r"[\s']", each)
    return each if plain else "'" + each.replace("'", "''") + "'"
