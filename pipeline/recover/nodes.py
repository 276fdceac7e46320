"""Which nodes of a DAG are done, by the final ads of their jobs. Pure: rows in, nodes out.

A node's jobs are those of the last cluster that was submitted for it: it is done when all of that cluster succeeded.
What PRE and POST scripts, NOOP nodes and an earlier run of the DAG did, no ad of a job says: see `dag`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
_WRITABLE = re.compile(r"[A-Za-z0-9_.:@+=/-]{1,500}", re.ASCII)
_RESERVED = ("PARENT", "CHILD", "ALL_NODES")


@dataclass(frozen=True)
class Node:
    """A node with the jobs of its last cluster."""

    name: str
    is_done: bool
    failed: tuple[Row, ...]

    @property
    def is_writable(self) -> bool:
        """Whether its name can stand in a DAG file and mean nothing else."""
        return _WRITABLE.fullmatch(self.name) is not None and self.name.upper() not in _RESERVED


def nodes(rows: Sequence[Row], node_of: Mapping[int, str], sizes: Mapping[tuple[str, int], int | None]) -> list[Node]:
    """The nodes by name. `node_of` is by record id; `sizes`: how many jobs a cluster (access point, id) has."""
    by_node: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_node[node_of[row["record_id"]]][row["cluster"]].append(row)
    return [_node(name, clusters, sizes) for name, clusters in sorted(by_node.items())]


def _node(name: str, clusters: Mapping[int, list[Row]], sizes: Mapping[tuple[str, int], int | None]) -> Node:
    last = max(clusters)
    jobs = clusters[last]
    whole = sizes.get((jobs[0]["ap"], last)) or len(jobs)
    return Node(
        name, len(jobs) >= whole and all(row["succeeded"] for row in jobs), tuple(r for r in jobs if not r["succeeded"])
    )
