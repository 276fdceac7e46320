"""Rescue files of DAGs, as DAGMan writes and reads them: lines in, what is done out, and the other way round. Pure.

A rescue file is read after the DAG's own file: `DONE x` marks a node that is not to run. Format of version 2.0.1
(partial), of DAGMan 8 to 25; `VARS x APPEND` sets a submit command over what the node's submit description says.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.errors import UsageError

LARGEST = 64 << 20
_LINE = re.compile(r"(DONE|RETRY)[ \t]+(\S+)(?:[ \t]+(\d+).*)?", re.IGNORECASE)
_NUMBER = re.compile(r"\.rescue(\d{3})$")


@dataclass(frozen=True)
class Written:
    """What a rescue file of DAGMan's says: nodes that are done, retries that are left, and its number."""

    done: frozenset[str]
    retries: Mapping[str, int]
    number: int


def parsed(name: str, text: str) -> Written:
    """A rescue file of that name. Raises UsageError for one that is none."""
    found = _NUMBER.search(name)
    if found is None:
        raise UsageError(f"{name!r} is no rescue file of DAGMan's", "It is called NAME.dag.rescueNNN.")
    done, retries = set(), {}
    for line in text.split("\n"):
        said = _LINE.fullmatch(line.strip())
        if said is not None and said[1].upper() == "DONE":
            done.add(said[2])
        elif said is not None and said[3]:
            retries[said[2]] = int(said[3])
    return Written(frozenset(done), retries, int(found[1]))


def text(
    dag: str,
    done: Iterable[str],
    failed: Iterable[str],
    retries: Mapping[str, int],
    variables: Mapping[str, Mapping[str, int]],
) -> str:
    """A rescue file. `variables`: node -> submit commands with another value."""
    finished, broken = sorted(done), sorted(failed)
    head = [
        "# Rescue DAG file, created after running",
        f"#   the {dag} DAG file",
        "# Rescue DAG version: 2.0.1 (partial)",
        "#",
        f"# Nodes premarked DONE: {len(finished)}",
        f"# Nodes that failed: {len(broken)}",
        f"#   {','.join([*broken, '<ENDLIST>'])}",
        "",
    ]
    lines = [f"DONE {node}" for node in finished]
    lines += [f"RETRY {node} {left}" for node, left in sorted(retries.items())]
    lines += [
        f'VARS {node} APPEND {command}="{value}"'
        for node, changed in sorted(variables.items())
        for command, value in sorted(changed.items())
    ]
    return "\n".join([*head, *lines, ""])
