"""Numbers and dates as people read them. Unknown is a dash, never a zero; every quantity carries its unit."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from pipeline.metrics import Metric
from pipeline.status.sources import duration

UNKNOWN = "—"
MINUS = "\u2212"
GAP = "\u00a0"  # between number and unit: never broken over two lines
Number = float | int | None


def number(value: Number, decimals: int = 1) -> str:
    """`1,234.5`; a dash where the value is not known; `<0.1` for something that would look like nothing."""
    if value is None:
        return UNKNOWN
    text = f"{abs(value):,.{decimals}f}"
    if value and not text.strip("0.,"):
        least = f"{10**-decimals:.{decimals}f}"
        return f"<{least}" if value > 0 else f">{MINUS}{least}"
    return f"{MINUS}{text}" if value < 0 else text


def compact(value: Number, decimals: int = 1) -> str:
    """A number short enough for a card: `1,234.5`, `123,456`, `12.3 M`, `4.56 B`."""
    if value is None:
        return UNKNOWN
    size = abs(value)
    for limit, step, letter in ((1e9, 1e9, "B"), (1e6, 1e6, "M")):
        if round(size, 0) >= limit:
            return number(value / step, 2 if size < 10 * step else 1) + GAP + letter
    return number(value, 0 if size >= 10_000 else decimals)


def percent(share: Number, decimals: int = 1) -> str:
    """A share of one as `12.3 %`. Over 100 % is written as it is."""
    return UNKNOWN if share is None else number(share * 100, decimals) + GAP + "%"


def value(amount: Number, metric: Metric) -> str:
    """The amount in the metric's decimals, without its unit; ratios in per cent."""
    return percent(amount) if metric.unit == "%" else number(amount, metric.decimals)


def quantity(amount: Number, metric: Metric) -> str:
    """The amount with its unit: `1,234.5 core h`."""
    if amount is None or metric.unit == "%":
        return value(amount, metric)
    return value(amount, metric) + GAP + metric.unit


@dataclass(frozen=True)
class Change:
    """How a number moved against the period before: text for people, and its direction."""

    text: str
    direction: Literal["up", "down", "same", "unknown"]


def change(now: Number, before: Number, metric: Metric) -> Change:
    """Growth in per cent; of ratios the difference in percentage points. Unknown or nothing before: a dash."""
    if now is None or before is None:
        return Change(UNKNOWN, "unknown")
    if metric.kind == "ratio":
        return _signed((now - before) * 100, f"{GAP}pp")
    if before == 0:
        return Change("0" + GAP + "%", "same") if now == 0 else Change("new", "up")
    return _signed((now - before) / before * 100, f"{GAP}%")


def _signed(points: float, unit: str) -> Change:
    rounded = round(points, 1)
    if rounded == 0:
        return Change(f"0{unit}", "same")
    if rounded > 999:
        return Change(f">{GAP}+999{unit}", "up")
    text = number(rounded, 1 if abs(rounded) < 100 else 0)
    return Change(f"+{text}{unit}", "up") if rounded > 0 else Change(f"{text}{unit}", "down")


def moment(instant_utc: int | None) -> str:
    """`3 Sep 2026, 14:05 UTC`."""
    if instant_utc is None:
        return UNKNOWN
    when = datetime.fromtimestamp(instant_utc, UTC)
    return f"{day(when.date())}, {when:%H:%M}{GAP}UTC"


def ago(instant_utc: int | None, now: datetime) -> str:
    """`12 min ago`; a dash where the moment is not known."""
    if instant_utc is None:
        return UNKNOWN
    seconds = int(now.timestamp()) - instant_utc
    return "just now" if seconds < 5 else duration(seconds).replace(" ", GAP) + " ago"


def count(number_of: int, one: str, many: str) -> str:
    """`1 day`, `1,234 days`."""
    return f"{number_of:,}{GAP}{one if number_of == 1 else many}"


def day(when: date) -> str:
    """`3 Sep 2026`."""
    return f"{when.day} {when:%b} {when.year}"


def span(first: date, last: date, this_year: int | None = None) -> str:
    """Both days included, without repeating what they share: `3 – 21 Sep 2026`; without the year if it is this one."""
    if first == last:
        text = day(first)
    elif first.year != last.year:
        return f"{day(first)} – {day(last)}"
    elif first.month != last.month:
        text = f"{first.day} {first:%b} – {day(last)}"
    else:
        text = f"{first.day} – {day(last)}"
    return text.removesuffix(f" {this_year}")
