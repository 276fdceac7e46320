"""A finding in the words of a person: numbers in, one sentence out."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from pipeline.triage.sums import Amounts

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PLURALS = {
    "glidein factory": "glidein factories",
    "cache": "caches",
    "access point": "access points",
    "batch": "batches",
}
SHOWN = 3


def of_place(label: str, dimension: str, values: Sequence[str], within: str, told: Amounts, since: str) -> str:
    """“85 % of the failures … are on three hosts of site B, which run 4 % of the attempts, since …”"""
    all_failed, all_tried = told.failed + told.failed_elsewhere, told.tried + told.tried_elsewhere
    return (
        f"{share(told.failed, all_failed)} of {label} ({told.failed:,} of {all_failed:,}) {_is(told.failed)} "
        f"{at(dimension, values, within)}, which ran {share(told.tried, all_tried)} of the attempts{since}."
    )


def of_storm(label: str, told: Amounts, span: str) -> str:
    """A class that rose at no place more than at others."""
    return (
        f"Between {span} {told.failed:,} of {told.tried:,} attempts ended in “{label}” "
        f"({share(told.failed, told.tried)}); before it were {share(told.failed_before, told.tried_before)}. "
        "No place stands out."
    )


def of_site_storm(label: str, site: str, told: Amounts, span: str) -> str:
    """A class that rose at one site for some hours."""
    return (
        f"Between {span} {told.failed:,} of {told.tried:,} attempts at site {site} ended in “{label}” "
        f"({share(told.failed, told.tried)}); before it were {share(told.failed_before, told.tried_before)} there, "
        f"and {share(told.failed_elsewhere, told.tried_elsewhere)} at the other sites meanwhile."
    )


def of_new(label: str, signature: str, told: Amounts, at: str, since: str) -> str:
    """A message that was never there before."""
    where = f", all {at}" if at else ""
    return (
        f"{told.failed:,} attempts of {told.jobs:,} jobs ended in “{label}” as never seen before{where}{since}: "
        f"{signature}"
    )


def of_black_hole(host: str, site: str, failed: int, tried: int, failed_s: float, since: str) -> str:
    """A host that eats jobs."""
    at = f" of site {site}" if site else ""
    return (
        f"Host {host}{at} failed {failed:,} of {tried:,} attempts, half of them within {duration(failed_s)}: "
        f"it takes jobs and fails them{since}."
    )


def of_silence(dimension: str, value: str, came: int, expected: float, last: str) -> str:
    """A stream that stopped."""
    who = f"{dimension} {value}" if dimension else "the whole pool"
    return f"From {who} came {came:,} attempts where about {expected:,.0f} were to be expected; the last one {last}."


def moment(utc_s: int, zone: str) -> str:
    """“Tuesday 14:00 (17 November)” in the reporting zone."""
    told = datetime.fromtimestamp(utc_s, _zone(zone))
    return f"{told:%A %H:%M} ({told.day} {told:%B})"


def share(some: int, of: int) -> str:
    """A percentage of two digits; a dash where there is nothing to divide by."""
    if not of:
        return "—"
    percent = 100 * some / of
    if 0 < percent < 0.1:
        return "less than 0.1 %"
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"


def duration(seconds: float) -> str:
    """In seconds or minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def places(dimension: str, values: Sequence[str], within: str) -> str:
    """“three hosts of site B”, “site B”, “user alice@x”."""
    many = PLURALS.get(dimension, f"{dimension}s")
    of = f" of site {within}" if within and dimension != "site" else ""
    if len(values) == 1:
        return f"{dimension} {values[0]}{of}"
    count = NUMBERS[len(values)] if len(values) < len(NUMBERS) else f"{len(values):,}"
    shown = ", ".join(values[:SHOWN]) + (", …" if len(values) > SHOWN else "")
    return f"{count} {many}{of} ({shown})"


def at(dimension: str, values: Sequence[str], within: str) -> str:
    """“on host h of site B”, “at site B”, “of user alice@x”."""
    word = {"host": "on", "site": "at", "cache": "with", "image": "with", "glidein factory": "from"}
    word |= {"HTCondor version": "under", "batch": "in"}
    return f"{word.get(dimension, 'of')} {places(dimension, values, within)}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)
