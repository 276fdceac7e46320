"""From files to the badge: a record or a rotation that is deleted before it is read turns it, and nothing else does."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.state import DataState
from pipeline.viewer import LOCAL
from tests.collectors.sources.conftest import FilesAt
from tests.collectors.sources.spool import NOON, Spool

DAY = 86_400
TOMORROW = date.fromisoformat(f"{datetime.fromtimestamp(NOON + DAY, UTC):%Y-%m-%d}")


def badge(lake: Lake, now_utc: int) -> DataState:
    """The badge of the day after the first poll, which is the first whole one."""
    settings = Settings(lake=lake.root)
    publish(lake, settings, lambda step: None)
    now = datetime.fromtimestamp(now_utc, UTC)
    return Cube.open(lake.root).state((settings.pool,), LOCAL, now, first=TOMORROW)


def nothing(spool: Spool, rotated: list[Path]) -> None:
    """What is not touched is whole."""


def delete_a_rotation(spool: Spool, rotated: list[Path]) -> None:
    """The second of three."""
    rotated[1].unlink()


def delete_a_record(spool: Spool, rotated: list[Path]) -> None:
    """The second record of three of the newest rotation."""
    content = rotated[2].read_bytes()
    ends = [found.end() for found in re.finditer(rb"^\*\*\* .*\n", content, re.MULTILINE)]
    rotated[2].write_bytes(content[: ends[0]] + content[ends[1] :])


@pytest.mark.parametrize(
    ("deed", "state", "says"),
    [
        (nothing, "complete", "each source proves it"),
        (delete_a_rotation, "partial", "a rotation between"),
        (delete_a_record, "partial", "a break in the chain of history records"),
    ],
)
def test_the_badge_turns_if_anything_is_deleted_before_it_is_read(
    lake: Lake, tmp_path: Path, deed: Callable[[Spool, list[Path]], None], state: str, says: str
) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    spool, poll = Spool(folder), FilesAt(lake, folder / "history*")
    spool.write(1, at=NOON)
    poll(NOON)
    rotated = []
    for number in range(3):
        at = NOON + DAY + number * 600
        spool.write(10 * number + 11, 10 * number + 12, 10 * number + 13, at=at)
        rotated.append(spool.rotate(at + 600))
    spool.write(50, at=NOON + DAY + 1800)
    deed(spool, rotated)
    poll(NOON + DAY + 3600)
    made = badge(lake, NOON + DAY + 3700)
    assert made.state == state, made
    assert says in made.sentence
