"""Values as other systems write them -> texts, numbers, seconds and instants. Raises UnusableRecordError for what
cannot be read: a value that is there and makes no sense is never taken as one that is not there."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from collectors.imports.usage import UnusableRecordError
from pipeline.schema.usage_formats import NOT_KNOWN

MOST = Decimal(10) ** 18
"""No amount in any unit has more digits; what has them is no number of any record."""
_LONGEST_NUMBER = 64
_SHOWN = 80
_DURATION = re.compile(
    r"P(?:(?P<d>\d{1,9})D)?(?:T(?:(?P<h>\d{1,12}(?:\.\d{1,9})?)H)?(?:(?P<m>\d{1,12}(?:\.\d{1,9})?)M)?"
    r"(?:(?P<s>\d{1,15}(?:\.\d{1,9})?)S)?)?"
)
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

Told = Mapping[str, Any]


def text(told: Told, *keys: str) -> str | None:
    """The first of those that is told and says something."""
    for key in keys:
        value = told.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and (found := value.strip()) not in NOT_KNOWN:
            return found.encode("utf-8", "backslashreplace").decode("utf-8")  # JSON can hold half a surrogate pair
    return None


def number(told: Told, key: str) -> Decimal | None:
    """A number, or digits; None if it is not told."""
    value = told.get(key)
    if value is None or (isinstance(value, str) and value.strip() in NOT_KNOWN):
        return None
    return decimal_of(value, key)


def decimal_of(value: Any, key: str) -> Decimal:
    """That value as a number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise unreadable(key, value, "no number")
    written = str(value).strip()
    try:
        found = Decimal(written) if len(written) <= _LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        raise unreadable(key, value, "no number") from None
    if not found.is_finite() or abs(found) >= MOST:
        raise unreadable(key, value, "no number that any record can have")
    return found


def whole(told: Told, key: str) -> int | None:
    """A whole number."""
    found = number(told, key)
    if found is not None and found != found.to_integral_value():
        raise unreadable(key, told[key], "no whole number")
    return None if found is None else int(found)


def seconds(told: Told, key: str) -> Decimal | None:
    """Seconds, as a number or as an ISO 8601 duration without years and months."""
    value = told.get(key)
    if not isinstance(value, str) or not value.strip().startswith("P"):
        return number(told, key)
    found = _DURATION.fullmatch(value.strip())
    if found is None or not any(found.groups()):
        raise unreadable(key, value, "no duration (such as PT1H30M)")
    return sum((Decimal(part) * _UNITS[name] for name, part in found.groupdict().items() if part), Decimal(0))


def instant(told: Told, key: str, zone: tzinfo = UTC) -> int | None:
    """Unix seconds of an ISO 8601 time; without an offset it is of that zone. A number is milliseconds."""
    value = told.get(key)
    if value is None or (isinstance(value, str) and value.strip() in NOT_KNOWN):
        return None
    if not isinstance(value, str):
        return int(decimal_of(value, key) // 1000)
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise unreadable(key, value, "no time (such as 2026-11-01T12:00:00Z)") from None
    return unix_s(moment, zone, key)


def unix_s(moment: datetime, zone: tzinfo, key: str) -> int:
    """Unix seconds of a moment; without an offset it is of that zone."""
    try:
        placed = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        return int(placed.timestamp() // 1)
    except (OverflowError, ValueError):
        raise unreadable(key, str(moment), "no time that there was") from None


def unreadable(key: str, value: Any, why: str) -> UnusableRecordError:
    """The error about a value; long ones are cut."""
    shown = str(value)
    return UnusableRecordError("unreadable", f"{key} is {shown[:_SHOWN]!r}{'...' * (len(shown) > _SHOWN)}: {why}")
