"""The one filter state of all pages, and its form in the address bar. Pure: text in, a `View` out, and back.

The URL is the truth: every page shows what `parse` makes of its query string, every control writes what
`to_search` returns. So a link reproduces a view, and the back button works. Whatever the text is, `parse` returns
a view; what it could not use is named in `ignored`, because a filter that is dropped silently shows other numbers.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast
from urllib.parse import parse_qsl, quote_plus, urlencode

from dashboard.periods import CUSTOM, DEFAULT, NAMES
from pipeline.query import BOOKINGS, Booking, Where

USUAL = ("project", "site", "user")
FURTHER = ("institution", "field_of_science", "resource", "ap")
DIMENSIONS = (*USUAL, *FURTHER)
"""By what usage can be filtered: first what most people do, then what stands behind a button."""
LONGEST_NAME = 2_000
MOST_NAMES = 200
LONGEST_OPTION = 300
LONGEST_ZONE = 60
MOST_FIELDS = 1_000
YEARS = range(1990, 2200)
_ANY = "any name"
_OPTION = re.compile(r"[a-z]{1,16}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_RESERVED = frozenset({"pool", "range", "from", "to", "zone", "booking", *DIMENSIONS})


@dataclass(frozen=True)
class View:
    """What a page shows.

    pool        name; None is the default pool
    zone        time zone whose days are shown; None is the ledger's own
    preset      name of a period, or "custom": then `first` and `last` (None: as far as the data reach)
    options     settings of the page itself, such as what a chart is grouped by; sorted
    ignored     parts of the link that could not be used, as sentences; not part of the state
    """

    pool: str | None = None
    preset: str = DEFAULT
    first: date | None = None
    last: date | None = None
    project: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    user: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    field_of_science: tuple[str, ...] = ()
    resource: tuple[str, ...] = ()
    ap: tuple[str, ...] = ()
    zone: str | None = None
    booking: Booking = "used"
    options: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = field(default=(), compare=False)

    def names(self, dimension: str) -> tuple[str, ...]:
        """The chosen values of one of DIMENSIONS; none means all."""
        return cast("tuple[str, ...]", getattr(self, dimension))

    @property
    def where(self) -> Where:
        """The chosen values as the cube's filter, without the pool."""
        return tuple((name, self.names(name)) for name in DIMENSIONS if self.names(name))

    def option(self, key: str, choices: Iterable[str], default: str) -> str:
        """The page's setting if it is one of the choices, else the default."""
        chosen = dict(self.options).get(key, default)
        return chosen if chosen in choices else default


def narrowed(view: View, dimension: str, name: str) -> View:
    """The view with that dimension filtered to one name: what a click on a row or bar means."""
    return _with(view, dimension, (name,))


def widened(view: View) -> View:
    """The view without any chosen project, site, user, ..."""
    return replace(view, **dict.fromkeys(DIMENSIONS, ()), ignored=())  # type: ignore[arg-type]


def on_another_page(view: View) -> View:
    """The view as it goes along to another page: without the settings of this one."""
    return replace(view, options=(), ignored=())


def with_option(view: View, key: str, value: str | None) -> View:
    """The view with one setting of the page changed; None takes it back to the page's default."""
    others = {name: chosen for name, chosen in view.options if name != key}
    chosen = others if value is None else {**others, key: value}
    return replace(view, options=tuple(sorted(chosen.items())), ignored=())


def with_names(view: View, dimension: str, names: Iterable[str]) -> View:
    """The view with the chosen values of one dimension replaced; doubles are dropped."""
    return _with(view, dimension, tuple(dict.fromkeys(names)))


def with_preset(view: View, preset: str) -> View:
    """The view with a period by name."""
    return replace(view, preset=preset, first=None, last=None, ignored=())


def with_days(view: View, first: date | None, last: date | None) -> View:
    """The view with days of one's own."""
    return replace(view, preset=CUSTOM, first=first, last=last, ignored=())


def _with(view: View, dimension: str, names: tuple[str, ...]) -> View:
    chosen: dict[str, tuple[str, ...]] = {dimension: names}
    return replace(view, **chosen, ignored=())  # type: ignore[arg-type]


