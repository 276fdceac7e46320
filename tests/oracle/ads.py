"""A ClassAd in old syntax, and what it says: lines in, values out. None is unknown."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

SITE = "MachineAttrGLIDEIN_Site0 MATCH_EXP_JOBGLIDEIN_Site JOBGLIDEIN_Site MATCH_EXP_JOB_GLIDEIN_Site JOB_GLIDEIN_Site"
SITES = (*SITE.split(), "MATCH_GLIDEIN_Site")
RESOURCE = "MachineAttrGLIDEIN_ResourceName0 MATCH_EXP_JOBGLIDEIN_ResourceName JOBGLIDEIN_ResourceName"
RESOURCES = (*RESOURCE.split(), "MATCH_GLIDEIN_ResourceName")
NOT_A_PLACE = (None, "Local Job", "Unknown", "")


class Size(NamedTuple):
    mcores: int | None
    gpus: int
    memory_mib: int | None


class Ad:
    """One ClassAd in old syntax: names without case, the last of equal names wins, an expression is unknown."""

    def __init__(self, lines: Iterable[str]) -> None:
        pairs = [line.partition("=") for line in lines]
        self.texts = {name.strip().lower(): text.strip() for name, equals, text in pairs if equals}

    def value(self, name: str) -> str | int | float | bool | None:
        text = self.texts.get(name.lower(), "undefined")
        if re.fullmatch(r"[-+]?\d+", text):
            return int(text)
        if re.fullmatch(r"[-+]?(\d+\.\d*|\.?\d+)([eE][-+]?\d+)?", text):
            return float(text)
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        if re.fullmatch(r'"(\\"|[^"])*"', text):
            string = text[1:-1].replace('\\"', '"')
            return from_octal(string) if name.lower().startswith("machineattr") else string
        return None

    def known(self, *names: str) -> bool:
        """True if one of them is there and is not undefined."""
        return any(self.value(name) is not None for name in names)

    def text(self, name: str) -> str | None:
        value = self.value(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> float | None:
        value = self.value(name)
        return None if isinstance(value, str | bool) else value

    def whole(self, *names: str, scale: int = 1) -> int | None:
        """The first of them that is a number, x scale, as a whole number."""
        numbers = (self.number(name) for name in names)
        return next((round(number * scale) for number in numbers if number is not None), None)

    def instant(self, name: str) -> int | None:
        """Unix seconds; zero and negative mean never."""
        number = self.whole(name)
        return number if number is not None and number > 0 else None

    def micros(self, *names: str) -> int | None:
        """The sum of what was measured; None if nothing was."""
        return sum(round((self.number(name) or 0) * 1e6) for name in names) if self.known(*names) else None

    def place(self, names: Sequence[str]) -> str:
        texts = [self.text(name) for name in names]
        return next((text for text in texts if text not in NOT_A_PLACE and "$$(" not in text), "unattributed")

    def size(self) -> Size:
        """As provisioned, else as requested."""
        mcores = self.whole("CpusProvisioned", "RequestCpus", "MachineAttrCpus0", scale=1000)
        gpus = self.whole("GPUsProvisioned", "RequestGPUs") or 0
        return Size(mcores, gpus, self.whole("MemoryProvisioned", "RequestMemory"))

    def exit_outcome(self) -> str:
        if self.value("ExitBySignal") is True:
            return "signal"
        if (code := self.whole("ExitCode")) is None:
            return "unknown"
        return "succeeded" if code == (self.whole("JobSuccessExitCode", "SuccessExitCode") or 0) else "failed"

    def job_outcome(self) -> str:
        """How the job ended, of a final ad."""
        return {3: "removed", 4: self.exit_outcome()}.get(self.whole("JobStatus") or 0, "unknown")

    def last_run_outcome(self) -> str:
        """How the last run ended, of a final ad: if the job was removed while held or idle, it had ended before."""
        before = {5: "held", 1: "evicted"}.get(self.whole("LastJobStatus") or 0, "removed")
        return before if self.value("JobStatus") == 3 else self.job_outcome()

    def last_run(self) -> int:
        """Run instance that a final ad speaks of."""
        return (self.whole("NumShadowStarts", "NumJobStarts") or 1) - 1


def from_octal(string: str) -> str:
    r"""`B\303\252ta` -> `Bêta`."""
    raw = re.sub(r"\\([0-3][0-7]{2})", lambda found: chr(int(found[1], 8)), string)
    try:
        return raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return string
