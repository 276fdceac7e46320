"""A file's name says which file it is a rotation of, and in what order they were written."""

import random

import pytest

from collectors.sources.rotations import place_of

IN_ORDER = (
    "/spool/history.old",
    "/spool/history.10",
    "/spool/history.2.gz",
    "/spool/history.1",
    "/spool/history-20251231",
    "/spool/history.20260101T000000.zst",
    "/spool/history.20261121T044108.gz",
    "/spool/history.20261121T044109",
    "/spool/history",
)


def test_rotations_are_in_the_order_in_which_they_were_written() -> None:
    mixed = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert tuple(sorted(mixed, key=lambda path: place_of(path).order)) == IN_ORDER
    assert {place_of(path).family for path in IN_ORDER} == {"/spool/history"}
    assert [place_of(path).is_current for path in IN_ORDER] == [False] * 8 + [True]


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("startd_history.alpha", "startd_history.alpha"),
        ("startd_history.alpha.20261121T044108", "startd_history.alpha"),
        ("a.b/epoch_history.20261121T044108", "a.b/epoch_history"),
        ("history.20261121T044108.bak", "history.20261121T044108.bak"),
        ("history.20261121", "history.20261121"),
        (".old", ".old"),
        ("new\nline.20261121T044108", "new\nline"),
    ],
)
def test_what_is_no_rotation_is_a_family_of_its_own(path: str, family: str) -> None:
    assert place_of(path).family == family
    assert not place_of(path).is_per_job


@pytest.mark.parametrize(
    "name", ["history.1.0", "history.123.45.gz", "job.runs.1.0.ads", "history.ap1.pool.test#12.0#1795222719"]
)
def test_per_job_files_belong_to_their_folder(name: str) -> None:
    place = place_of(f"/per_job/{name}")
    assert (place.is_per_job, place.family, place.is_current) == (True, "/per_job/", False)


def test_a_stamp_is_read_as_the_local_clock_showed_it() -> None:
    assert place_of("history.19700102T000001").rotated_local == 86_401
    assert place_of("history.20261341T990000").rotated_local is None
    assert place_of("history.1").rotated_local is None
    assert place_of("history").rotated_local is None
