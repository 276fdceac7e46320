"""What a file is, by its content alone: which format its records are in, or why it holds none that can be read.

Looks at the first 64 KiB, unpacked where the file is packed with gzip or zstd.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from collectors.classads.banner import parse_banner
from collectors.opening import Opened, opened, reading
from collectors.packed import packing_of
from pipeline.errors import SourceError
from pipeline.schema.attempt_record import STARTD_SIGNS
from pipeline.schema.banner import BANNER

HEAD = 64 << 10
Form = Literal["banners", "long", "json", "json lines"]

_ATTRIBUTE = re.compile(rb"\s*(?:[A-Za-z_][\w.]*|'[^']+')\s*=")
_BANNER_LINE = re.compile(rb"(?:\A|(?<=\n))\*\*\*[^\n]*\n")
_LATER_BANNER = re.compile(rb"(?<=\n)\*\*\*[^\n]*\n")
_BLANK_LINE = re.compile(rb"\S[ \t\r]*\n[ \t\r]*\n")
_SIGNS = b"|".join(name.encode() for name in STARTD_SIGNS)
_STARTD = re.compile(rb"^(?:" + _SIGNS + rb")\s*=", re.MULTILINE | re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_USER_LOG = re.compile(rb"\d{3} \(\d+\.\d+\.\d+\) ")
_PACKED = {
    b"BZh": ("bzip2", "bunzip2 -k"),
    b"\xfd7zXZ\0": ("xz", "unxz -k"),
    b"PK\x03\x04": ("zip", "unzip"),
}
_BINARY = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF": "a PDF document",
    b"\x7fELF": "a program",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_WANTED = "Name history or epoch files, or what condor_history or condor_status write with -long, -json or -jsonl."
_WRITE_AGAIN = "Write it again with -json, -jsonl or -long."
_NULS = "begins with NUL bytes only: the file was damaged, as by a crash or a full disk"


@dataclass(frozen=True)
class Recognised:
    """`label` is what people are told the file is; `form` is how its records are separated."""

    label: str
    form: Form

    @property
    def append_only(self) -> bool:
        """True where HTCondor only ever adds to the file: a longer one continues a shorter one."""
        return self.form == "banners"


def recognise(path: Path) -> Recognised:
    """What the file is. Raises SourceError, with what it is instead and what to do, if no records can be read."""
    with opened(path) as file:
        return recognise_opened(file)


def recognise_opened(opened_file: Opened) -> Recognised:
    """The same of a file that is open already; leaves its position anywhere."""
    path, file = opened_file.path, opened_file.file
    with reading(path):
        file.seek(0)
        head = file.read(HEAD)
        return _of_head(path, file, head, packed=opened_file.size is None)


def _of_head(path: Path, file: BinaryIO, head: bytes, *, packed: bool) -> Recognised:
    if not head:
        raise SourceError(f"{path}: is empty", "If HTCondor has just made it, ingest it again later.")
    if packed and packing_of(head):
        raise SourceError(f"{path}: is packed twice", "Unpack it once, or twice.")
    for magic, (name, command) in _PACKED.items():
        if head.startswith(magic):
            raise SourceError(f"{path}: is compressed with {name}", f"Unpack it first: {command} {path}")
    for magic, name in _BINARY.items():
        if head.startswith(magic):
            raise SourceError(f"{path}: is {name}, not records of HTCondor", _WANTED)
    if not head.strip(b"\0"):
        raise SourceError(f"{path}: {_NULS}", _WANTED)
    start = head.lstrip(b"\0 \t\r\n")
    return _json(start) or _text(file, start) or _foreign(path, start)


def _json(start: bytes) -> Recognised | None:
    if re.match(rb"\[\s*[{\]]", start):
        return Recognised("JSON", "json")
    if re.match(rb'\{\s*["}]', start):
        line, newline, _ = start.partition(b"\n")
        one_a_line = line.rstrip().endswith(b"}") or not newline
        return Recognised("JSON lines", "json lines") if one_a_line else Recognised("JSON", "json")
    return None


def _text(file: BinaryIO, start: bytes) -> Recognised | None:
    if not start.startswith(BANNER) and not _ATTRIBUTE.match(start):
        return None
    banner = _BANNER_LINE.search(start) or _later_banner(file)
    if banner is None:
        return Recognised("ads", "long")
    return Recognised(_label(banner[0], start[: banner.start()]), "banners")


def _label(line: bytes, first_ad: bytes) -> str:
    """What people call the file. It is part of the stream's name: it must not change when the file grows."""
    said = parse_banner(line)
    if said is not None and said.run_instance is not None:
        return "epoch history"
    if said is not None and said.word != "JOB":
        return "daemon history"
    return "startd history" if _STARTD.search(first_ad) else "history"


def _later_banner(file: BinaryIO) -> "re.Match[bytes] | None":
    """The first banner of a file whose first record is longer than the head; None once a blank line ends a record."""
    file.seek(0)
    window = b""
    while chunk := file.read(HEAD * 16):
        window = window[-HEAD:] + chunk
        found = _LATER_BANNER.search(window)
        if found or _BLANK_LINE.search(window):
            return found
    return None


def _foreign(path: Path, start: bytes) -> Recognised:
    if start.startswith(b"<"):
        raise SourceError(f"{path}: is XML, which is not read", _WRITE_AGAIN)
    if re.match(rb"[\[{]", start):
        raise SourceError(f"{path}: is in the bracketed ClassAd form, which is not read", _WRITE_AGAIN)
    if _USER_LOG.match(start):
        raise SourceError(f"{path}: is a job event log, which holds no usage records", _WANTED)
    what = "binary" if _CONTROL.search(start) else "text, but not records of HTCondor"
    raise SourceError(f"{path}: is {what}", _WANTED)
