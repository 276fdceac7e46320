"""An import is one commit: whole or not at all, and without a change there is none."""

from datetime import UTC, date, datetime

import pytest

import pipeline.metadata.store
from pipeline.courtesy import courteously
from pipeline.cube import Cube
from pipeline.errors import LakeRace, UsageError
from pipeline.lake import Lake
from pipeline.metadata.entry import Entry, oddity
from pipeline.metadata.store import Origin, put, read
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.rewrite import Rewrite
from pipeline.schema import METADATA
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.pipeline.ledger_rows import small_ledger

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOPOLOGY = Origin("topology", "topology", date(2026, 11, 1))
OWN = Origin("own.csv", "file", None)
ADA = Entry(kind="project", name="A", pi="Ada")
BEN = Entry(kind="project", name="B", pi="Ben")


def names(lake: Lake) -> list[tuple[str, str, str]]:
    return sorted((row["source"], row["kind"], row["name"]) for row in read(lake))


def test_the_same_import_twice_changes_nothing(lake: Lake) -> None:
    first = put(lake, [ADA, oddity("x", "odd", "why")], TOPOLOGY, NOW)
    assert (first.new, first.gone, first.kinds, first.oddities) == (3, 0, {"project": 1}, {"odd": 1})
    rows, version = read(lake), lake.snapshot(METADATA).version
    again = put(lake, [oddity("x", "odd", "why"), ADA], TOPOLOGY, LATER)
    assert (again.new, again.gone) == (0, 0)
    assert lake.snapshot(METADATA).version == version
    assert read(lake) == rows


def test_a_state_that_changes_nothing_moves_only_its_day(lake: Lake) -> None:
    put(lake, [ADA], TOPOLOGY, NOW)
    moved = put(lake, [ADA], Origin("topology", "topology", date(2026, 11, 9)), LATER)
    assert (moved.new, moved.gone) == (1, 1)
    days = {row["kind"]: row["as_of"] for row in read(lake)}
    assert days == {"project": 20758, "import": 20766}


def test_an_import_replaces_only_its_own(lake: Lake) -> None:
    put(lake, [ADA, BEN], OWN, NOW)
    put(lake, [ADA], TOPOLOGY, NOW)
    done = put(lake, [BEN], OWN, NOW)
    assert (done.new, done.gone) == (0, 1)
    assert names(lake) == [
        ("own.csv", "import", "own.csv"),
        ("own.csv", "project", "B"),
        ("topology", "import", "topology"),
        ("topology", "project", "A"),
    ]


def test_an_older_state_is_refused(lake: Lake) -> None:
    put(lake, [ADA], TOPOLOGY, NOW)
    with pytest.raises(UsageError, match="2026-10-31 is older than that of 2026-11-01"):
        put(lake, [BEN], Origin("topology", "topology", date(2026, 10, 31)), NOW)
    assert names(lake) == [("topology", "import", "topology"), ("topology", "project", "A")]


def test_an_import_that_is_tried_out_changes_nothing(lake: Lake) -> None:
    done = put(lake, [ADA], TOPOLOGY, NOW, dry_run=True)
    assert (done.new, done.gone) == (2, 0)
    assert read(lake) == []


def test_an_import_that_is_stopped_leaves_what_was_there(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lake, [ADA], TOPOLOGY, NOW)
    with monkeypatch.context() as broken:
        broken.setattr(Rewrite, "commit", _stopped)
        with pytest.raises(KeyboardInterrupt):
            put(lake, [BEN], OWN, NOW)
    assert names(lake) == [("topology", "import", "topology"), ("topology", "project", "A")]


def _stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_two_imports_at_once_are_both_in_force(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one commits between the first one's reading and writing; the first reads again."""
    plain = pipeline.metadata.store._held
    calls: list[int] = []

    def meanwhile(*given: object) -> object:
        if not calls:
            calls.append(1)
            put(lake, [BEN], OWN, NOW)
        return plain(*given)  # type: ignore[arg-type]

    # the first one holds the lock meanwhile; the second one has no patience
    monkeypatch.setattr(Lake, "committing", lambda lake: courteously(lake.root / "commit.lock", longest_s=0.1))
    monkeypatch.setattr(pipeline.metadata.store, "_held", meanwhile)
    put(lake, [ADA], TOPOLOGY, NOW)
    assert [name for _, kind, name in names(lake) if kind == "project"] == ["B", "A"]


def test_a_table_that_others_change_all_the_time_is_told(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def raced(*_: object, **__: object) -> None:
        raise LakeRace("another was faster")

    monkeypatch.setattr(Rewrite, "replace", raced)
    with pytest.raises(LakeRace, match="others change it all the time"):
        put(lake, [ADA], TOPOLOGY, NOW)


def test_other_metadata_make_another_cube(lake: Lake) -> None:
    settings = Settings(lake=lake.root)
    before, _ = publish(lake, settings, lambda step: None)
    put(lake, [ADA], TOPOLOGY, NOW)
    after, is_new = publish(lake, settings, lambda step: None)
    assert is_new
    assert after.version != before.version


def test_a_cube_that_is_renewed_knows_the_new_names(lake: Lake) -> None:
    small_ledger(lake)
    settings = Settings(lake=lake.root)
    for entries, expected in (((), [("unmapped", 1910)]), ((ADA,), [("Ada", 900), ("unmapped", 1010)])):
        put(lake, entries, OWN, NOW)
        publish(lake, settings, lambda step: None)
        rows = Cube.open(lake.root).usage(UsageQuery(by=("pi",), metrics=("wall_s",)), LOCAL).to_pylist()
        assert [(row["pi"], row["wall_s"]) for row in rows] == expected
