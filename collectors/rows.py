"""A record -> lake rows, or the reason why there is none.

In: one ad, its banner and where it was found. Out: Rows (one; several for a transfer of several files), a Reject, or
Skipped for a record type that is not kept. Pure: equal records give equal rows with equal ids, whatever file, form
or place they come from.
"""

from collections.abc import Callable
from dataclasses import dataclass

from collectors.bounds import Limits, broken_bound
from collectors.classads.ad import Ad
from collectors.classads.banner import Banner
from collectors.classads.nested import nested_ads
from collectors.classads.values import Reading, Value
from collectors.draft import Draft
from collectors.gpus import fill_gpu_models
from collectors.kinds import kind_of
from collectors.last_try import as_first_try
from collectors.match_ad import match_ad
from collectors.ownership import ap_of, disagreement, fill_from_banner, fill_run, made_up_job_id
from pipeline.pools import is_simulated, pool_of
from pipeline.schema import (
    ACCOUNTING_AD,
    ATTEMPT_RECORD,
    JOB,
    NEGOTIATOR_AD,
    SCHEDD_AD,
    SLOT_AD,
    SUBMITTER_AD,
    TRANSFER,
    Table,
)
from pipeline.schema.pool_ads import MATCHED_ON
from pipeline.schema.transfer import FILE, RESULT_LISTS

FINAL_STATUSES = (3, 4)
"""Removed, completed."""
NOT_FINAL = (
    "the job is still in the queue (not removed or completed): live queue ads are not history; ingest the history file "
    "once it has left"
)
UNFINISHED = "the ad does not say in what status the job is and since when: it was cut or projected; write it whole"
NO_TIME = "nothing says when the run was: no start, no end, not even when the record was written"
NO_OWNER = "nothing says which access point the record is of: name it with --ap NAME"
NO_JOB_ID = "the ad has neither a global job id nor a submission date to make one of"
_ONE_ROW_EACH = (JOB, ATTEMPT_RECORD, SLOT_AD, SCHEDD_AD, SUBMITTER_AD, NEGOTIATOR_AD, ACCOUNTING_AD)
_WHEN_OF_RUN = ("write_utc", "start_utc", "shadow_start_utc")
_NAMES_AP = {SCHEDD_AD.name: "name", SUBMITTER_AD.name: "ap_name"}
_RESULT_LISTS = tuple(name.lower().encode() for name in RESULT_LISTS)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a lake table: its values in the table's order."""

    table: Table
    values: list[Value]
    time_utc: int | None

    def of(self, name: str) -> Value:
        """The value of that column."""
        return self.values[self.table.position[name]]


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a record is not counted: a rule's short name, and a sentence that says what to do. Whose it is, if known."""

    rule: str
    reason: str
    pool: str | None = None
    ap: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record of a type that is not kept."""

    word: str


@dataclass(frozen=True, slots=True)
class Unowned:
    """A record that names no access point, in a file where none does yet."""


@dataclass(frozen=True)
class Origin:
    """Where records come from and whose they are: `ap` and `pool` as named by the operator, None where not.

    `aps_of_file` looks through the whole file for the access points that its records name.
    """

    source: str
    ap: str | None
    pool: str | None
    default_pool: str
    read_utc: int
    aps_of_file: Callable[[], frozenset[str]]
    at_ce: bool = False


Outcome = list[Row] | Reject | Skipped | Unowned


class RowMaker:
    """Turns records into rows; holds the readings of all tables, and which attributes slots are matched on."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.matched_on = MATCHED_ON
        self._readings = {table.name: Reading(table) for table in _ONE_ROW_EACH}
        file_names = {column.name for column in FILE}
        record = tuple(column for column in TRANSFER.from_ads if column.name not in file_names)
        self._readings[TRANSFER.name] = Reading(TRANSFER, record)
        self._file = Reading(TRANSFER, FILE)

    def rows(self, ad: Ad, banner: Banner | None, origin: Origin, offset: int) -> Outcome:
        """The record's rows, or why there are none."""
        kind = kind_of(ad, banner)
        if kind.table is None:
            return Skipped(kind.word)
        row = Draft.of(self._readings[kind.table.name], ad)
        row["record_type"] = kind.word
        if kind.table is SLOT_AD:
            fill_gpu_models(row, ad)
            row["match_ad"] = match_ad(ad, SLOT_AD, self.matched_on)
        refused = self._refuse(row, banner, origin) if "cluster" in row else _own_pool_ad(row, origin)
        if refused:
            return refused
        broken = broken_bound(kind.table, row, self.limits)
        if broken:
            return Reject(*broken, row.text("pool"), row.text("ap"))
        drafts = self._files(row, ad) if kind.table is TRANSFER else [row]
        return [_finished(draft, origin, offset) for draft in drafts]

    def _refuse(self, row: Draft, banner: Banner | None, origin: Origin) -> Reject | Unowned | None:
        """Set whose record of a job it is; a Reject if that cannot be told, or the job still runs."""
        is_job = row.table is JOB
        if banner is not None:
            false = disagreement(row, banner)
            if false:
                return Reject("false-banner", false)
            fill_from_banner(row, banner)
        elif is_job and (row["status"] is None or row["status_utc"] is None):
            return Reject("unfinished", UNFINISHED)
        elif is_job and row["status"] not in FINAL_STATUSES:
            return Reject("not-final", NOT_FINAL)
        if is_job and row["status_utc"] is None and row["completion_utc"] is None:
            return Reject("unfinished", UNFINISHED)
        if row["cluster"] is None or row["proc"] is None:
            return Reject("no-job-id", "neither the ad nor its banner says which job it is (cluster and process id)")
        unowned = _own(row, origin)
        if unowned:
            return unowned
        if not is_job:
            fill_run(row)
            if all(row.get(name) is None for name in _WHEN_OF_RUN):
                return Reject("unfinished", NO_TIME, row.text("pool"), row.text("ap"))
        if row["global_job_id"] is None:
            row["global_job_id"] = made_up_job_id(row)
        if is_job and row["global_job_id"] is None:
            return Reject("no-job-id", NO_JOB_ID, row.text("pool"), row.text("ap"))
        return None

    def _files(self, row: Draft, ad: Ad) -> list[Draft]:
        """One draft per file that a transfer record lists; one without a file where it lists none."""
        raw = next((ad.raw[name] for name in _RESULT_LISTS if name in ad.raw), b"")
        drafts = []
        for index, file in enumerate(nested_ads(raw) or ()):
            draft = row.copy()
            self._file.fill(draft.values, as_first_try(file))
            draft["file_index"] = index
            drafts.append(draft)
        return drafts or [row]


