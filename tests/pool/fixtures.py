"""How a test gets a pool: `pool` is one that all share, `start_pool` starts special ones.

A folder of tests that wants them says in its conftest.py: `from tests.pool.fixtures import pool, start_pool`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.pool.plan import PoolPlan
from tests.pool.pool import Pool

StartPool = Callable[[PoolPlan], Pool]


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """One pool of two access points and three sites for all tests of the session; a test leaves its queues empty."""
    with Pool.start(tmp_path_factory.mktemp("pool")) as running:
        yield running


@pytest.fixture
def start_pool(tmp_path: Path) -> Iterator[StartPool]:
    """Call it with a PoolPlan to start a pool that ends with the test; several may run at once."""
    with ExitStack() as running:

        def start(plan: PoolPlan) -> Pool:
            state = tmp_path / f"pool-{len(list(tmp_path.glob('pool-*')))}"
            state.mkdir()
            return running.enter_context(Pool.start(state, plan))

        yield start
