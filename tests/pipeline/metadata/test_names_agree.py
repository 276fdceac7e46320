"""The ledger's names against those of a second implementation: on random metadata and pools, and on Topology."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import rules, workbench
from pipeline.metadata import topology
from pipeline.metadata.entry import Entry, Kind
from pipeline.query import dimension
from pipeline.schema import METADATA
from tests.pipeline.metadata.plain_names import Names, Row

MADE = ("institution", "field_of_science", "project_day", "site_day", "user_day")
OF_PROJECT = ("project", "pi", "institution", "institution_id", "field_of_science", "field_area", "nsf_field")
OF_SITE = ("site", "resource", "facility", "contributing_institution")
OF_USER = ("person", "account", "user_institution")
COMPARED = (*OF_PROJECT, *OF_SITE, *OF_USER)
KINDS: tuple[Kind, ...] = ("project", "alias", "resource", "site", "facility", "institution", "field", "user")
WORDS = st.sampled_from(["a", "b", "c"])
SOME_WORD = st.one_of(st.none(), WORDS)
DAYS = st.one_of(st.none(), st.none(), st.integers(1, 4))


@contextmanager
def ledger(statements: Sequence[Row], usage: Sequence[Row]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The models about names, of those statements and that usage."""
    day = {"day": pa.array([row["day"] for row in usage], pa.int32()).cast(pa.date32())}
    names = {name: [row[name] for row in usage] for name in ("pool", "project", "site", "resource", "user", "wall_s")}
    lake_metadata = pa.Table.from_pylist(list(statements), schema=METADATA.arrow)
    used = pa.table({**names, **day})
    with duckdb.connect() as con:
        workbench.prepare(con, "UTC")
        con.register("given_metadata", lake_metadata)
        con.register("given_usage", used)
        con.execute("CREATE TABLE lake_metadata AS FROM given_metadata")
        for name in ("usage_day", "usage_project_day", "usage_site_day", "usage_user_day"):
            con.execute(f"CREATE TABLE {name} AS FROM given_usage")
        for model in MADE:
            con.execute(f"CREATE TABLE {model} AS {rules.model_sql(model)}")
        yield con


def sums(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[tuple[Any, ...], int]:
    groups = ", ".join(dimension(name).sql for name in names)
    rows = con.execute(f"SELECT {groups}, sum(wall_s) FROM usage_day AS fact GROUP BY ALL").fetchall()
    return {row[:-1]: int(row[-1]) for row in rows}


def plain_sums(statements: Sequence[Row], usage: Sequence[Row], names: Sequence[str]) -> dict[tuple[Any, ...], int]:
    known, found = Names(statements), Counter[tuple[Any, ...]]()
    for row in usage:
        values = known.dimensions(row)
        found[tuple(values[name] for name in names)] += row["wall_s"]
    return dict(found)


def statement(number: int, entry: Entry, basis: str = "topology", source: str = "topology") -> Row:
    return asdict(entry) | {
        "basis": basis,
        "source": source,
        "as_of": None,
        "imported_by": "tests",
        "imported_utc": 1,
        "record_id": number,
    }


@st.composite
def statements_of_names(draw: st.DrawFn) -> list[Row]:
    made = []
    for number in range(draw(st.integers(4, 24))):
        kind = draw(st.sampled_from(KINDS))
        name = draw(st.sampled_from(["a@x", "b@x", "*@x"])) if kind == "user" else draw(WORDS)
        entry = Entry(
            kind=kind,
            name=name,
            pool=draw(st.sampled_from([None, None, "p"])),
            of_kind=draw(st.sampled_from(["project", "site", "resource", "institution"])) if kind == "alias" else None,
            target=draw(WORDS) if kind == "alias" else draw(SOME_WORD) if kind == "field" else None,
            title=draw(SOME_WORD),
            pi=draw(SOME_WORD),
            person=draw(SOME_WORD),
            institution_id=draw(SOME_WORD) if kind in ("project", "site", "facility", "user") else None,
            field_id=draw(SOME_WORD) if kind == "project" else None,
            field_name=draw(SOME_WORD) if kind == "project" else None,
            site=draw(WORDS) if kind == "resource" else None,
            facility=draw(SOME_WORD) if kind == "site" else None,
            is_service=draw(st.sampled_from([None, False, True])),
            valid_from=draw(DAYS),
            valid_to=draw(DAYS),
        )
        basis = draw(st.sampled_from(["file", "topology"]))
        made.append(statement(number, entry, basis, draw(st.sampled_from(["s", "t"]))))
    return made


USAGE = st.lists(
    st.fixed_dictionaries(
        {
            "pool": st.sampled_from(["p", "q"]),
            "day": st.integers(0, 5),
            "project": st.sampled_from(["a", "b", "c", "unmapped"]),
            "site": st.sampled_from(["a", "b", "c", "unattributed"]),
            "resource": st.sampled_from(["a", "b", "unattributed"]),
            "user": st.sampled_from(["a@x", "b@x", "c@x", "a@y", "unknown"]),
            "wall_s": st.integers(0, 100),
        }
    ),
    min_size=6,
    max_size=24,
)


@given(statements_of_names(), USAGE)
def test_random_names_stand_for_what_the_plain_implementation_says(statements: list[Row], usage: list[Row]) -> None:
    with ledger(statements, usage) as con:
        for names in (("project", *OF_PROJECT[1:]), OF_SITE, OF_USER):
            assert sums(con, names) == plain_sums(statements, usage, names)
        total = con.execute("SELECT sum(wall_s) FROM usage_day").fetchall()[0][0]
        assert all(sum(sums(con, (name,)).values()) == total for name in COMPARED)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> list[Row]:
    found = topology.read(shared_data / "topology" / "topology-raw-yaml.tar.gz")
    return [statement(number, entry) for number, entry in enumerate(found) if entry.kind not in ("oddity", "downtime")]


def test_the_names_of_topology_stand_for_what_the_plain_implementation_says(real: list[Row]) -> None:
    """Usage under names that Topology registers, under their other names, and under some that it does not know."""
    draw = random.Random(4)
    names = {
        "project": [row["name"] for row in real if "project" in (row["kind"], row["of_kind"])],
        "site": [row["name"] for row in real if row["kind"] in ("site", "resource") or row["of_kind"] == "site"],
        "resource": [row["name"] for row in real if row["kind"] == "resource"],
    }
    usage = [
        {
            "pool": "p",
            "day": 20_758 + number % 3,
            "project": draw.choice([*draw.sample(names["project"], 9), "unmapped", "nobody's"]),
            "site": draw.choice([*draw.sample(names["site"], 9), "unattributed", "elsewhere"]),
            "resource": draw.choice([*draw.sample(names["resource"], 2), *["unattributed"] * 3]),
            "user": "a@x",
            "wall_s": draw.randrange(1000),
        }
        for number in range(120)
    ]
    with ledger(real, usage) as con:
        for wanted in (OF_PROJECT, OF_SITE):
            made, expected = sums(con, wanted), plain_sums(real, usage, wanted)
            assert made == expected
            assert len(made) > 50