def chosen_ap(named: str | None, origin: Origin) -> str | None:
    """The access point of a record whose job names that one. The operator's wins, but a simulated job stays one."""
    return named if named and (origin.ap is None or is_simulated(named)) else origin.ap


def _own(row: Draft, origin: Origin) -> Reject | Unowned | None:
    """Set access point and pool."""
    ap = chosen_ap(ap_of(row.text("global_job_id")), origin)
    if ap is None:
        in_file = origin.aps_of_file()
        if not in_file and row.table is not JOB:
            return Unowned()
        if row.table is JOB or len(in_file) != 1:
            return Reject("no-owner", NO_OWNER)
        (ap,) = in_file
    row["ap"], row["pool"] = ap, pool_of(ap, origin.pool, origin.default_pool)
    return None


def _own_pool_ad(row: Draft, origin: Origin) -> Reject | None:
    """Set the pool of what the collector daemon knew, and the access point that it speaks of, if any."""
    if row["name"] is None or row["seen_utc"] is None:
        return Reject("unreadable", "the ad lacks its name or the time at which it was seen: it was cut or projected")
    named = _NAMES_AP.get(row.table.name)
    ap = None if named is None else row.text(named)
    row["ap"], row["pool"] = ap, pool_of(ap or "", origin.pool, origin.default_pool)
    return None


def _finished(row: Draft, origin: Origin, offset: int) -> Row:
    row["record_id"] = row.reading.record_id(row.values)
    row["source"], row["offset_bytes"], row["read_utc"] = origin.source, offset, origin.read_utc
    row["at_ce"] = origin.at_ce
    return Row(row.table, row.values, row.whole(row.table.time))
