"""Which days a preset means, what came before them, and how finely a chart cuts them. Pure; days of the reporting zone.

Presets end at the newest day of the pool's data, not today: a pool whose records are a week old still shows a full
week. Both ends of a period are included.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grain = Literal["day", "week", "month"]
DAY = timedelta(days=1)
MOST_DAY_BARS, MOST_WEEK_BARS_DAYS = 92, 2 * 366


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Preset:
    """A period by name: the last `days`, or (days None) a calendar one."""

    name: str
    label: str
    days: int | None = None


PRESETS: tuple[Preset, ...] = (
    Preset("7d", "Last 7 days", 7),
    Preset("30d", "Last 30 days", 30),
    Preset("90d", "Last 90 days", 90),
    Preset("365d", "Last 365 days", 365),
    Preset("month", "This month"),
    Preset("lastmonth", "Last month"),
    Preset("year", "This year"),
    Preset("all", "All there is"),
)
DEFAULT = "30d"
CUSTOM = "custom"
NAMES = frozenset(preset.name for preset in PRESETS)


def of_preset(name: str, oldest: date, newest: date) -> Period:
    """The days that a preset means for data from `oldest` to `newest`. KeyError for a name that is no preset."""
    for preset in PRESETS:
        if preset.name == name and preset.days is not None:
            return Period(newest - (preset.days - 1) * DAY, newest)
    last_month_end = newest.replace(day=1) - DAY
    return {
        "month": Period(newest.replace(day=1), newest),
        "lastmonth": Period(last_month_end.replace(day=1), last_month_end),
        "year": Period(newest.replace(month=1, day=1), newest),
        "all": Period(oldest, newest),
    }[name]


def before(name: str, period: Period) -> Period | None:
    """The period that a comparison is made with; None for all there is.

    A month is compared with the same days of the month before, a year with the same days of the year before,
    anything else with as many days just before it.
    """
    if name == "all":
        return None
    if name in ("month", "lastmonth"):
        end = period.first - DAY
        whole = (period.last + DAY).day == 1
        return Period(end.replace(day=1), end if whole else min(end, end.replace(day=1) + (period.days - 1) * DAY))
    if name == "year":
        return Period(_year_before(period.first), _year_before(period.last))
    return Period(period.first - period.days * DAY, period.first - DAY)


def grain(period: Period) -> Grain:
    """Bars of a day, a week or a month, so that a chart stays readable."""
    if period.days <= MOST_DAY_BARS:
        return "day"
    return "week" if period.days <= MOST_WEEK_BARS_DAYS else "month"


def bucket(day: date, grain: Grain) -> date:
    """First day of the bar that the day belongs to; weeks begin on Monday."""
    if grain == "week":
        return day - day.weekday() * DAY
    return day.replace(day=1) if grain == "month" else day


def bucket_end(start: date, grain: Grain) -> date:
    """Last day of the bar that begins on `start`."""
    if grain == "week":
        return start + 6 * DAY
    return (start + 31 * DAY).replace(day=1) - DAY if grain == "month" else start


def buckets(period: Period, grain: Grain) -> tuple[date, ...]:
    """First days of all bars of the period, in order."""
    starts = [bucket(period.first, grain)]
    while (following := bucket_end(starts[-1], grain) + DAY) <= period.last:
        starts.append(following)
    return tuple(starts)


def _year_before(day: date) -> date:
    leap_day = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)
