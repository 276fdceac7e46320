"""The fast reader makes of every file what the careful one makes of it: rows, their order, rejects, counts."""

import gzip
from pathlib import Path

import numpy as np
import pytest

import collectors.pieces
from collectors import batch
from collectors.classads import text
from collectors.classads.fast.speed import CAREFUL_ONLY, Speed
from collectors.pieces import Pieces
from tests.collectors.classads.fast.both import assert_alike, outcome
from tests.collectors.classads.fast.odd import ODD_LINES
from tests.collectors.records import START, epoch_ad, history, job_ad, write

EPOCH_BANNER = f'*** EPOCH ClusterId=7 ProcId=0 RunInstanceId=1 Owner="ann" CurrentTime={START + 60}\n'
SPAWN = f"""ClusterId = 7
EpochAdType = "SPAWN"
NumShadowStarts = 2
Owner = "ann"
ProcId = 0
RunInstanceID = 1
ShadowBday = {START + 10}
EpochWriteDate = {START + 10}
*** SPAWN ClusterId=7 ProcId=0 RunInstanceId=1 Owner="ann" CurrentTime={START + 10}
"""


def small() -> bytes:
    """A file with a plain job, one with odd values, a run, its beginning, and a banner that is none."""
    odd = job_ad(3, 0, "ap1.example.org", 'Cmd = "a \\" b"', "RequestMemory = 1 + 1", "requestcpus = 2")
    mixed = history(job_ad(1), odd, job_ad(2)).decode()
    return (mixed + epoch_ad(7, 1) + EPOCH_BANNER + SPAWN + job_ad(9) + "*** no banner\n" + job_ad(4)).encode()


def test_real_files_of_the_samples_are_read_alike(samples: Path, fast: Speed) -> None:
    files = sorted(path for path in samples.glob("*/*history*") if path.is_file())
    assert len(files) > 15
    for path in files:
        assert_alike(path, fast)


def test_every_shared_file_is_read_alike(shared_data: Path, fast: Speed) -> None:
    files = sorted(path for path in shared_data.rglob("*") if path.is_file() and b"***" in path.read_bytes())
    assert len(files) > 50
    for path in files:
        assert_alike(path, fast)


def test_what_the_operator_names_is_said_alike(samples: Path, fast: Speed) -> None:
    for name in ("history", "epoch_history"):
        assert_alike(samples / "ap1" / name, fast, ap="renamed.example.org", pool="another")


