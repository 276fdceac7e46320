"""An ad as htcondor2 gives it -> the bytes of its long form, as it stands in a file that HTCondor writes.

Seen with 23.9.6 and 25.14.1: `printOld` gives each value byte by byte as the file has it, and daemons that are asked
for some attributes send those as well that their expressions refer to, over any number of steps.
"""

from typing import Any

import classad2


def long_form(ad: Any) -> bytes:
    """One line per attribute. A line break within a string is written with the two characters that stand for it."""
    text: str = ad.printOld()
    if text.count("\n") != len(ad):
        text = "".join(_one_line(name, ad.lookup(name)) for name in ad)
    return text.encode("utf-8", "surrogateescape")


def _one_line(name: str, value: Any) -> str:
    alone = classad2.ClassAd()
    alone[name] = value
    text: str = alone.printOld()
    return text.removesuffix("\n").replace("\n", "\\n").replace("\r", "\\r") + "\n"


def quoted(text: str) -> str:
    """The text as a string within a ClassAd expression."""
    written: str = classad2.quote(text)
    return written
