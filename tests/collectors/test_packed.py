"""A packed file is its unpacked bytes, wherever one reads in it; what is wrong with it is said after what is right."""

import gzip
import io
import json
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from collectors import packed
from collectors.packed import Unpacked, packing_of
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.schema import JOB
from tests.collectors.conftest import Ingest
from tests.collectors.records import history, job_ad, write
from tests.collectors.test_ingest_command import MEASURED
from tests.ledger_command import ROOT, Ledger

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": lambda content: zstandard.ZstdCompressor(write_checksum=True).compress(content),  # as the tool does
}
NOISE = random.Random(3).randbytes(3_000_000)
MOST_MEMORY_KIB = 500 << 10
SKIPPABLE = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"12345"


def unpacked(content: bytes) -> Unpacked:
    packing = packing_of(content[:8])
    assert packing is not None
    return Unpacked(Path("archive"), io.BytesIO(content), packing, len(content))


def all_of(file: Unpacked, step: int = 100_000) -> bytes:
    return b"".join(iter(lambda: file.read(step), b""))


def before_damage(file: Unpacked, says: str, step: int = 10_000) -> bytes:
    """What can be read until the damage, which is then said, and said again."""
    pieces: list[bytes] = []
    with pytest.raises(SourceError, match=says) as caught:
        pieces.extend(iter(lambda: file.read(step), b""))
    assert caught.value.hint
    with pytest.raises(SourceError, match=says):
        file.read(1)
    return b"".join(pieces)


@pytest.mark.parametrize("how", PACK)
def test_the_bytes_are_those_that_were_packed(how: str) -> None:
    assert all_of(unpacked(PACK[how](NOISE))) == NOISE


@pytest.mark.parametrize("how", PACK)
def test_what_was_packed_in_parts_is_one(how: str) -> None:
    parts = [NOISE[:7], b"", NOISE[7:200_000], NOISE[200_000:]]
    assert all_of(unpacked(b"".join(map(PACK[how], parts)))) == NOISE


@pytest.mark.parametrize("how", PACK)
@given(moves=st.lists(st.tuples(st.integers(0, 70_000), st.integers(1, 30_000)), max_size=8))
def test_it_is_sought_in_like_a_file(how: str, moves: list[tuple[int, int]]) -> None:
    content = NOISE[:60_000]
    file, plain = unpacked(PACK[how](content)), io.BytesIO(content)
    for position, size in moves:
        assert file.seek(position) == min(position, len(content))
        plain.seek(position)
        assert file.read(size) == plain.read(size)
        assert file.tell() == min(max(position, 0), len(content)) if position >= len(content) else plain.tell()


def test_zeros_after_a_gzip_archive_are_padding() -> None:
    assert all_of(unpacked(gzip.compress(NOISE) + bytes(200_000) + gzip.compress(b"more") + b"\0")) == NOISE + b"more"


def test_frames_of_zstd_that_hold_nothing_are_skipped() -> None:
    assert all_of(unpacked(SKIPPABLE + zstandard.compress(NOISE) + SKIPPABLE)) == NOISE


@pytest.mark.parametrize("how", PACK)
@pytest.mark.parametrize("lost", [1, 8, 9, 5_000])
def test_all_before_a_cut_is_read_and_then_the_cut_is_said(how: str, lost: int) -> None:
    text = history(*(job_ad(number) for number in range(3000)))
    whole = PACK[how](text)
    found = before_damage(unpacked(whole[:-lost]), "ends in the middle")
    assert text.startswith(found)
    assert len(found) > len(text) // 3 or lost == 5_000


