"""Jobs in slices: no job is in two, and the cube is the one that is made of all jobs at once."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as configured
from hypothesis import strategies as st

from pipeline import build as building
from pipeline import by_job
from pipeline.lake import Lake
from pipeline.reads import RECORDS, read_by_job
from pipeline.settings import Settings
from pipeline.slices import cut
from tests.pipeline.incremental.cubes import differences
from tests.pipeline.incremental.random_rows import BATCHES, write


def quiet(step: str) -> None:
    pass


@given(
    batches=st.lists(BATCHES, min_size=1, max_size=3),
    records=st.integers(1, 6),
    others=st.sampled_from([(), ("America/Chicago",)]),
)
@configured(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example takes seconds: too slow to shrink
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_a_cube_of_slices_is_the_one_that_is_made_at_once(
    monkeypatch: pytest.MonkeyPatch, batches: list[dict[str, Any]], records: int, others: tuple[str, ...]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        lake = Lake(folder / "lake")
        lake.create()
        for number, batch in enumerate(batches, start=1):
            write(lake, batch, number)
        settings = Settings(lake=lake.root, other_zones=others)
        source = building.inputs(lake, settings)
        at_once, sliced = folder / "at_once", folder / "sliced"
        held = building.build(source, at_once, settings, quiet)
        with monkeypatch.context() as patched:
            patched.setattr(by_job, "at_a_time", lambda memory_mib: records)
            assert building.build(source, sliced, settings, quiet) == held
        assert differences(sliced, at_once) == {}
        assert not list(folder.glob("slices-*"))


PLACES = st.tuples(st.sampled_from(["ap1", "ap2"]), st.one_of(st.none(), st.integers(1, 6)), st.integers(0, 1))
IDS = st.one_of(
    st.none(),
    st.builds(lambda cluster, proc: f"ap#{cluster}.{proc}#1", st.integers(1, 6), st.integers(0, 1)),
    st.sampled_from(["", "#", "ap", "ap#x.0#1", "ap#1#", "ap#99999999999999999999.0#1", "ap#1.0#2.0#3"]),
)
SAID = st.lists(st.tuples(PLACES, IDS), min_size=1, max_size=30)


@given(said=SAID, records=st.integers(1, 10))
@configured(max_examples=40, deadline=None)
def test_what_shares_an_id_or_a_place_is_in_one_slice(
    said: list[tuple[tuple[str, int | None, int], str | None]], records: int
) -> None:
    with TemporaryDirectory() as folder, duckdb.connect() as con:
        con.execute("CREATE TABLE said (record_id BIGINT, ap VARCHAR, cluster BIGINT, proc BIGINT, id VARCHAR)")
        for number, ((ap, cluster, proc), job_id) in enumerate(said):
            con.execute("INSERT INTO said VALUES (?, ?, ?, ?, ?)", [number, ap, cluster, proc, job_id])
        rows = {table: _rows_of(table.name) for table in RECORDS}
        found = [
            {row for table in RECORDS for row in con.sql(f"SELECT record_id FROM ({part.rows[table]})").fetchall()}
            for part in cut(con, rows, Path(folder), records)
        ]
        slice_of = {record: number for number, part in enumerate(found) for (record,) in part}
        assert sum(map(len, found)) == len(said) == len(slice_of)
        for one, ((ap, cluster, proc), job_id) in enumerate(said):
            for other, ((other_ap, *other_place), other_id) in enumerate(said):
                is_place = cluster is not None and [cluster, proc] == other_place
                if ap == other_ap and (is_place or (job_id is not None and job_id == other_id)):
                    assert slice_of[one] == slice_of[other]


def _rows_of(table: str) -> str:
    """A quarter of the table `said`, with all columns of that table of records."""
    known = {record.name: record for record in RECORDS}
    said = {"pool": "'pool'", "ap": "ap", "cluster": "cluster", "proc": "proc", "global_job_id": "id"}
    said["record_id"] = "record_id"
    columns = ", ".join(f'{said.get(name, "NULL")} AS "{name}"' for name in read_by_job(known[table]))
    return f"SELECT {columns} FROM said WHERE record_id % {len(RECORDS)} = {RECORDS.index(known[table])}"
