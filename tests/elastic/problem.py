"""What went wrong with the node of the tests, and what to do about it, in one text that pytest shows whole."""

from pipeline.errors import LedgerError


class ElasticProblem(LedgerError):
    """A node that cannot be installed, started or stopped."""

    def __str__(self) -> str:
        return f"{self.what}\n{self.hint}".rstrip()
