"""Kept bytes -> what today's schema, rules and settings make of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from collectors.bounds import Limits
from collectors.classads.ad import Ad
from collectors.classads.banner import parse_banner
from collectors.classads.text import Record
from collectors.imports import formats
from collectors.imports.usage import Importer
from collectors.kept import Refused
from collectors.outcome import outcome_of
from collectors.recognise import Form
from collectors.registry import file_form
from collectors.rows import NO_OWNER, Origin, Reject, Row, RowMaker, Skipped
from pipeline.errors import SettingsError
from pipeline.pools import is_simulated, is_simulated_pool
from pipeline.schema.banner import BANNER
from pipeline.settings import Settings

_BANNERS: Form = "banners"


@dataclass(frozen=True)
class Kept:
    """A record whose bytes are kept: whose it is, as far as that is known, how to parse it, where it was found."""

    pool: str
    ap: str | None
    form: Form
    content: bytes
    source: str
    offset: int
    at_ce: bool
    read_utc: int

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Kept":
        """The record of a row of `archive` or `reject`."""
        form = cast("Form", row["form"])
        at_ce = bool(row["at_ce"])
        return cls(
            row["pool"], row["ap"], form, row["content"], row["source"], row["offset_bytes"], at_ce, row["read_utc"]
        )

    @property
    def named_pool(self) -> str | None:
        """The pool as its operator named it; None where it is a simulated one that was only guessed from the file."""
        return self.pool if is_simulated_pool(self.pool) == is_simulated(self.ap or "") else None


class Rereader:
    """Reads kept records again; `ap` is whose they are that do not say it."""

    def __init__(self, settings: Settings, now_utc: int, ap: str | None = None) -> None:
        self._limits = Limits(now_utc, settings.largest_slot_cpus)
        self._maker = RowMaker(self._limits)
        self._default_pool = settings.pool
        self._ap = ap

    def outcome(self, kept: Kept) -> list[Row] | Reject | Skipped:
        """What comes of it today."""
        if kept.form in formats.NAMES:
            return self._usage_record(kept)
        record = _record(kept)
        banner = None if record.banner is None else parse_banner(record.banner)
        ap = kept.ap or self._ap
        origin = Origin(kept.source, ap, kept.named_pool, self._default_pool, kept.read_utc, frozenset, kept.at_ce)
        try:
            found = outcome_of(record, banner, _parser(kept.form), self._maker, origin)
        except SettingsError as error:  # it names a real access point, its pool is simulated, or the other way round
            return Reject("no-owner", error.what, kept.pool, kept.ap)
        return found if isinstance(found, list | Reject | Skipped) else Reject("no-owner", NO_OWNER, kept.pool, kept.ap)

    def _usage_record(self, kept: Kept) -> list[Row] | Reject | Skipped:
        """A usage record of another accounting system."""
        importer = Importer(kept.pool, kept.source, kept.read_utc, pilots=kept.at_ce)
        found = formats.outcome(formats.named(kept.form), kept.content, importer, self._limits, kept.offset)
        return [found] if isinstance(found, Row) else found


def refusal(kept: Kept, why: Reject) -> Refused:
    """The record as one that is not counted today."""
    digest = _record(kept).digest
    pool, ap = why.pool or kept.pool, why.ap or kept.ap
    return Refused(pool, ap, kept.offset, len(kept.content), digest, kept.content, why)


def _record(kept: Kept) -> Record:
    """The record as it was cut from its source."""
    start, content = kept.offset, kept.content
    return Record(start, start + len(content), content, _banner_at(kept))


def _banner_at(kept: Kept) -> int | None:
    """Where its banner begins in the source: at the first line that starts like one, for there it was cut."""
    if kept.form != _BANNERS:
        return None
    at = 0 if kept.content.startswith(BANNER) else kept.content.find(b"\n" + BANNER) + 1
    found = kept.content.startswith(BANNER, at)
    return kept.offset + at if found else None


def _parser(form: Form) -> Callable[[bytes], Ad]:
    return file_form(form).parse
