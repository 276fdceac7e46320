"""A history's ads -> the records that their files would hold, as far as it can be known, and what tells them apart.

Over the network the banner that follows an ad in its file is not sent. What of it the ad or the question tells is put
back: so a record is of its kind whatever attributes a user has put into the job, and equals the one from the file.
"""

from dataclasses import dataclass

from collectors.asking.histories import History
from collectors.asking.terms import Values
from collectors.asking.windows import Key
from collectors.classads.ad import Ad, UnreadableAd, WantedNames, parse_text
from collectors.classads.literals import NOT_LITERAL, read_number, read_text
from collectors.classads.text import Record
from collectors.kinds import TRANSFER_WORDS, wanted_names
from pipeline.schema import ATTEMPT_RECORD, JOB
from pipeline.schema.attempt_record import EPOCH_TYPE
from pipeline.schema.banner import BANNER, EPOCH_BANNER
from pipeline.schema.pool_ads import AD_TYPE, JOB_TYPE
from pipeline.schema.transfer import RESULT_LISTS

DEPTH = 3
"""Terms that make a key, by which windows are cut."""
_UNKNOWN = -1
_EPOCH, _SPAWN = "EPOCH", "SPAWN"


@dataclass(frozen=True)
class Asked:
    """A record as it came: its values for the history's terms; `is_placed`: it says which job, and what kind it is."""

    record: Record
    values: Values
    is_placed: bool

    @property
    def key(self) -> Key:
        return tuple(value for value in self.values[:DEPTH] if isinstance(value, int))

    @property
    def time_utc(self) -> int | None:
        """When it was written, or nearly; None if it does not say."""
        return self.key[0] if self.key[0] > 0 else None


class Records:
    """Makes records of one history's ads; remembers the latest ad, so that it is parsed once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._names = WantedNames(wanted_names())
        self._body, self._ad = b"", parse_text(b"", self._names)

    def parse(self, body: bytes) -> Ad:
        """The ad in those bytes. Raises UnreadableAd."""
        if body != self._body:
            self._ad, self._body = parse_text(body, self._names), body
        return self._ad

    def made(self, body: bytes) -> Asked:
        """The record of an ad in long form. One that cannot be parsed is taken in as it is: it becomes a reject."""
        try:
            ad = self.parse(body)
        except UnreadableAd:
            return Asked(_record(body, BANNER + b"\n"), tuple(term.otherwise for term in self._history.terms), True)
        banner = self._banner(ad)
        values = tuple(term.of(ad) for term in self._history.terms)
        return Asked(_record(body, banner or BANNER + b"\n"), values, banner is not None)

    def _banner(self, ad: Ad) -> bytes | None:
        return BANNER + b"\n" if self._history.kind != "epochs" else _epoch_banner(ad)


def _record(body: bytes, banner: bytes) -> Record:
    """Its place is 0, so that a record that is rejected is known again when it comes again."""
    return Record(0, len(body) + len(banner), body + banner, len(body))


def _epoch_banner(ad: Ad) -> bytes | None:
    """The banner of an epoch record; None if nothing tells its kind, or which job it is of.

    HTCondor before 24.10.2 does not write the kind into the ad, and into a transfer's ad no more of the job than
    TRANSFER_JOB_ATTRS names; its STARTER records name none at all.
    """
    word = _word(ad)
    cluster, proc = _job(ad)
    if word is None or cluster is None or proc is None:
        return None
    starts, run = _whole(ad, "shadow_starts"), _whole(ad, "run_instance")
    run = starts - 1 if starts else _UNKNOWN if run is None else run
    line = EPOCH_BANNER.format(type=word, cluster=cluster, proc=proc, run_instance=run, owner="?", current=0)
    return line.encode() + b"\n"


def _word(ad: Ad) -> str | None:
    """The kind of an epoch record. What it says itself comes last: a job's user can put anything there."""
    if _text(ad, AD_TYPE) == JOB_TYPE:
        return _EPOCH
    for word, name in zip(TRANSFER_WORDS, RESULT_LISTS, strict=True):
        if name.lower().encode() in ad.raw:
            return word
    if _whole(ad, "shadow_start_utc") is not None:
        return _SPAWN
    said = _text(ad, EPOCH_TYPE) or ""
    return said.upper() if said.isidentifier() and said.isascii() else None


def _job(ad: Ad) -> tuple[int | None, int | None]:
    """Cluster and process id: the ad's own, or those in the job's id (AP#CLUSTER.PROC#QDATE)."""
    cluster, proc = _whole(ad, "cluster"), _whole(ad, "proc")
    if cluster is not None and proc is not None:
        return cluster, proc
    named = (_text(ad, JOB.column("global_job_id").attributes[0]) or "").split("#")
    ids = named[1].split(".") if len(named) == 3 else []
    return (int(ids[0]), int(ids[1])) if len(ids) == 2 and all(map(_is_id, ids)) else (None, None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _whole(ad: Ad, column: str) -> int | None:
    raw = ad.raw.get(ATTEMPT_RECORD.column(column).attributes[0].lower().encode())
    value = None if raw is None else read_number(raw)
    return value if type(value) is int else None


def _text(ad: Ad, name: str) -> str | None:
    raw = ad.raw.get(name.lower().encode())
    value = None if raw is None else read_text(raw, octal=False)
    return None if value is NOT_LITERAL or not isinstance(value, str) else value
