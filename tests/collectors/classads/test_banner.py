"""Banners of every HTCondor since 6.6 say what they say, and nothing else is taken for one."""

import re
from pathlib import Path

import pytest

from collectors.classads.banner import Banner, parse_banner

FORMS = {
    b"***\n": Banner("JOB"),
    b'*** Offset = 137 ClusterId = 2 ProcId = 1 Owner = "ann" CompletionDate = 1724181763\n': Banner(
        "JOB", 137, 2, 1, None, b"ann"
    ),
    b'*** Offset = 0 ClusterId = 54 ProcId = 46 Owner = "bob" CompletionDate = -1 CurrentTime = 1795223371\n': Banner(
        "JOB", 0, 54, 46, None, b"bob", 1795223371
    ),
    b'*** ClusterId=7 ProcId=0 RunInstanceId=2 Owner="ann" CurrentTime=1795223372\n': Banner(
        "EPOCH", None, 7, 0, 2, b"ann", 1795223372
    ),
    b'*** EPOCH ClusterId=7 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1795223372\n': Banner(
        "EPOCH", None, 7, 0, 0, b"ann", 1795223372
    ),
    b'*** SPAWN ClusterId=7 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1795223372\n': Banner(
        "SPAWN", None, 7, 0, 0, b"ann", 1795223372
    ),
    b"*** SCHEDD CurrentTime=1795222673\n": Banner("SCHEDD", current_utc=1795222673),
    b"*** HOLOGRAM ClusterId=1 Phase=3\n": Banner("HOLOGRAM", cluster=1),
}


@pytest.mark.parametrize("line", FORMS, ids=lambda line: line.decode().strip()[:40])
def test_each_form_is_read(line: bytes) -> None:
    assert parse_banner(line) == FORMS[line]


def test_a_type_word_is_read_in_any_case() -> None:
    said = parse_banner(b'*** spawn ClusterId=7 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1\n')
    assert said is not None
    assert said.word == "SPAWN"


def test_offsets_of_files_beyond_two_gigabytes_are_negative() -> None:
    said = parse_banner(b'*** Offset = -2147483000 ClusterId = 1 ProcId = 0 Owner = "a" CompletionDate = 5\n')
    assert said is not None
    assert said.offset == -2147483000


def test_ids_that_the_writer_did_not_know_are_unknown() -> None:
    said = parse_banner(b'*** Offset = 0 ClusterId = -1 ProcId = -1 Owner = "?" CompletionDate = -1\n')
    assert said is not None
    assert (said.cluster, said.proc) == (None, None)


def test_an_owner_with_a_quote_in_it_is_not_escaped() -> None:
    said = parse_banner(b'*** Offset = 3 ClusterId = 1 ProcId = 0 Owner = "a" b = 2" CompletionDate = 5\n')
    assert said is not None
    assert said.owner == b'a" b = 2'


@pytest.mark.parametrize("line", [b"*** what is this\n", b"*** \xff\xfe\n", b"***!\n"])
def test_a_line_that_only_begins_like_a_banner_is_none(line: bytes) -> None:
    assert parse_banner(line) is None


def test_numbers_too_long_to_be_ids_are_unknown() -> None:
    said = parse_banner(b"*** EPOCH ClusterId=" + b"9" * 5000 + b' ProcId=0 RunInstanceId=0 Owner="a" CurrentTime=5\n')
    assert said is not None
    assert said.cluster is None


def test_every_banner_of_the_captures_is_a_known_form(shared_data: Path) -> None:
    files = [path for path in (shared_data / "captures").rglob("*history*") if path.is_file()]
    banners = [line for path in files for line in re.findall(rb"(?m)^\*\*\*.*\n", path.read_bytes())]
    assert len(banners) > 900
    assert all(
        said is not None and (said.cluster is not None or said.word == "SCHEDD") for said in map(parse_banner, banners)
    )
