"""The tests of the pool get theirs as every other test does."""

from tests.pool.fixtures import pool, start_pool

__all__ = ["pool", "start_pool"]
