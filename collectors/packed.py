"""Compressed files, read as if they were not: an open .gz or .zst file -> the bytes that were packed into it.

Reads forward in pieces; going back begins again. What it holds is bounded whatever the file says of itself, and so is
what it unpacks. All bytes before a damage are given out first, then SourceError is raised.
Formats: RFC 1952 (members one after the other, zeros after the last), RFC 8878 (frames, skippable ones too).
"""

import zlib
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import zstandard

from pipeline.errors import SourceError

Packing = Literal["gzip", "zstd"]

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"
_GZIP_IN, _GZIP_OUT = 64 << 10, 1 << 20
_ZSTD_IN = 1 << 10
"""A block of four bytes can hold 128 KiB: this much may become 32 MiB."""
_LARGEST_WINDOW = 128 << 20
_LARGE = 1 << 30
_MOST_RATIO = 1000
"""More than `_LARGE` bytes that are more than so many times the file's own: no text of records packs so well."""
_MOST_REWINDS = 64


def packing_of(head: bytes) -> Packing | None:
    """How a file that begins with those bytes is packed; None: in no way that is unpacked here."""
    if head.startswith(_GZIP):
        return "gzip"
    if head.startswith(_ZSTD) or (head[1:4] == _SKIPPABLE and 0x50 <= head[0] <= 0x5F):
        return "zstd"
    return None


class Unpacked:
    """The bytes of a packed file, to be read and sought in like those of a file."""

    def __init__(self, path: Path, file: BinaryIO, packing: Packing, packed_size: int) -> None:
        self._path, self._file, self._packing = path, file, packing
        self._most = max(_LARGE, packed_size * _MOST_RATIO)
        self._rewinds = 0
        self._begin()

    def _begin(self) -> None:
        self._position = 0
        self._unpacked = 0
        self._ready = b""
        self._packed = b""
        self._part: _Part | None = None
        self._error: SourceError | None = None

    def tell(self) -> int:
        return self._position

    def seek(self, position: int) -> int:
        """Go there, or to the end if that comes first."""
        if position < self._position:
            self._rewinds += 1
            if self._rewinds > _MOST_REWINDS:
                raise SourceError(f"{self._path}: has too many huge records to be read packed", "Unpack it.")
            self._file.seek(0)
            self._begin()
        while self._position < position and self.read(min(position - self._position, _GZIP_OUT)):
            pass
        return self._position

    def read(self, size: int) -> bytes:
        """That many bytes; fewer only at the end, or before a damage, which the next call raises."""
        pieces = []
        while size and self._more():
            piece = self._ready[:size]
            self._ready = self._ready[size:]
            pieces.append(piece)
            size -= len(piece)
        found = b"".join(pieces)
        self._position += len(found)
        if not found and size and self._error is not None:
            raise self._error
        return found

    def _more(self) -> bool:
        """Unpack on if nothing is ready; False at the end and at a damage."""
        while not self._ready and self._error is None:
            try:
                piece = self._next()
            except SourceError as error:
                self._error = error
                return False
            if piece is None:
                return False
            self._ready = piece
            self._unpacked += len(piece)
            if self._unpacked > self._most:
                what = f"{self._path}: unpacks to more than {_MOST_RATIO:,} times its size: no records pack so well"
                self._error = SourceError(what, "Look at what it is, and take it away.")
        return bool(self._ready)

    def _next(self) -> bytes | None:
        """The next piece, which can be empty; None at the end. Raises SourceError where there is none."""
        if self._part is None:
            self._pass_padding()
        self._packed = self._packed or self._read_on()
        if self._part is None:
            if not self._packed:
                return None
            self._part = _GzipPart() if self._packing == "gzip" else _ZstdPart()
        had_input = bool(self._packed)
        try:
            piece, self._packed = self._part.unpack(self._packed)
        except (zlib.error, zstandard.ZstdError) as error:
            raise self._damaged(f"is damaged after {self._unpacked:,} unpacked bytes ({error})") from error
        if self._part.ended:
            self._part = None
        elif not piece and not had_input:
            raise self._damaged(f"ends in the middle, after {self._unpacked:,} unpacked bytes")
        return piece

    def _read_on(self) -> bytes:
        return self._file.read(_GZIP_IN if self._packing == "gzip" else _ZSTD_IN)

    def _pass_padding(self) -> None:
        """Tape drives fill up with zeros; gzip passes over them between members and after the last."""
        if self._packing == "gzip":
            self._packed = self._packed.lstrip(b"\0")
            while not self._packed and (more := self._read_on()):
                self._packed = more.lstrip(b"\0")

    def _damaged(self, how: str) -> SourceError:
        return SourceError(
            f"{self._path}: {how}", "What comes before is read. Pack the original again, or restore the file."
        )


class _Part(Protocol):
    """A member or frame. `unpack` takes packed bytes and returns unpacked ones, and those that it did not take."""

    ended: bool

    def unpack(self, packed: bytes) -> tuple[bytes, bytes]: ...


class _GzipPart:
    def __init__(self) -> None:
        self.ended = False
        self._inner = zlib.decompressobj(wbits=31)

    def unpack(self, packed: bytes) -> tuple[bytes, bytes]:
        piece = self._inner.decompress(packed, _GZIP_OUT)
        self.ended = self._inner.eof
        return piece, self._inner.unused_data if self.ended else self._inner.unconsumed_tail


class _ZstdPart:
    def __init__(self) -> None:
        self.ended = False
        self._inner = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj()

    def unpack(self, packed: bytes) -> tuple[bytes, bytes]:
        piece = self._inner.decompress(packed)
        self.ended = self._inner.eof
        return piece, self._inner.unused_data if self.ended else b""