def test_plain_records_are_left_to_the_careful_reader_only_where_something_is_odd(
    samples: Path, fast: Speed, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = []
    taken = Pieces._take

    def counting(self: Pieces, piece: object, base: int) -> object:
        made = taken(self, piece, base)  # type: ignore[arg-type]
        left.append((piece.count, len(piece.careful)))  # type: ignore[attr-defined]
        return made

    monkeypatch.setattr(Pieces, "_take", counting)
    for path in sorted((samples / "ap1").glob("*history*")):
        outcome(path, fast)
    records, careful = np.sum(left, axis=0)
    assert records > 700
    assert careful < 0.05 * records


def test_pieces_may_end_at_any_byte(tmp_path: Path, fast: Speed, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = job_ad(3, 0, "ap1.example.org", 'Cmd = "a \\" b"', "requestcpus = 2")
    content = history(job_ad(1), odd) + SPAWN.encode()
    path = write(tmp_path / "history", content)
    whole = outcome(path, CAREFUL_ONLY)
    assert [len(whole.batches[0][name]) for name in ("job", "attempt_record", "reject")] == [2, 1, 0]
    for size in (*range(1, 20), *range(200, len(content) + 2)):
        monkeypatch.setattr(collectors.pieces, "PIECE", size)
        monkeypatch.setattr(text, "CHUNK", size)
        assert outcome(path, fast) == whole


def test_a_file_that_was_cut_anywhere_is_gone_on_with_alike(tmp_path: Path, fast: Speed) -> None:
    content = small()
    for size in range(0, len(content), 41):
        path = write(tmp_path / "history", content[: size + 1])
        careful, quick = outcome(path, CAREFUL_ONLY), outcome(path, fast)
        assert quick == careful
        write(path, content)
        assert outcome(path, fast, marks=quick.marks) == outcome(path, CAREFUL_ONLY, marks=careful.marks)


def test_batches_are_full_at_the_same_record(tmp_path: Path, fast: Speed, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "history", small() * 6)
    for most_rows in (1, 2, 3, 7, 1000):
        for most_bytes in (1, 700, 2_000, 1 << 20):
            for module in (batch, collectors.pieces):
                monkeypatch.setattr(module, "MOST_ROWS", most_rows)
                monkeypatch.setattr(module, "MOST_BYTES", most_bytes)
                monkeypatch.setattr(module, "MOST_HELD", 900)
            assert_alike(path, fast)


@pytest.mark.parametrize("part", range(0, len(ODD_LINES), 200))
def test_an_odd_line_is_read_alike_in_a_job_and_in_a_run(part: int, tmp_path: Path, fast: Speed) -> None:
    job, run = job_ad(1).encode(), epoch_ad(7, 1).encode()
    banner = history(job_ad(1)).removeprefix(job)
    records = []
    for number, line in enumerate(ODD_LINES[part : part + 200]):
        for ad, end in ((job, banner), (run, EPOCH_BANNER.encode())):
            lines = ad.splitlines(keepends=True)
            for place in (0, number % len(lines), len(lines)):
                records.append(b"".join([*lines[:place], line, *lines[place:], end]))
    assert_alike(write(tmp_path / "history", b"".join(records)), fast)


@pytest.mark.parametrize(
    "banner",
    [
        b"***\n",
        b"*** \n",
        b"****\n",
        b'*** Offset = 0 ClusterId = 2 ProcId = 0 Owner = "ann" CompletionDate = 1\n',
        b'*** Offset = 0 ClusterId = -1 ProcId = -1 Owner = "?" CompletionDate = -1\n',
        b'*** Offset = -5 ClusterId = 1 ProcId = 0 Owner = "a" b" CompletionDate = 1 CurrentTime = 5\n',
        b'*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "\xff" CompletionDate = 1 CurrentTime = 0\n',
        b'*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "a\\x41" CompletionDate = 1\n',
        b'*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "" CompletionDate = 1\r\n',
        b'*** Offset = 9999999999999999999 ClusterId = 1 ProcId = 0 Owner = "a" CompletionDate = 1\n',
        b'*** Offset = 0 ClusterId = 99999999999999999999 ProcId = 0 Owner = "a" CompletionDate = 1\n',
        b'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1793491300\n',
        b'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=-1 Owner="ann" CurrentTime=1793491300\n',
        b'*** epoch ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=0\n',
        b'*** SPAWN ClusterId=1 ProcId=0 RunInstanceId=3 Owner="ann" CurrentTime=1793491300\n',
        b'*** STARTER ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1793491300\n',
        b'*** INPUT ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1793491300\n',
        b'*** ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1793491300\n',
        b"*** SCHEDD CurrentTime=1793491300\n",
        b"*** ANYTHING ClusterId=1\n",
        b"*** EPOCH\0 ClusterId=1\n",
    ],
)
def test_any_banner_is_read_alike(banner: bytes, tmp_path: Path, fast: Speed) -> None:
    plain = history(job_ad(1), job_ad(2))
    bare = b"".join(
        line
        for line in job_ad(1).encode().splitlines(keepends=True)
        if not line.startswith((b"ClusterId", b"ProcId", b"Owner"))
    )
    assert_alike(write(tmp_path / "history", plain + job_ad(1).encode() + banner + bare + banner + plain), fast)


def test_records_without_an_access_point_wait_alike(tmp_path: Path, fast: Speed) -> None:
    spawn = SPAWN.encode()
    for content in (
        spawn,
        spawn * 3 + small(),
        small() + spawn,
        history(job_ad(1, 0, "ap2.example.org")) + spawn + small(),
    ):
        path = write(tmp_path / "history", content)
        assert_alike(path, fast)
        assert_alike(path, fast, ap="named.example.org")


def test_a_packed_file_that_is_damaged_gives_what_came_before(tmp_path: Path, fast: Speed) -> None:
    packed = gzip.compress(small() * 50)
    for size in (len(packed), len(packed) - 9, len(packed) // 2):
        assert_alike(write(tmp_path / "history.gz", packed[:size]), fast)


def test_huge_records_and_huge_banners_are_read_alike(tmp_path: Path, fast: Speed) -> None:
    plain = history(job_ad(1), job_ad(2))
    large = job_ad(5, 0, "ap1.example.org", 'Arguments = "' + "x" * (9 << 20) + '"')
    banner = b'*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "' + b"y" * (2 << 20) + b'" CompletionDate = 1\n'
    content = plain + history(large) + plain + job_ad(6).encode() + banner + plain
    assert_alike(write(tmp_path / "history", content), fast)


def test_a_real_record_never_goes_to_a_simulated_pool(tmp_path: Path, fast: Speed) -> None:
    path = write(tmp_path / "history", small())
    assert "real access point" in assert_alike(path, fast, pool="prairie (simulated)").error
