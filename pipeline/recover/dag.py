"""The recovery of a DAG: a rescue file that marks what is done and gives failed nodes what they lacked.

In: the cube, the lake, the cluster of the DAG's own job, and DAGMan's own rescue file where there is one. Out: a
`Recovery`. The nodes that are done must be as many as DAGMan counted: else a script, an earlier run or a lost record
had a part in it, and the ads alone do not tell.
"""

import posixpath
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.receipt.naming import Ask, seen_jobs
from pipeline.recover import questions, rescue_file
from pipeline.recover.ads import Ad, parsed
from pipeline.recover.asked import Asked
from pipeline.recover.changes import Change, changes
from pipeline.recover.describing import Description
from pipeline.recover.failures import REMOVED, failure
from pipeline.recover.nodes import Node, nodes
from pipeline.recover.parts import Again, File, Left, Recovery, Rescue
from pipeline.schema import submission as known
from pipeline.terminal import visible
from pipeline.viewer import Viewer

Row = dict[str, Any]
_FILE = re.compile(r"[A-Za-z0-9_.@+=,-]{1,200}", re.ASCII)
_OF_RECORDS = "record_id IN (SELECT unnest(?::BIGINT[]))"
MOST_JOBS = 200_000
"""Jobs of a DAG that is looked at."""
_PLAIN = Description((), ())


def dag_recovery(ask: Ask, lake: Lake, asked: Asked, viewer: Viewer) -> Recovery:
    """What is to be done about a DAG. Raises UsageError for one that is not there, or not seen whole by the viewer."""
    rescued = asked.rescued
    found = questions.of_dag(lake, asked)
    pool, ap = _place(found, asked)
    here = [row for row in found if (row["pool"], row["ap"]) == (pool, ap)]
    node_of = {row["record_id"]: row["dag_node"] for row in here if row["dag_node"] is not None}
    rows = _seen(ask, [row["record_id"] for row in here], viewer, asked)
    own = next((row for row in rows if row["record_id"] not in node_of), None)
    jobs = [row for row in rows if row["record_id"] in node_of]
    sizes = {(row["ap"], row["cluster"]): row["cluster_jobs"] for row in ask(*questions.clusters(jobs)).to_pylist()}
    known_nodes = nodes(jobs, node_of, sizes)
    ads = {row["record_id"]: parsed(*kept) for row, kept in _kept(lake, [own] if own else [])}
    ad = ads.get(own["record_id"]) if own else None
    done = rescued.done if rescued else frozenset(node.name for node in known_nodes if node.is_done)
    against = _against(asked, own, ad, known_nodes, done)
    failed = [node for node in known_nodes if node.failed and node.name not in done]
    again, variables = _failed(lake, failed)
    notes = _notes(ad, done, failed)
    if against or ad is None:
        left = tuple(Left(each.job, "missing", "; ".join(against), each.failure) for each in again)
        return Recovery(
            asked.text, pool, len(jobs) - len(again), (), left, (*notes, *(f"Refused: {x}." for x in against))
        )
    dag, folder = _files(ad)
    number = rescued.number + 1 if rescued else 1
    text = rescue_file.text(dag, done, [node.name for node in failed], rescued.retries if rescued else {}, variables)
    rescue = Rescue(File(f"{dag}.rescue{number:03d}", text), folder, dag)
    return Recovery(asked.text, pool, len(jobs) - len(again), tuple(again), (), notes, rescue)


def _place(found: Sequence[Row], asked: Asked) -> tuple[str, str]:
    """Pool and access point of the DAG. Raises UsageError for none or several."""
    places = sorted({(row["pool"], row["ap"]) for row in found if row["dag_cluster"] is not None})
    places = places or sorted({(row["pool"], row["ap"]) for row in found})
    if len(places) == 1:
        return places[0]
    if not places:
        raise UsageError(f"the ledger knows no {visible(asked.text)}", "Name the cluster of the DAG's own job.")
    names = ", ".join(visible(f"{ap}#{asked.dag.cluster if asked.dag else ''}") for _, ap in places[:5])
    raise UsageError(f"{len(places)} access points have a {visible(asked.text)}", f"Say which: {names}; or --pool.")


