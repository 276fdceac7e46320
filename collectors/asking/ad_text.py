"""An ad as htcondor2 gives it -> the bytes of its long form, as it would stand in a file.

A string with a line break would look like several attributes: it is written with the two characters that stand for
it. An expression that names attributes which were not asked for is reported: it would be evaluated differently.
"""

from typing import Any

import classad2

_BREAKS = str.maketrans({"\n": "\\n", "\r": "\\r"})


def long_form(ad: Any) -> bytes:
    """One line per attribute."""
    for name, value in list(ad.items()):
        if isinstance(value, str) and ("\n" in value or "\r" in value):
            ad[name] = value.translate(_BREAKS)
    text: str = ad.printOld()
    return text.encode("utf-8", "surrogateescape")


def unresolved(ad: Any) -> set[str]:
    """Names that expressions of the ad refer to and that the ad has not."""
    names: set[str] = set()
    for name in ad:
        value = ad.lookup(name)
        if isinstance(value, classad2.ExprTree):
            names.update(ad.externalRefs(value))
    return {name for name in names if "." not in name}