def to_search(view: View) -> str:
    """The query string of a view, with its question mark; empty for the default view. `parse` is its inverse."""
    pairs = [("pool", view.pool)] if view.pool is not None else []
    if view.preset == CUSTOM:
        pairs += [("range", CUSTOM)] if view.first is view.last is None else []
        pairs += [("from", view.first.isoformat())] if view.first else []
        pairs += [("to", view.last.isoformat())] if view.last else []
    elif view.preset != DEFAULT:
        pairs.append(("range", view.preset))
    pairs += [("zone", view.zone)] if view.zone is not None else []
    pairs += [(name, value) for name in DIMENSIONS for value in view.names(name)]
    pairs += [("booking", view.booking)] if view.booking != "used" else []
    pairs += list(view.options)
    return "?" + urlencode(pairs) if pairs else ""


def searches_of(view: View, dimension: str) -> Callable[[str], str]:
    """The query string of the view narrowed to a name, for many names: `to_search(narrowed(view, dimension, name))`."""
    any_name = f"{dimension}={quote_plus(_ANY)}"
    before, _, after = to_search(narrowed(view, dimension, _ANY)).partition(any_name)
    return lambda name: f"{before}{dimension}={quote_plus(name)}{after}"


def parse(search: str | None) -> View:
    """The view that a query string means. Never raises; see `View.ignored`."""
    try:
        pairs = parse_qsl((search or "").removeprefix("?"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return View(ignored=("The link has too many parts: all were ignored.",))
    ignored: list[str] = []
    single = {name: value for name, value in pairs if name not in DIMENSIONS}
    first, last = _day(single.get("from"), ignored), _day(single.get("to"), ignored)
    if first and last and first > last:
        ignored.append("The link's first day comes after its last: both were ignored.")
        first = last = None
    chosen = {name: _names(name, pairs, ignored) for name in DIMENSIONS}
    return View(
        pool=_pool(single.get("pool"), ignored),
        preset=CUSTOM if first or last else _preset(single.get("range"), ignored),
        first=first,
        last=last,
        zone=_zone(single.get("zone"), ignored),
        booking=_booking(single.get("booking"), ignored),
        options=tuple(sorted((key, value) for key, value in single.items() if _is_option(key, value))),
        ignored=tuple(ignored),
        **chosen,
    )


def _is_option(key: str, value: str) -> bool:
    return key not in _RESERVED and bool(_OPTION.fullmatch(key)) and len(value) <= LONGEST_OPTION


def _pool(name: str | None, ignored: list[str]) -> str | None:
    if name is None or 0 < len(name) <= LONGEST_NAME:
        return name
    ignored.append("The link's pool has no usable name: the default pool is shown.")
    return None


def _zone(name: str | None, ignored: list[str]) -> str | None:
    """Whether the cube has its days, the cube says."""
    if name is None or 0 < len(name) <= LONGEST_ZONE:
        return name
    ignored.append("The link's time zone has no usable name: days of the ledger's own zone are shown.")
    return None


def _preset(name: str | None, ignored: list[str]) -> str:
    if name is None:
        return DEFAULT
    if name in NAMES or name == CUSTOM:
        return name
    ignored.append("The link names a time range that does not exist: it was ignored.")
    return DEFAULT


def _day(text: str | None, ignored: list[str]) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        ignored.append("The link has a day that is not a date such as 2026-09-21: it was ignored.")
        return None
    return day


def _booking(name: str | None, ignored: list[str]) -> Booking:
    for booking in BOOKINGS:
        if name == booking:
            return booking
    if name is not None:
        ignored.append("The link's booking is neither 'used' nor 'ended': it was ignored.")
    return "used"


def _names(dimension: str, pairs: list[tuple[str, str]], ignored: list[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(value for name, value in pairs if name == dimension))
    usable = tuple(name for name in names if len(name) <= LONGEST_NAME)[:MOST_NAMES]
    if len(usable) < len(names):
        left_out = len(names) - len(usable)
        ignored.append(f"{left_out} of the link's names of a {dimension} are too long or too many: they were ignored.")
    return usable