def _seen(ask: Ask, record_ids: list[int], viewer: Viewer, asked: Asked) -> list[Row]:
    """Their jobs, as the cube has them. A viewer who does not see all of them sees none: a rescue is of the whole."""
    rows: list[Row] = ask(*questions.jobs(_OF_RECORDS, [record_ids], MOST_JOBS + 1, all_of_them=True)).to_pylist()
    if len(rows) > MOST_JOBS:
        raise UsageError(
            f"{visible(asked.text)} has more than {MOST_JOBS:,} jobs", "Let DAGMan's own rescue file do it."
        )
    ids = [row["job_id"] for row in rows]
    if not rows or len(seen_jobs(ask, ids, viewer)) < len(set(ids)):
        raise UsageError(f"the ledger knows no {visible(asked.text)}", "Is it collected, and built since?")
    return rows


def _kept(lake: Lake, rows: Sequence[Row]) -> list[tuple[Row, tuple[bytes, str]]]:
    kept = questions.bytes_of(lake, rows)
    return [(row, kept[row["record_id"]]) for row in rows if row["record_id"] in kept]


def _against(
    asked: Asked, own: Row | None, ad: Ad | None, known_nodes: Sequence[Node], done: frozenset[str]
) -> list[str]:
    """All that stands against a rescue file: sentences without their full stop."""
    if own is None:
        return [f"no final ad of {asked.text}'s own job was read: it may still run, and DAGMan then goes on by itself"]
    if ad is None:
        return ["the bytes of the DAG's own final ad are not kept: its folder and file are not known"]
    said = []
    why = failure(own) if own["status"] == REMOVED else None
    if why is not None and why.is_users_wish and not asked.removed:
        said.append("its user removed the DAG: --removed runs it again")
    try:
        _files(ad)
    except UsageError as error:
        said.append(error.what)
    strange = [node.name for node in known_nodes if not node.is_writable]
    if strange:
        said.append(f"the name of a node cannot be written in a DAG file: {strange[0][:80]!r}")
    counted = ad.number(known.DAG_DONE)
    if asked.rescued is None and counted != len(done):
        theirs = "an unknown number of" if counted is None else f"{counted:,}"
        said.append(
            f"DAGMan counted {theirs} nodes as done, and the ads of jobs tell of {len(done):,}: scripts, NOOP nodes "
            "or an earlier run had a part in it. Name DAGMan's newest rescue file with --rescue"
        )
    return said


def _files(ad: Ad) -> tuple[str, str]:
    """The DAG's file and folder. Raises UsageError for what the ad does not tell, or a rescue is not written of."""
    words = _words(ad.text(known.ARGUMENTS) or "")
    dags = [word for before, word in pairwise(words) if before.lower() == "-dag"]
    folder = ad.text(known.FOLDER) or ""
    if len(dags) != 1:
        raise UsageError(f"the DAG's own job names {len(dags)} DAG files, not one")
    if not _FILE.fullmatch(dags[0]) or not posixpath.isabs(folder) or not folder.isprintable():
        raise UsageError(f"the DAG's file {dags[0][:80]!r} in {folder[:80]!r} has no name that can be written")
    return dags[0], folder


def _words(raw: str) -> list[str]:
    """Arguments of an ad, one by one: single quotes hold white space together."""
    pieces = re.findall(r"(?:[^\s']|'(?:[^']|'')*')+", raw)
    return [re.sub(r"'((?:[^']|'')*)'", lambda found: found[1].replace("''", "'"), piece) for piece in pieces]


def _failed(lake: Lake, failed: Sequence[Node]) -> tuple[list[Again], dict[str, dict[str, int]]]:
    """The jobs of nodes that failed, with why; and by node the submit commands that get another value."""
    rows = [row for node in failed for row in node.failed]
    ads = {row["record_id"]: parsed(*kept) for row, kept in _kept(lake, rows)}
    again: list[Again] = []
    variables: dict[str, dict[str, int]] = {}
    for node in failed:
        for row in node.failed:
            why = failure(row)
            changed = changes(why, row, ads.get(row["record_id"], Ad({})))
            again.append(Again(questions.job_of(row), why, _PLAIN, changed))
            _raise(variables, node.name, changed)
    return again, variables


def _raise(variables: dict[str, dict[str, int]], node: str, changed: Sequence[Change]) -> None:
    """All jobs of a node get what the one that needs most gets."""
    for change in changed:
        values = variables.setdefault(node, {})
        values[change.command] = max(change.value, values.get(change.command, 0))


def _notes(ad: Ad | None, done: frozenset[str], failed: Sequence[Node]) -> tuple[str, ...]:
    whole = ad.number(known.DAG_TOTAL) if ad is not None else None
    nodes_said = "nodes" if whole is None else f"of {whole:,} nodes"
    names = ", ".join(node.name for node in failed[:5]) + (" and others" if len(failed) > 5 else "")
    return (f"{len(done):,} {nodes_said} are done and will not run again; failed: {names or 'none that had a job'}.",)
