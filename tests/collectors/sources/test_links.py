"""Rotations that follow each other: HTCondor names a file by the second in which it begins the next one."""

import re
from pathlib import Path

import pytest

from collectors.runner import FileRead
from collectors.sources.family import FamilyFile
from collectors.sources.first_record import Began
from collectors.sources.links import broken_links
from collectors.sources.rotations import place_of
from tests.collectors.sources.spool import NOON, stamp


def family(*begins_s: int, zone_s: int = 0) -> tuple[list[FamilyFile], dict[str, Began]]:
    """Files that began at those seconds after noon, each rotated when the next one began."""
    names = [f"history.{stamp(NOON + later + zone_s)}" for later in begins_s[1:]] + ["history"]
    files = [FamilyFile(name, place_of(name), FileRead(f"history:{name}", name, 1, 0)) for name in names]
    return files, {name: Began(NOON + begin, is_exact=True) for name, begin in zip(names, begins_s, strict=True)}


def broken(files: list[FamilyFile], begins: dict[str, Began], start: int = 0, stream: str = "history") -> list[str]:
    links = broken_links(files, start, lambda file: begins.get(file.path), stream)
    return [link.later.path for link in links]


@pytest.mark.parametrize("zone_s", [0, 3600, -8 * 3600, 19_800, 45 * 60 + 12 * 3600])
def test_files_that_follow_each_other_are_linked_in_whatever_zone(zone_s: int) -> None:
    files, begins = family(0, 100, 250, 4000, zone_s=zone_s)
    assert broken(files, begins) == []


@pytest.mark.parametrize("zone_s", [0, -6 * 3600])
@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_missing_file_breaks_the_link_between_its_neighbours(zone_s: int, missing: int) -> None:
    files, begins = family(0, 100, 250, 4000, 4007, zone_s=zone_s)
    after = files[missing + 1].path
    assert broken(files[:missing] + files[missing + 1 :], begins) == [after]


def test_a_missing_file_that_took_a_quarter_of_an_hour_is_told_by_the_others_zone() -> None:
    files, begins = family(0, 100, 250, 1150, 1200)
    assert broken(files[:2] + files[3:], begins) == [files[3].path]


def test_the_hour_that_summer_takes_or_gives_breaks_nothing() -> None:
    files, begins = family(0, 100, 250)
    winter, winters = family(300, 400, zone_s=-3600)
    later = FamilyFile(name := f"history.{stamp(NOON + 300)}", place_of(name), FileRead("history:x", "x", 1, 0))
    begins[later.path] = begins.pop("history")
    assert broken([*files[:2], later, *winter], {**begins, **winters}) == []


def test_only_links_from_the_start_on_are_asked_about() -> None:
    files, begins = family(0, 100, 250, 4000)
    del files[1]
    assert broken(files, begins, start=1) == []
    assert broken(files, begins, start=0) == [files[1].path]


def test_shadows_that_write_one_file_may_be_seconds_apart() -> None:
    files, begins = family(0, 100)
    begins["history"] = Began(NOON + 96, is_exact=True)
    assert broken(files, begins, stream="epochs") == []
    assert broken(files, begins, stream="history") == ["history"]


def test_what_does_not_tell_its_time_is_no_broken_link() -> None:
    files, begins = family(0, 100)
    assert broken(files, begins | {"history": Began(NOON + 5000, is_exact=False)}) == []
    assert broken(files, {}) == []


def test_in_files_of_a_real_pool_every_rotation_is_linked(samples: Path) -> None:
    """Stamps and first banners as HTCondor 25.14.1 wrote them."""
    seen = 0
    for folder in ("ap1", "ap2"):
        for name in ("history", "epoch_history"):
            paths = [*sorted((samples / folder).glob(f"{name}.2*")), samples / folder / name]
            files = [FamilyFile(str(p), place_of(str(p)), FileRead(str(p), str(p), 1, 0)) for p in paths]
            begins = {str(p): Began(first_time(p), is_exact=True) for p in paths}
            assert broken(files, begins, stream="epochs" if name == "epoch_history" else "history") == []
            seen += len(paths) - 1
            for gone in range(1, len(paths) - 1):
                assert broken(files[:gone] + files[gone + 1 :], begins) == [files[gone + 1].path]
    assert seen == 15


def first_time(path: Path) -> int:
    found = re.search(rb"^\*\*\* .*CurrentTime ?= ?(\d+)", path.read_bytes(), re.MULTILINE)
    assert found
    return int(found[1])
