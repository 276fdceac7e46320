"""Number literals: bytes -> the whole number that a column stores, or the statement that only the careful reader knows.

The result is the one of Python's `round(float(text) * scale)`. Up to 15 digits and powers of ten up to 22 are exact in
a double, so one division rounds as a correct parser does. Longer digits are cut: parsing, scaling and rounding are all
monotonic, so if the cut number and its successor are stored alike, so is the number between them.
"""

import numpy as np

from collectors.classads.fast.kernel.compiled import compiled

UNKNOWN, KNOWN, ODD = 0, 1, 2
"""What a literal is to a column: of no use to it, a value, or not for this reader."""

LONGEST = 40
_MOST_DIGITS = 18
_SURE_DIGITS = 15
_MOST_SCALED = 12
_EXACT = 2.0**53
_TENS = np.array([10.0**power for power in range(23)])
_WHOLE_TENS = np.array([10**power for power in range(_MOST_DIGITS + 1)], np.int64)


@compiled
def read_number(source, begin, end, scale, lowest):  # type: ignore[no-untyped-def]
    """(UNKNOWN, KNOWN or ODD; the stored number). ODD also where the bytes are no number."""
    if end - begin > LONGEST:
        return ODD, 0
    at = begin
    negative = False
    if source[at] == 45 or source[at] == 43:
        negative = source[at] == 45
        at += 1
    mantissa, kept, seen, power = np.int64(0), 0, 0, 0
    cut = False
    point = False
    while at < end:
        byte = source[at]
        if 48 <= byte <= 57:
            seen += 1
            if kept < _MOST_DIGITS:
                mantissa = mantissa * 10 + (np.int64(byte) - 48)
                kept += mantissa != 0
                power -= point
            else:
                cut = cut or byte != 48
                power += not point
        elif byte == 46 and not point:
            point = True
        else:
            break
        at += 1
    if not seen:
        return ODD, 0
    if at == end and not point:
        return _whole(mantissa, negative, power, scale, lowest, kept)
    if at < end:
        sure, exponent = _exponent(source, at, end)
        if not sure:
            return ODD, 0
        power += exponent
    return _real(mantissa, kept, cut, power, negative, scale, lowest)


@compiled
def _whole(mantissa, negative, power, scale, lowest, kept):  # type: ignore[no-untyped-def]
    if power or (scale > 1 and kept > _MOST_SCALED):
        return ODD, 0
    stored = (-mantissa if negative else mantissa) * scale
    return (KNOWN, stored) if stored >= lowest else (UNKNOWN, 0)


@compiled
def _exponent(source, at, end):  # type: ignore[no-untyped-def]
    """Whether an exponent of at most three digits stands there, and which."""
    if source[at] != 69 and source[at] != 101:
        return False, 0
    at += 1
    negative = False
    if at < end and (source[at] == 45 or source[at] == 43):
        negative = source[at] == 45
        at += 1
    if at == end or end - at > 3:
        return False, 0
    exponent = np.int64(0)
    while at < end:
        if not 48 <= source[at] <= 57:
            return False, 0
        exponent = exponent * 10 + (np.int64(source[at]) - 48)
        at += 1
    return True, -exponent if negative else exponent


@compiled
def _real(mantissa, kept, cut, power, negative, scale, lowest):  # type: ignore[no-untyped-def]
    if kept > _SURE_DIGITS:
        tens = _WHOLE_TENS[kept - _SURE_DIGITS]
        cut = cut or mantissa % tens != 0
        mantissa //= tens
        power += kept - _SURE_DIGITS
    if mantissa == 0:
        power = 0
    if not -22 <= power <= 22:
        return ODD, 0
    sure, stored = _rounded(mantissa, power, scale)
    if cut and sure:
        also, above = _rounded(mantissa + 1, power, scale)
        sure = also and above == stored
    if not sure:
        return ODD, 0
    stored = -stored if negative else stored
    return (KNOWN, stored) if stored >= lowest else (UNKNOWN, 0)


@compiled
def _rounded(mantissa, power, scale):  # type: ignore[no-untyped-def]
    """Whether mantissa x 10**power x scale is small enough to be sure of, and that, rounded half to even."""
    value = np.float64(mantissa)
    value = value / _TENS[-power] if power < 0 else value * _TENS[power]
    product = value * np.float64(scale)
    if not product < _EXACT:
        return False, 0
    return True, np.int64(np.rint(product))
