"""How far streams were read is asked for by name: a lake knows more of them than a poll needs."""

from pathlib import Path

from collectors.opening import opened
from collectors.streams import Mark, possible_names, read_marks
from pipeline.lake import Lake
from pipeline.schema import SOURCE_FILE
from tests.collectors.conftest import Ingest
from tests.collectors.records import history, job_ad, write


def test_marks_are_the_furthest_of_each_stream_that_is_asked_for(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    short, longer = history(job_ad(1)), history(job_ad(1), job_ad(2))
    read(write(tmp_path / "history", short))
    read(write(tmp_path / "history", longer))
    read(write(tmp_path / "other", history(job_ad(3))))
    rows = lake.read(SOURCE_FILE).to_pylist()
    (wanted,) = {row["source"] for row in rows if row["path"].endswith("history")}
    (digest,) = {row["prefix_digest"] for row in rows if row["read_bytes"] == len(longer)}
    assert read_marks(lake, [wanted, "history:unheard of"]) == {wanted: Mark(len(longer), digest)}
    assert len(read_marks(lake)) == 2
    assert read_marks(lake, []) == {}


def test_a_files_stream_is_among_its_possible_names(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    """Also where another file has begun alike and gone on differently."""
    paths = [write(tmp_path / f"history{n}", history(job_ad(1), job_ad(n))) for n in (2, 3, 4)]
    read(*paths)
    names = set(read_marks(lake))
    for path in paths:
        with opened(path) as file:
            assert names < set(possible_names(file.file, "history", ("pool", None)))
    assert len(names) == 3
