"""Notes beside the lake: what cannot be written waits, newest first come, and nobody is told twice."""

import pytest

from collectors.service import notes as module
from collectors.service.notes import Notes


class Disk:
    """What was written, and whether it can be."""

    def __init__(self) -> None:
        self.written: dict[str, int] = {}
        self.full = False
        self.told: list[str | None] = []
        self.notes = Notes(lambda error: self.told.append(None if error is None else str(error)))

    def write(self, name: str, value: int) -> None:
        def now() -> None:
            if self.full:
                raise OSError("No space left on device")
            self.written[name] = value

        self.notes.write(name, now)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr(module, "RETRY_S", 0.0)
    return Disk()


def test_a_note_is_written_at_once(disk: Disk) -> None:
    disk.write("a", 1)
    assert (disk.written, disk.notes.waiting, disk.told) == ({"a": 1}, 0, [])


def test_on_a_full_disk_the_newest_of_each_waits_and_is_told_once(disk: Disk) -> None:
    disk.full = True
    for value in (1, 2, 3):
        disk.write("a", value)
    disk.write("b", 9)
    assert (disk.written, disk.notes.waiting, disk.told) == ({}, 2, ["No space left on device"])


def test_when_there_is_room_again_all_is_written_by_itself(disk: Disk) -> None:
    disk.full = True
    disk.write("a", 1)
    disk.write("a", 2)
    disk.full = False
    disk.notes.retry()
    assert (disk.written, disk.notes.waiting, disk.told) == ({"a": 2}, 0, ["No space left on device", None])


def test_it_is_not_tried_again_at_every_turn(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_S", 3600.0)
    disk.full = True
    disk.write("a", 1)
    disk.full = False
    disk.notes.retry()
    disk.write("b", 2)
    assert (disk.written, disk.notes.waiting) == ({}, 2)
