"""The real provider, running: people it knows, what is wrong with its tokens, new keys."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.identity.installed import NoProvider, installed

PROGRAM = Path(__file__).parent / "provider.mjs"
CLIENT_ID = "ledger"
CLIENT_SECRET = "correct-horse-battery-staple"


@dataclass(frozen=True)
class RealProvider:
    """Its address, and what tests may change."""

    issuer: str

    def knows_client(self, address: str) -> None:
        """Let it know the ledger that is served there."""
        self._tell("client", redirect=f"{address}/login/callback", back=f"{address}/signed-out")

    def knows(self, person: str, **claims: object) -> None:
        """Let it say that of a person."""
        self._tell("person", id=person, claims=claims)

    def rotate(self) -> None:
        """New keys; the old ones are gone."""
        self._tell("rotate")

    def asked(self) -> list[str]:
        """Queries of the requests for a login so far."""
        found: list[str] = httpx.get(f"{self.issuer}/_test/asked").json()
        return found

    @contextmanager
    def wrong(self, fault: str) -> Iterator[None]:
        """Within it there is something wrong with its ID tokens."""
        self._tell("fault", fault=fault)
        try:
            yield
        finally:
            self._tell("fault", fault=None)

    def _tell(self, what: str, **given: Any) -> None:
        httpx.post(f"{self.issuer}/_test/{what}", json=given).raise_for_status()


@contextmanager
def running() -> Iterator[RealProvider]:
    """Start it; it ends when this does. Raises NoProvider."""
    environment = {**os.environ, "INSTALLED": str(installed()), "NODE_ENV": "test"}
    with subprocess.Popen(
        ["node", str(PROGRAM)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        if not issuer:
            raise NoProvider(f"the provider did not start: run INSTALLED={installed()} node {PROGRAM}")
        try:
            yield RealProvider(issuer)
        finally:
            process.terminate()
