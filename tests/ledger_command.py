"""The command `htc-ledger` as a user runs it: a process of its own, its output and its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forked_command import Done, run

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Answer:
    """What a run of the command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Ledger:
    """The command with a lake of its own; settings of the environment are not inherited.

    is_fresh    an interpreter that is started for each run, as a shell does it; else a process that is forked from
                one that has imported everything and run nothing, which takes half the time
    """

    lake: Path
    cwd: Path
    is_fresh: bool = False

    def run(self, *words: str | Path, **settings: str) -> Answer:
        """Run it and return what came of it, whatever the exit code."""
        done = self._run(words, settings)
        return Answer(done.code, text(done.out), text(done.err))

    def bytes(self, *words: str | Path, **settings: str) -> bytes:
        """The bytes that it writes; fail the test if it fails."""
        done = self._run(words, settings)
        assert done.code == 0, f"{words}: {done.err!r}"
        return done.out

    def ok(self, *words: str | Path, **settings: str) -> Answer:
        """Run it; fail the test if it fails."""
        answer = self.run(*words, **settings)
        assert answer.code == 0, f"{words}: {answer.err}"
        return answer

    def usage(self, by: str, metrics: str, *more: str, **settings: str) -> list[dict[str, Any]]:
        """The rows that `usage --format json` prints."""
        rows: list[dict[str, Any]] = self.ok(
            "usage", "--by", by, "--metrics", metrics, "--format", "json", *more, **settings
        ).json
        return rows

    def _with(self, settings: Mapping[str, str]) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HTC_LEDGER_")}
        return environment | {"HTC_LEDGER_LAKE": str(self.lake), "COLUMNS": "160", **settings}

    def _run(self, words: Sequence[str | Path], settings: Mapping[str, str]) -> Done:
        texts, environment = tuple(map(str, words)), self._with(settings)
        if not self.is_fresh:
            return run("htc_ledger", texts, self.cwd, environment)
        command = [sys.executable, "-m", "htc_ledger", *texts]
        done = subprocess.run(command, check=False, capture_output=True, cwd=self.cwd, env=environment)
        return Done(done.returncode, done.stdout, done.stderr)


def text(said: bytes) -> str:
    """What a program said, its lines ended as text's are."""
    return said.decode("utf-8").replace("\r\n", "\n")
