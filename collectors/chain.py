"""The chain of a history file's banners: each says where the banner before it begins.

A banner that points elsewhere proves that something between the two is missing, or was put there. All offsets after
such a break are off by an amount that only the next banner tells: it is no further break.
"""

from typing import BinaryIO

from collectors.classads.banner import parse_banner
from pipeline.schema.banner import BANNER

_LOOK_BACK = 4 << 20
_INT32 = 1 << 32


class Chain:
    """Follows the banners of one file in order and counts the breaks."""

    def __init__(self, before: int | None = 0, shift: int | None = 0) -> None:
        self._before = before
        self._shift = shift

    @classmethod
    def resumed(cls, file: BinaryIO, start: int) -> "Chain":
        """The chain as it stands at `start`, the end of a banner line. Leaves the file's position where it was."""
        position = file.tell()
        base = max(0, start - _LOOK_BACK)
        file.seek(base)
        window = b"\n" * (base == 0) + file.read(start - base)
        file.seek(position)
        base -= base == 0
        last = window.rfind(b"\n" + BANNER, 0, len(window) - 1) + 1
        if not last:
            return cls(None, None)
        before = window.rfind(b"\n" + BANNER, 0, last - 1) + 1
        said = parse_banner(window[last:])
        if said is None or said.offset is None or (not before and base > 0):
            return cls(base + last, None)
        return cls(base + last, said.offset - (base + before if before else 0))

    def broken_by(self, banner_at: int | None, offset: int | None) -> bool:
        """Take the next banner: where it begins and the offset that it says. True if something is missing before it.

        Offsets are printed as 32-bit numbers: those of files beyond 2 GiB are negative.
        """
        before, self._before = self._before, banner_at
        if before is None or offset is None:
            return False
        shift = offset - before
        broken = self._shift is not None and (shift - self._shift) % _INT32 != 0
        self._shift = None if broken else shift
        return broken
