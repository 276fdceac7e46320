"""What went wrong with a test pool, and what to do about it, in one text that pytest shows whole."""

from pipeline.errors import LedgerError


class PoolProblem(LedgerError):
    """A pool that cannot be installed, started or brought to the state that a test waits for."""

    def __str__(self) -> str:
        return f"{self.what}\n{self.hint}".rstrip()
