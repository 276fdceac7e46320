"""History and epoch files taken apart again, slowly and obviously: a banner ends a record, a line is name = value."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Found:
    """One record: its banner's place and words, its attributes as they are written, its number of lines."""

    kind: str
    banner_at: int
    banner: dict[str, str]
    ad: dict[str, str]
    text: str
    lines: int

    def number(self, name: str) -> int:
        return int(float(self.ad[name]))

    @property
    def job(self) -> tuple[str, str]:
        """Cluster and proc: one job of one access point's files."""
        return self.banner["ClusterId"], self.banner["ProcId"]

    @property
    def run(self) -> tuple[str, str, str]:
        return (*self.job, self.banner["RunInstanceId"])

    @property
    def wall_s(self) -> int:
        return self.number("EpochWriteDate") - self.number("JobCurrentStartDate")

    @property
    def site(self) -> str:
        return unoctal(self.ad["MachineAttrGLIDEIN_Site0"].strip('"'))


def split(path: Path) -> list[Found]:
    """All records of a file in order. Fails where the file ends within one."""
    found: list[Found] = []
    lines: list[str] = []
    at = 0
    for raw in path.read_bytes().splitlines(keepends=True):
        assert raw.endswith(b"\n")
        line = raw.decode("utf-8")[:-1]
        if line.startswith("*** "):
            ad = dict(one.split(" = ", 1) for one in lines)
            found.append(Found(_kind(line), at, _words(line), ad, "\n".join(lines), len(lines)))
            lines = []
        else:
            lines.append(line)
        at += len(raw)
    assert lines == []
    return found


def unoctal(text: str) -> str:
    """Octal text in a machine's attribute -> what it stands for."""
    parts = text.split("\\")
    return (parts[0].encode() + b"".join(bytes([int(p[:3], 8)]) + p[3:].encode() for p in parts[1:])).decode()


def _kind(banner: str) -> str:
    word = banner.split()[1]
    return "JOB" if word == "Offset" else word


def _words(banner: str) -> dict[str, str]:
    tight = banner.replace(" = ", "=").split(" ")
    return {name: value.strip('"') for name, _, value in (word.partition("=") for word in tight) if value}
