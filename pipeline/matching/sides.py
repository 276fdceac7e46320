"""The two sides of a match, as ClassAds: a job and a slot, of what the lake keeps of them.

In: values by attribute (what columns hold) and lines of the ad (`match_ad`). An attribute that neither tells of is *not
collected*, which is not the same as undefined.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pipeline.matching.clauses import is_too_large, library

Plain = str | int | float | bool | None


@dataclass(frozen=True)
class Side:
    """A job, or a slot in one of its two states.

    values    attribute, in lower case -> its value; None: the ad has it not
    lines     lines of its ad; None: the collector did not keep them
    """

    values: Mapping[str, Plain]
    lines: str | None

    @property
    def written(self) -> Mapping[str, Any]:
        """Attribute, in lower case -> its expression, of the lines."""
        return _parsed_lines(self.lines)

    def tells(self, name: str) -> bool:
        """Whether it is known if the ad has that attribute, and its value."""
        return name in self.values or name in self.written

    def has(self, name: str) -> bool:
        """Whether the ad has that attribute, as far as is known."""
        if name in self.values:
            return self.values[name] is not None
        return name in self.written and str(self.written[name]) != "undefined"

    def shown(self, name: str) -> Plain:
        """What tells two values of that attribute apart."""
        if name in self.values:
            return self.values[name]
        found = self.written.get(name)
        return None if found is None else str(found)

    @cached_property
    def ad(self) -> Any:
        """All that it has as one ClassAd."""
        ad = library().ClassAd()
        for name in {*self.written, *self.values}:
            if self.has(name):
                ad[name] = self.values[name] if name in self.values else self.written[name]
        return ad


@lru_cache(4096)
def _parsed_lines(lines: str | None) -> Mapping[str, Any]:
    """Each line by itself: one that the library cannot parse would make it forget all lines after it."""
    classad2 = library()
    found: dict[str, Any] = {}
    for line in (lines or "").split("\n"):
        if not line or is_too_large(line):
            continue
        try:
            ad = next(classad2.parseAds(line + "\n", classad2.ParserType.Old), None)
        except (classad2.ClassAdException, UnicodeError):
            continue
        if ad is not None:
            found |= {name.lower(): ad.lookup(name) for name in ad}
    return found
