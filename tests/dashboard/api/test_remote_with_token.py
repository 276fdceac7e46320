"""A ledger with a login, asked with a token: it answers of the token's projects, and says what it lacks."""

import csv
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboard.app import create_app
from dashboard.cube_source import CubeSource
from htc_ledger import command_line
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.rights.token import made
from pipeline.rights.token_journal import create
from tests.copied_lake import copied
from tests.dashboard.http_client import request
from tests.dashboard.made_lake import REAL
from tests.identity.ledger import answering, listening, proxy_settings

OWN = "CA_Bio0"
ASKED = ("usage", "--by", "project", "--where", f"pool={REAL}", "--format", "csv")


@dataclass(frozen=True)
class Guarded:
    """Where it is served, and the texts of two tokens."""

    address: str
    own: str
    whole: str

    def run(self, *words: str, token: str) -> Result:
        """The command without a lake of its own."""
        settings = {"HTC_LEDGER_LAKE": "/nowhere", "HTC_LEDGER_TOKEN": token}
        return CliRunner(env=settings).invoke(command_line(), [*words, "--url", self.address])


@pytest.fixture(scope="module")
def guarded(lake_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("with-token")
    lake = copied(Lake(lake_root), folder / "lake")
    texts = []
    for projects in ((OWN,), None):
        token, text = made("test", projects, "root", "command", int(time.time()), None)
        create(lake, token)
        texts.append(text)
    settings = proxy_settings(lake.root, folder)
    with listening() as (sock, address), answering(create_app(CubeSource(lake.root), settings), sock):
        yield Guarded(address, *texts)


def test_a_command_with_a_token_hears_of_its_projects(guarded: Guarded) -> None:
    rows = list(csv.DictReader(io.StringIO(guarded.run(*ASKED, token=guarded.own).stdout)))
    assert [row["project"] for row in rows] == [OWN]
    whole = list(csv.DictReader(io.StringIO(guarded.run(*ASKED, token=guarded.whole).stdout)))
    assert len(whole) > 10
    assert rows[0] in whole


@pytest.mark.parametrize("token", ["", "htcl_000000000000_" + "x" * 43])
def test_without_a_token_that_is_known_the_command_says_what_to_send(guarded: Guarded, token: str) -> None:
    failed = guarded.run(*ASKED, token=token).exception
    assert isinstance(failed, UsageError)
    assert "token" in f"{failed.what} {failed.hint}"


def test_prometheus_reads_with_a_token_for_everything_alone(guarded: Guarded) -> None:
    def status(token: str) -> int:
        return request(guarded.address, "/metrics", Authorization=f"Bearer {token}").status

    assert (status(guarded.whole), status(guarded.own)) == (200, 403)
    assert request(guarded.address, "/metrics").status == 401
    said = request(guarded.address, "/metrics", Authorization=f"Bearer {guarded.whole}").body.decode()
    assert 'htc_ledger_http_requests_total{method="GET",route="/api/v1/usage",status="200"}' in said