@pytest.mark.parametrize("how", PACK)
def test_a_flipped_bit_is_a_damage(how: str) -> None:
    content = bytearray(PACK[how](history(*(job_ad(number) for number in range(3000)))))
    content[len(content) // 2] ^= 16
    before_damage(unpacked(bytes(content)), "is damaged|ends in the middle")


@pytest.mark.parametrize("how", PACK)
def test_what_follows_an_archive_and_is_none_is_a_damage(how: str) -> None:
    found = before_damage(unpacked(PACK[how](NOISE) + b"and more"), "is damaged")
    assert found == NOISE


def test_a_window_that_would_fill_the_memory_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    pack = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    content = pack.compress(NOISE) + pack.flush()
    assert before_damage(unpacked(content), "is damaged") == b""


@pytest.mark.parametrize("how", PACK)
def test_a_bomb_is_refused_before_it_is_unpacked(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_LARGE", 1 << 20)
    ratio = {"gz": 500, "zst": 1000}[how]  # gzip packs no better than a thousandfold
    monkeypatch.setattr(packed, "_MOST_RATIO", ratio)
    bomb = zeros(how, 100 if how == "gz" else 3000)
    file, most = unpacked(bomb), max(1 << 20, ratio * len(bomb))
    sizes: list[int] = []
    with pytest.raises(SourceError, match="times its size"):
        sizes.extend(len(piece) for piece in iter(lambda: file.read(1 << 20), b""))
    assert most < sum(sizes) <= most + (32 << 20)


def zeros(how: str, mebibytes: int) -> bytes:
    """So many MiB of zeros, packed piece by piece."""
    pack = zlib.compressobj(9, wbits=31) if how == "gz" else zstandard.ZstdCompressor().compressobj()
    mebibyte = bytes(1 << 20)
    return b"".join(pack.compress(mebibyte) for _ in range(mebibytes)) + pack.flush()


def test_a_file_that_makes_one_go_back_again_and_again_is_refused() -> None:
    file = unpacked(gzip.compress(NOISE[:100]))
    with pytest.raises(SourceError, match="too many huge records") as caught:
        all(file.read(10) and file.seek(0) == 0 for _ in range(1000))
    assert caught.value.hint == "Unpack it."


@pytest.mark.parametrize("how", PACK)
def test_packed_files_are_ingested_like_plain_ones(how: str, read: Ingest, lake: Lake, tmp_path: Path) -> None:
    text = history(job_ad(1), job_ad(2))
    report = read(write(tmp_path / f"history.{how}", PACK[how](text)))
    assert (report.of("history").new, report.unread) == (2, [])
    assert read(write(tmp_path / "history", text + history(job_ad(3)))).of("history").ads == 1
    per_job = read(write(tmp_path / f"history.4.0.{how}", PACK[how](job_ad(4).encode())))
    assert per_job.of("ads").new == 1
    assert read(tmp_path / f"history.4.0.{how}").of("ads").unchanged == 1
    assert lake.count(JOB) == 4


def test_records_before_a_damage_are_ingested_and_the_damage_is_said(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    text = history(*(job_ad(number) for number in range(1, 3000)))
    whole = gzip.compress(text)
    path = write(tmp_path / "history.gz", whole[: len(whole) // 2])
    report = read(path)
    ((what, hint),) = report.unread
    assert ("ends in the middle" in what, "Pack the original again" in hint) == (True, True)
    kept = lake.count(JOB)
    assert 1000 < kept < 2999
    report = read(write(path, whole))
    assert (lake.count(JOB), report.of("history").new, report.unread) == (2999, 2999 - kept, [])


@pytest.mark.parametrize("how", PACK)
def test_a_bomb_behind_good_records_costs_little_memory(how: str, ledger: Ledger) -> None:
    good = history(job_ad(1), job_ad(2)) + b'A = "'
    path = write(ledger.cwd / "history.packed", PACK[how](good) + zeros(how, 1150))
    words = [sys.executable, "-c", MEASURED, "ingest", "--format", "json", "--lake", str(ledger.lake), str(path)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=ROOT)
    found, most_kib = json.loads(done.stdout), int(done.stderr.splitlines()[-1])
    assert (done.returncode, found["files"]["history"]["new"]) == (1, 2)
    assert "times its size" in found["unread"][0]["what"]
    assert most_kib < MOST_MEMORY_KIB
