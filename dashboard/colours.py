"""Colours of charts: one palette for light and dark, told apart by colour-blind eyes, and one colour per entity.

The rule: an entity's colour is its rank in its whole pool (all days, by wall time), so it is the same on every page
and under every filter. Where two entities on one chart would share a colour, the smaller one takes the next free.
"""

from collections.abc import Iterable, Sequence

PALETTE = ("#3752c5", "#dfbd77", "#319078", "#d56ecc", "#a6c7e8", "#b92d1e", "#6d4f74", "#9a9e08")
OTHER = "#a7adb6"
NOT_KNOWN = "#7b828c"
NOT_KNOWN_NAMES = frozenset({"unmapped", "unattributed", "unknown"})
"""Lines of usage that no project, site or user is known for: drawn apart, in grey."""


def colours(shown: Iterable[str], ranked: Sequence[str]) -> dict[str, str]:
    """A colour for each shown name; `ranked` are the names of the whole pool, largest first."""
    rank = {name: place for place, name in enumerate(name for name in ranked if name not in NOT_KNOWN_NAMES)}
    wanted = list(dict.fromkeys(shown))
    named = sorted((n for n in wanted if n not in NOT_KNOWN_NAMES), key=lambda n: (rank.get(n, len(rank)), n))
    chosen = {name: NOT_KNOWN for name in wanted if name in NOT_KNOWN_NAMES}
    taken: set[int] = set()
    for name in named:
        home = rank.get(name, len(rank)) % len(PALETTE)
        free = next((p for p in _from(home) if p not in taken), home)
        taken.add(free)
        chosen[name] = PALETTE[free]
    return chosen


def _from(home: int) -> Iterable[int]:
    return ((home + step) % len(PALETTE) for step in range(len(PALETTE)))
