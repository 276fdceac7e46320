"""The provider, and a ledger whose people log in there, for all tests of login."""

from collections.abc import Iterator

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.identity.ledger import Clock, Guarded, answering, gate, listening, login_settings
from tests.identity.person import Person
from tests.identity.provider import RealProvider, running


@pytest.fixture(scope="session")
def provider() -> Iterator[RealProvider]:
    """The real provider."""
    with running() as started:
        started.knows("ada", email="Ada@example.org", email_verified=True, groups=["htc-ops"])
        started.knows("eve", email="ada@example.org", email_verified=False)
        yield started


@pytest.fixture(scope="module")
def guarded(provider: RealProvider, tmp_path_factory: pytest.TempPathFactory, empty_lake: Lake) -> Iterator[Guarded]:
    """A gate before a page that tells who asks; its lake has no rights yet."""
    folder = tmp_path_factory.mktemp("guarded")
    lake, clock = copied(empty_lake, folder / "lake"), Clock()
    with listening() as (sock, address):
        provider.knows_client(address)
        settings = login_settings(lake.root, address, provider.issuer, folder)
        with answering(gate(settings, clock), sock):
            yield Guarded(address, lake, clock)


@pytest.fixture
def ada(guarded: Guarded) -> Iterator[Person]:
    """A person whom the provider knows, with a browser that has never been here."""
    with Person(guarded.address, "ada") as person:
        yield person
    guarded.clock.ahead_s = 0.0
