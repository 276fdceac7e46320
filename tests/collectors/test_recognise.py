"""What a file is, its content says; what is not read is named, with what to do."""

import bz2
import gzip
import lzma
import os
import socket
from pathlib import Path

import pytest
import zstandard

from collectors.recognise import recognise
from pipeline.errors import SourceError
from tests.collectors.records import epoch_ad, history, job_ad, write

EPOCH = epoch_ad(1, 0) + '*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=1793491260\n'
LONG_AD = job_ad(1, 0, "ap1", f'X = "{"y" * 3_000_000}"')
KNOWN: dict[str, tuple[bytes, str, str]] = {
    "history": (history(job_ad(1)), "history", "banners"),
    "history of 6.6": (job_ad(1).encode() + b"***\n", "history", "banners"),
    "epoch history": (EPOCH.encode(), "epoch history", "banners"),
    "epoch history of 9.11": (EPOCH.replace("EPOCH ", "").encode(), "epoch history", "banners"),
    "startd history": (history(job_ad(1, 0, "ap1", "StarterExitStatus = 0")), "startd history", "banners"),
    "daemon history": (b"Name = 5\n*** SCHEDD CurrentTime=1793491260\n", "daemon history", "banners"),
    "blank lines first": (b"\n\n" + history(job_ad(1)), "history", "banners"),
    "NULs first": (b"\0\0\0" + history(job_ad(1)), "history", "banners"),
    "a banner first": (b"***\n" + history(job_ad(1)), "history", "banners"),
    "a first ad of megabytes": (history(LONG_AD), "history", "banners"),
    "per-job file": (job_ad(1).encode(), "ads", "long"),
    "per-job file of megabytes": (LONG_AD.encode(), "ads", "long"),
    "long": (f"{job_ad(1)}\n{job_ad(2)}".encode(), "ads", "long"),
    "a banner in a string": (job_ad(1, 0, "ap1", 'P = "*** Offset = 0"').encode(), "ads", "long"),
    "array": (b'[\n{\n  "A": 1\n}\n]\n', "JSON", "json"),
    "array on one line": (b'[{"A": 1}, {"A": 2}]', "JSON", "json"),
    "empty array": (b"[ ]\n", "JSON", "json"),
    "pretty object": (b'{\n  "A": 1\n}\n', "JSON", "json"),
    "gzip": (gzip.compress(history(job_ad(1))), "history", "banners"),
    "zstd": (zstandard.compress(EPOCH.encode()), "epoch history", "banners"),
    "a packed first ad of megabytes": (zstandard.compress(history(LONG_AD)), "history", "banners"),
    "a packed per-job file": (gzip.compress(job_ad(1).encode()), "ads", "long"),
    "lines": (b'{"A": 1}\n{"A": 2}\n', "JSON lines", "json lines"),
    "a line of megabytes": (b'{"A": "' + b"x" * 100_000 + b'"}\n', "JSON lines", "json lines"),
}
FOREIGN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b"\n\n \n", "not records"),
    "NULs": (b"\0" * 100, "NUL bytes only"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0", "PNG picture"),
    "bzip2": (bz2.compress(b"x"), "compressed with bzip2"),
    "xz": (lzma.compress(b"x"), "compressed with xz"),
    "a picture, packed": (gzip.compress(b"\x89PNG\r\n\x1a\n\0\0"), "PNG picture"),
    "nothing, packed": (gzip.compress(b""), "is empty"),
    "packed twice": (gzip.compress(zstandard.compress(history(job_ad(1)))), "packed twice"),
    "the beginning of an archive": (b"\x28\xb5\x2f\xfd\x04", "ends in the middle"),
    "binary": (bytes(range(256)), "is binary"),
    "XML": (b"<?xml version='1.0'?>", "is XML"),
    "new ClassAds": (b"[ A = 1; B = 2 ]\n", "bracketed ClassAd form"),
    "new ClassAd list": (b"{\n[ A = 1 ]\n}\n", "bracketed ClassAd form"),
    "event log": (b"000 (001.000.000) 2026-11-21 Job submitted\n", "job event log"),
    "prose": (b"This is a text.\n", "not records"),
    "UTF-16": ("A = 1\n".encode("utf-16"), "UTF-16"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_file_is_known_by_its_content(name: str, tmp_path: Path) -> None:
    content, label, form = KNOWN[name]
    known = recognise(write(tmp_path / "file.png", content))
    assert (known.label, known.form, known.append_only) == (label, form, form == "banners")


@pytest.mark.parametrize("name", FOREIGN)
def test_what_holds_no_records_is_named(name: str, tmp_path: Path) -> None:
    content, says = FOREIGN[name]
    with pytest.raises(SourceError, match=says) as caught:
        recognise(write(tmp_path / "history", content))
    assert caught.value.hint


def test_a_stream_keeps_its_name_when_the_file_grows(tmp_path: Path) -> None:
    first, more = job_ad(1), job_ad(2, 0, "ap1", "StarterExitStatus = 0")
    short, long = write(tmp_path / "short", history(first)), write(tmp_path / "long", history(first, more))
    assert recognise(short) == recognise(long)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(tmp_path / "socket"))
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    says = {
        "fifo": "FIFO",
        "socket": "socket",
        "dangling": "points nowhere",
        "loop": "cannot be read",
        "none": "cannot be read",
    }
    for name, words in says.items():
        with pytest.raises(SourceError, match=words):
            recognise(tmp_path / name)
    with pytest.raises(SourceError, match="is a directory") as caught:
        recognise(tmp_path)
    assert "/*" in caught.value.hint
    with pytest.raises(SourceError, match="device"):
        recognise(Path("/dev/zero"))


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    write(tmp_path / "history", history(job_ad(1)))
    (tmp_path / "link").symlink_to("history")
    assert recognise(tmp_path / "link").label == "history"
