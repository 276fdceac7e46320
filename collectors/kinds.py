"""What a record is: the final ad of a job, one of a run, a transfer, a pool ad, or nothing that is kept.

The banner's type word decides where there is one; else the ad's own attributes.
"""

from dataclasses import dataclass

from collectors.classads.ad import Ad
from collectors.classads.banner import JOB as JOB_WORD
from collectors.classads.banner import Banner
from collectors.classads.literals import read_text
from pipeline.schema import (
    ACCOUNTING_AD,
    ATTEMPT_RECORD,
    JOB,
    NEGOTIATOR_AD,
    SCHEDD_AD,
    SLOT_AD,
    SUBMITTER_AD,
    TABLES,
    TRANSFER,
    Table,
)
from pipeline.schema.attempt_record import EPOCH_TYPE, STARTD_MARKS, STARTD_SIGNS
from pipeline.schema.pool_ads import (
    ACCOUNTING_TYPE,
    AD_TYPE,
    JOB_TYPE,
    NEGOTIATOR_TYPE,
    SCHEDD_TYPE,
    SLOT_TYPE,
    SUBMITTER_TYPE,
)
from pipeline.schema.transfer import RESULT_LISTS

RUN_WORDS = frozenset({"EPOCH", "SPAWN", "STARTER"})
TRANSFER_WORDS = ("INPUT", "OUTPUT", "CHECKPOINT", "COMMON")
STARTD = "STARTD"
SCHEDD = "SCHEDD"
_POOL_ADS = {
    SLOT_TYPE: (SLOT_AD, "SLOT"),
    SCHEDD_TYPE: (SCHEDD_AD, SCHEDD),
    SUBMITTER_TYPE: (SUBMITTER_AD, "SUBMITTER"),
    NEGOTIATOR_TYPE: (NEGOTIATOR_AD, "NEGOTIATOR"),
    ACCOUNTING_TYPE: (ACCOUNTING_AD, "ACCOUNTING"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """The table that a record belongs to (None: its type is not kept) and its type's word."""

    table: Table | None
    word: str


def wanted_names() -> frozenset[str]:
    """Every attribute that a table is read from or that tells kinds apart."""
    columns = {name for table in TABLES for column in table.columns for name in column.attributes}
    return frozenset({*columns, *RESULT_LISTS, *STARTD_MARKS, *STARTD_SIGNS, EPOCH_TYPE, AD_TYPE})


def kind_of(ad: Ad, banner: Banner | None) -> Kind:
    """What the record is."""
    if banner is not None:
        return Kind(*_job_or_startd(ad)) if banner.word == JOB_WORD else _by_word(banner.word)
    word = _text(ad, EPOCH_TYPE)
    if word is not None:
        return _by_word(word.upper())
    described = _text(ad, AD_TYPE)
    if described in _POOL_ADS:
        return Kind(*_POOL_ADS[described])
    if described not in (None, JOB_TYPE):
        return Kind(None, f"{AD_TYPE} {described}")
    return _by_attributes(ad, described)


def _by_word(word: str) -> Kind:
    if word in RUN_WORDS:
        return Kind(ATTEMPT_RECORD, word)
    if word in TRANSFER_WORDS:
        return Kind(TRANSFER, word)
    return Kind(SCHEDD_AD if word == SCHEDD else None, word)


def _by_attributes(ad: Ad, described: str | None) -> Kind:
    if _has(ad, *ATTEMPT_RECORD.column("write_utc").attributes):
        lists = [word for word, name in zip(TRANSFER_WORDS, RESULT_LISTS, strict=True) if _has(ad, name)]
        if lists:
            return Kind(TRANSFER, lists[0])
        return Kind(ATTEMPT_RECORD, "EPOCH" if described == JOB_TYPE else "SPAWN")
    if not _names_job(ad, "global_job_id"):
        if not _names_job(ad, "cluster"):
            return Kind(None, f"no {AD_TYPE}, no job id")
        if not _names_job(ad, "proc"):
            return Kind(None, "cluster without a job")
    return Kind(*_job_or_startd(ad))


def _job_or_startd(ad: Ad) -> tuple[Table, str]:
    is_startd = _has(ad, *STARTD_MARKS) and any(_has(ad, sign) for sign in STARTD_SIGNS)
    return (ATTEMPT_RECORD, STARTD) if is_startd else (JOB, JOB_WORD)


def _names_job(ad: Ad, column: str) -> bool:
    return _has(ad, *JOB.column(column).attributes)


def _has(ad: Ad, *names: str) -> bool:
    """Whether the ad has them all. The schedd takes an attribute back by making it undefined."""
    return all(ad.raw.get(name.lower().encode(), b"undefined").lower() != b"undefined" for name in names)


def _text(ad: Ad, name: str) -> str | None:
    raw = ad.raw.get(name.lower().encode())
    value = None if raw is None else read_text(raw, octal=False)
    return value if isinstance(value, str) else None
