"""The command `htc-ledger` as a user runs it: a process of its own, its output and its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    """The command with a lake of its own; settings of the environment are not inherited."""

    lake: Path
    cwd: Path

    def run(self, *words: str | Path, **settings: str) -> Answer:
        """Run it and return what came of it, whatever the exit code."""
        done = subprocess.run(
            self._command(words), check=False, capture_output=True, text=True, cwd=self.cwd, env=self._with(settings)
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def bytes(self, *words: str | Path, **settings: str) -> bytes:
        """The bytes that it writes; fail the test if it fails."""
        return subprocess.run(
            self._command(words), check=True, capture_output=True, cwd=self.cwd, env=self._with(settings)
        ).stdout

    def _command(self, words: Sequence[str | Path]) -> list[str]:
        return [sys.executable, "-m", "htc_ledger", *map(str, words)]

    def _with(self, settings: Mapping[str, str]) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HTC_LEDGER_")}
        return environment | {"HTC_LEDGER_LAKE": str(self.lake), "COLUMNS": "160", **settings}

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
