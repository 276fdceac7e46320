"""What a file of one's own may state: each kind with its columns, and how their text becomes a statement's values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.mail.address import is_address
from pipeline.metadata.entry import ALIASED, Kind
from pipeline.metadata.store import day_number

MOST_HOURS = 10**12
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
Reader = Callable[[str], Any]


@dataclass(frozen=True)
class Cell:
    """A column of a file: the statement's field that it fills, and what its text may be (ValueError says what)."""

    field: str
    read: Reader = str
    required: bool = False


@dataclass(frozen=True)
class Form:
    """A kind of statement, in one sentence, and the columns that it has besides `pool`, `valid_from` and `valid_to`."""

    kind: Kind
    doc: str
    cells: Mapping[str, Cell]

    @property
    def columns(self) -> dict[str, Cell]:
        """All columns by name."""
        return {**self.cells, **SHARED}


def _day(text: str) -> int:
    try:
        return day_number(date.fromisoformat(text))
    except ValueError:
        raise ValueError("no day such as 2026-11-21") from None


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("no moment such as 2026-11-21T08:00Z") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("no number") from None
    if not number.is_finite() or number < 0:
        raise ValueError("no number of 0 or more")
    return number


def _core_s(text: str) -> int:
    hours = _number(text)
    if hours > MOST_HOURS:
        raise ValueError(f"more than {MOST_HOURS:,} hours")
    return int((hours * 3600).to_integral_value())


def _share_ppm(text: str) -> int:
    share = _number(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
    if share > 1:
        raise ValueError("a share of more than the whole: write 20 % or 0.2")
    return int((share * 1_000_000).to_integral_value())


def _flag(text: str) -> bool:
    if text.lower() not in _YES + _NO:
        raise ValueError("neither yes nor no")
    return text.lower() in _YES


def _email(text: str) -> str:
    if not is_address(text):
        raise ValueError("no mail address such as name@example.org")
    return text.lower()


def _one_of(*words: str) -> Reader:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"none of {', '.join(words)}")
        return text

    return read


def _name(field: str = "name") -> Cell:
    return Cell(field, required=True)


SHARED: dict[str, Cell] = {
    "pool": Cell("pool"),
    "valid_from": Cell("valid_from", _day),
    "valid_to": Cell("valid_to", _day),
}
_INSTITUTION = Cell("institution_id")

FORMS: tuple[Form, ...] = (
    Form(
        "project",
        "A project: whose it is, and its field of science.",
        {
            "name": _name(),
            "pi": Cell("pi"),
            "institution": _INSTITUTION,
            "field": Cell("field_id"),
            "field_name": Cell("field_name"),
            "sponsor": Cell("sponsor"),
        },
    ),
    Form(
        "alias",
        "Another name of a project, resource or site, or another id of an institution: also an old name.",
        {
            "of": Cell("of_kind", _one_of(*ALIASED), required=True),
            "name": _name(),
            "registered": _name("target"),
        },
    ),
    Form("resource", "A resource and its site.", {"name": _name(), "site": _name("site"), "host": Cell("host")}),
    Form(
        "site",
        "A site, its facility, and its institution if the facility's is another one.",
        {"name": _name(), "facility": Cell("facility"), "institution": _INSTITUTION},
    ),
    Form("facility", "A facility and its institution.", {"name": _name(), "institution": _INSTITUTION}),
    Form("institution", "An institution: its id, and its name for people.", {"id": _name(), "title": _name("title")}),
    Form(
        "field",
        "A field of science: its id, its name, and the broad field that it belongs to.",
        {"id": _name(), "title": _name("title"), "area": Cell("target")},
    ),
    Form(
        "user",
        "The person behind an account (name@domain, or *@domain for all of a domain); `service`: it is no person.",
        {
            "name": _name(),
            "person": Cell("person"),
            "institution": _INSTITUTION,
            "service": Cell("is_service", _flag),
        },
    ),
    Form(
        "contact",
        "Who may see the usage of a project (as `pi`, else as `member`) or is the contact of a site, where there is a "
        "login.",
        {
            "of": Cell("of_kind", _one_of("project", "site"), required=True),
            "name": _name(),
            "email": Cell("target", _email, required=True),
            "role": Cell("title", _one_of("pi", "member")),
        },
    ),
    Form(
        "downtime",
        "A time in which a resource or site was not to be used.",
        {
            "id": _name(),
            "resource": _name("target"),
            "from": Cell("from_utc", _instant, required=True),
            "to": Cell("to_utc", _instant, required=True),
            "severity": Cell("severity"),
            "planned": Cell("is_planned", _flag),
            "title": Cell("title"),
        },
    ),
    Form(
        "pledge",
        "What a site or facility promised for its days: core hours, or with `share` that share of them.",
        {
            "of": Cell("of_kind", _one_of("site", "facility")),
            "name": _name(),
            "core_hours": Cell("core_s", _core_s),
            "share": Cell("share_ppm", _share_ppm),
            "title": Cell("title"),
        },
    ),
    Form(
        "allocation",
        "Core hours that a project was granted for its days; `resource_group`: to be spent there alone.",
        {
            "number": _name(),
            "project": _name("target"),
            "core_hours": Cell("core_s", _core_s),
            "resource_group": Cell("resource_group"),
            "title": Cell("title"),
        },
    ),
    Form(
        "award",
        "The number of an award that a project works for.",
        {"number": _name(), "project": _name("target"), "title": Cell("title")},
    ),
)


def form(kind: str) -> Form | None:
    """The form of that kind, if there is one."""
    return next((known for known in FORMS if known.kind == kind), None)
