"""Pictures of a queue, one after the other: which jobs left between them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.sources import queue
from collectors.sources.target import Target
from pipeline.errors import LakeError
from pipeline.lake import Lake
from pipeline.schema import COVERAGE, QUEUE_JOB, QUEUE_LEFT
from pipeline.settings import Settings
from pipeline.source_settings import ScheddsSource

NOON = 1_793_534_400
AP = "ap1.pool.test"
SOURCE = ScheddsSource(name="asked", kind="schedds")
Picture = Callable[..., None]


def ad(cluster: int, proc: int) -> bytes:
    name = f"{AP}#{cluster}.{proc}#{NOON}"
    return f'ClusterId = {cluster}\nProcId = {proc}\nGlobalJobId = "{name}"\nJobStatus = 1\n'.encode()


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Picture:
    """Takes a picture of a queue that holds those jobs, at that second after noon."""
    lake = Lake(tmp_path / "lake")
    lake.create()

    def take(after_noon_s: int, *jobs: tuple[int, int], proof_every_s: int = 900) -> None:
        monkeypatch.setattr(queue, "_jobs", lambda name, location, page: [ad(*job) for job in jobs])
        settings = Settings(lake=lake.root, proof_every_s=proof_every_s)
        target = Target(f"asked: queue of {AP}", SOURCE, "queue", daemon=AP)
        queue.poll(target, None, lake, settings, datetime.fromtimestamp(NOON + after_noon_s, UTC))

    return take


def left(tmp_path: Path) -> list[tuple[int, int, int, int]]:
    rows = Lake(tmp_path / "lake").read(QUEUE_LEFT).to_pylist()
    return sorted(
        (row["cluster"], row["proc"], row["seen_utc"] - NOON, (row["left_utc"] - NOON) // 10 * 10) for row in rows
    )


def there(tmp_path: Path) -> set[tuple[int, int]]:
    return {(row["cluster"], row["proc"]) for row in Lake(tmp_path / "lake").read(QUEUE_JOB).to_pylist()}


def test_what_is_not_in_the_next_picture_has_left(picture: Picture, tmp_path: Path) -> None:
    picture(0, (1, 0), (1, 1), (2, 0))
    assert left(tmp_path) == []
    picture(300, (1, 1), (3, 0))
    assert left(tmp_path) == [(1, 0, 0, 300), (2, 0, 0, 300)]
    picture(600)
    assert left(tmp_path) == [(1, 0, 0, 300), (1, 1, 300, 600), (2, 0, 0, 300), (3, 0, 300, 600)]
    assert there(tmp_path) == set()


def test_killed_before_the_picture_is_replaced_it_is_told_once(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(0, (1, 0), (2, 0))
    with monkeypatch.context() as broken:
        broken.setattr(queue, "_replace", lambda *given: (_ for _ in ()).throw(LakeError("killed", "")))
        with pytest.raises(LakeError):
            picture(300, (2, 0))
    assert there(tmp_path) == {(1, 0), (2, 0)}
    picture(400, (2, 0))
    assert left(tmp_path) == [(1, 0, 0, 300)]
    assert there(tmp_path) == {(2, 0)}


@pytest.mark.parametrize(("proof_every_s", "proofs"), [(900, 2), (0, 4)])
def test_that_a_queue_was_asked_is_written_down_now_and_then(
    picture: Picture, tmp_path: Path, proof_every_s: int, proofs: int
) -> None:
    for after_noon_s in (0, 300, 600, 1000):
        picture(after_noon_s, (1, 0), proof_every_s=proof_every_s)
    assert Lake(tmp_path / "lake").count(COVERAGE) == proofs
