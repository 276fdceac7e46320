"""Numbers of a receipt as people read them: seconds as they are, core hours exact enough for a second."""

from datetime import UTC, datetime

UNKNOWN = "—"
MINUS = "\u2212"


def core_h(mcore_s: int | None) -> str:
    """Milli-core-seconds as core hours, to four decimals."""
    return UNKNOWN if mcore_s is None else signed(mcore_s / 3_600_000, 4)


def signed(value: float, decimals: int) -> str:
    """A number with a true minus."""
    text = f"{abs(value):,.{decimals}f}"
    return MINUS + text if value < 0 and text.strip("0.,") else text


def seconds(value: int | None) -> str:
    return UNKNOWN if value is None else signed(value, 0)


def cores(milli: int | None) -> str:
    """`1`, `1.5`."""
    return UNKNOWN if milli is None else f"{milli / 1000:,g}"


def whole(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def moment(instant_utc: int | None) -> str:
    """`2026-11-21 04:41:00` in UTC."""
    return UNKNOWN if instant_utc is None else datetime.fromtimestamp(instant_utc, UTC).strftime("%Y-%m-%d %H:%M:%S")
