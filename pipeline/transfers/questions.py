"""What can be asked about moved files, each as one SELECT. In: a TransferQuery and who asks. Out: SQL and its values.

Bytes are those of files that arrived; `moved_bytes` is what went over the wire, also of transfers that failed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.errors import UsageError
from pipeline.transfers.asked import DIMENSIONS, TransferQuery
from pipeline.viewer import Viewer

MOST_ROWS = 1_000
Sql = tuple[str, list[Any]]
KIND_OF_ERROR = r"""
    regexp_replace(
        regexp_replace(
            left(coalesce(nullif(error, ''), 'no error was told'), 400), '''[^'']*''|"[^"]*"|[a-z]+://\S+', '…', 'g'
        ),
        '[0-9]+', '#', 'g'
    )
"""
"""An error without what differs from file to file: names in quotes, addresses, numbers."""


_TOLD = "FILTER (WHERE cache_age_us IS NOT NULL AND file_bytes IS NOT NULL)"
_HIT = f"(sum(CASE WHEN cache_age_us > 0 THEN file_bytes ELSE 0 END) {_TOLD})"
_FETCHED = f"(sum(CASE WHEN cache_age_us > 0 THEN 0 ELSE file_bytes END) {_TOLD})"
"""Bytes that a cache had, or fetched for it; null where nobody says, and 0 where it is said of some, and none was."""


def sums(asked: TransferQuery, viewer: Viewer) -> Sql:
    """One row a group, ordered by `by`: files by result, bytes, the rate, and what caches said.

    rate_mb_s: megabytes of files that arrived, of which size and time are known, per second of their transfers
    hit_bytes: the cache had them already; fetched_bytes: it fetched them for this; aged_files: those that it says so of
    """
    condition, values = asked.condition(viewer)
    done, down = "FILTER (WHERE result = 'done')", "FILTER (WHERE result = 'done' AND direction = 'download')"
    sql = f"""
        SELECT
            {asked.groups}
            coalesce(sum(files), 0)::BIGINT AS files,
            coalesce(sum(files) {done}, 0)::BIGINT AS done,
            coalesce(sum(files) FILTER (WHERE result = 'failed'), 0)::BIGINT AS failed,
            coalesce(sum(files) FILTER (WHERE result = 'unknown'), 0)::BIGINT AS unknown,
            coalesce(sum(lists_none), 0)::BIGINT AS lists_none,
            (sum(files) FILTER (WHERE result = 'failed')) / nullif(sum(files), 0) AS failed_share,
            (sum(bytes) {done})::BIGINT AS bytes,
            (sum(bytes) {down})::BIGINT AS download_bytes,
            (sum(bytes) FILTER (WHERE result = 'done' AND direction = 'upload'))::BIGINT AS upload_bytes,
            sum(moved_bytes)::BIGINT AS moved_bytes,
            sum(transfer_s)::BIGINT AS transfer_s,
            (sum(timed_bytes) {done}) / nullif(sum(timed_s) {done}, 0) / 1e6 AS rate_mb_s,
            coalesce(sum(files) {down}, 0)::BIGINT AS downloads,
            coalesce(sum(aged_files) {down}, 0)::BIGINT AS aged_files,
            (sum(hit_bytes) {down})::BIGINT AS hit_bytes,
            (sum(fetched_bytes) {down})::BIGINT AS fetched_bytes
        FROM transfer_day AS fact
        WHERE {condition}
        {"GROUP BY ALL" if asked.by else ""}
        {asked.order}
    """
    return sql, values


def failures(asked: TransferQuery, viewer: Viewer) -> Sql:
    """Failed transfers by the question's groups and kind of error, those of most files first; at most MOST_ROWS.

    error, url, ap, cluster, proc: of the newest of them, the job it was for.
    """
    condition, values = asked.condition(viewer)
    names = "".join(f'failed."{name}", ' for name in asked.by)
    sql = f"""
        WITH failed AS (
            SELECT
                {asked.groups}
                {KIND_OF_ERROR} AS kind,
                count(*) AS files,
                count(DISTINCT attempt_id) AS runs,
                max(written_utc) AS newest_utc,
                arg_max({{'error': left(error, 4000), 'url': left(url, 4000), 'attempt_id': attempt_id}}, written_utc)
                    AS newest
            FROM file_moved AS fact
            WHERE result = 'failed' AND {condition}
            GROUP BY ALL
        )
        SELECT
            {names}
            failed.kind,
            failed.files,
            failed.runs,
            failed.newest_utc,
            failed.newest.error AS error,
            failed.newest.url AS url,
            attempt.ap AS of_ap,
            attempt.cluster,
            attempt.proc
        FROM failed
        LEFT JOIN attempt ON attempt.attempt_id = failed.newest.attempt_id
        ORDER BY failed.files DESC, {names} failed.kind
        LIMIT {MOST_ROWS}
    """
    return sql, values


def inputs(asked: TransferQuery, viewer: Viewer) -> Sql:
    """Inputs that arrived more than once, by their address: those of most bytes first; at most MOST_ROWS.

    file_bytes: the largest size that a transfer of it told; null: none did. again_bytes: all but one of its transfers.
    """
    condition, values = asked.condition(viewer)
    sql = f"""
        SELECT
            left(url, 4000) AS url,
            any_value(protocol) AS protocol,
            count(*) AS files,
            count(DISTINCT attempt_id) AS runs,
            count(DISTINCT endpoint) AS endpoints,
            count(DISTINCT site) AS sites,
            count(DISTINCT project) AS projects,
            max(file_bytes) AS file_bytes,
            sum(file_bytes)::BIGINT AS bytes,
            (sum(file_bytes) - max(file_bytes))::BIGINT AS again_bytes,
            {_HIT}::BIGINT AS hit_bytes
        FROM file_moved AS fact
        WHERE result = 'done' AND direction = 'download' AND url IS NOT NULL AND {condition}
        GROUP BY fact.url
        HAVING count(*) > 1
        ORDER BY bytes DESC NULLS LAST, files DESC, url
        LIMIT {MOST_ROWS}
    """
    return sql, values


def saved(asked: TransferQuery, viewer: Viewer) -> Sql:
    """What was served against what there is: a row a group, ordered by `by`.

    files, bytes    of inputs that arrived; their addresses are distinct_files with distinct_bytes, of which
                    repeated_files were asked for more than once. A cache that fetches each once saves the difference
    aged_files      of which the endpoint said how long it had them: hit_bytes it had already, fetched_bytes it had not
    """
    condition, values = asked.condition(viewer)
    names = "".join(f'"{name}", ' for name in asked.by)
    sql = f"""
        WITH by_file AS (
            SELECT
                {asked.groups}
                fact.url AS address,
                count(*) AS files,
                count(file_bytes) AS sized,
                sum(file_bytes) AS bytes,
                max(file_bytes) AS one_bytes,
                count(cache_age_us) AS aged,
                {_HIT} AS hit_bytes,
                {_FETCHED} AS fetched_bytes
            FROM file_moved AS fact
            WHERE result = 'done' AND direction = 'download' AND {condition}
            GROUP BY ALL
        )
        SELECT
            {names}
            coalesce(sum(files), 0)::BIGINT AS files,
            coalesce(sum(sized), 0)::BIGINT AS sized_files,
            sum(bytes)::BIGINT AS bytes,
            count(address) AS distinct_files,
            count(address) FILTER (WHERE files > 1) AS repeated_files,
            (sum(one_bytes) FILTER (WHERE address IS NOT NULL))::BIGINT AS distinct_bytes,
            coalesce(sum(files) FILTER (WHERE address IS NULL), 0)::BIGINT AS nameless_files,
            coalesce(sum(aged), 0)::BIGINT AS aged_files,
            sum(hit_bytes)::BIGINT AS hit_bytes,
            sum(fetched_bytes)::BIGINT AS fetched_bytes
        FROM by_file
        {"GROUP BY ALL" if asked.by else ""}
        {asked.order}
    """
    return sql, values


def of_jobs(asked: TransferQuery, viewer: Viewer) -> Sql:
    """All bytes that jobs which left the queue on these days tell of, however they were moved; a row a group.

    jobs: all of them; told: those whose ads say it. Raises UsageError for what only a moved file has.
    """
    if _own_names(asked):
        raise UsageError("a job's bytes are not known by protocol, server or result", "Ask by project, site or user.")
    condition, values = asked.condition(viewer)
    sql = f"""
        SELECT
            {asked.groups}
            count(*) AS jobs,
            count(coalesce(bytes_received, bytes_sent)) AS told,
            sum(bytes_received)::BIGINT AS received_bytes,
            sum(bytes_sent)::BIGINT AS sent_bytes
        FROM (SELECT *, end_day AS day FROM listed_job) AS fact
        WHERE {condition}
        {"GROUP BY ALL" if asked.by else ""}
        {asked.order}
    """
    return sql, values


def _own_names(asked: TransferQuery) -> set[str]:
    return {known.name for known in DIMENSIONS} & {*asked.by, *(name for name, _ in asked.where)}


QUESTIONS: Mapping[str, Callable[[TransferQuery, Viewer], Sql]] = {
    "sums": sums,
    "failures": failures,
    "inputs": inputs,
    "saved": saved,
    "of_jobs": of_jobs,
}
"""What can be asked, by name."""
