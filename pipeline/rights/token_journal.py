"""Tokens in the lake: an append-only table. The tokens themselves are not in it, only what they are recognised by."""

from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.rights.journal import append
from pipeline.rights.token import Token, revoked, standing
from pipeline.schema import API_TOKEN


def journaled(lake: Lake) -> list[Token]:
    """All lines, the oldest first. Raises LakeError."""
    return sorted(map(Token.of_row, lake.read(API_TOKEN).to_pylist()), key=lambda line: (line.at_utc, line.number))


def create(lake: Lake, token: Token) -> None:
    """Put a new token into the journal, on the disk when this returns. Raises LakeError."""
    append(lake, API_TOKEN, lambda: None, token, token.row())


def revoke(lake: Lake, short: str, by: str, source: str, now_utc: int) -> Token:
    """Take back the token of that short name. Returns it. Raises UsageError, LakeError."""
    named = [token for token in standing(journaled(lake)) if token.token == short]
    if not named:
        raise UsageError(f"no token that holds is called {short[:40]!r}", "`htc-ledger tokens list` shows them.")
    taken = revoked(named[0], by, source, now_utc)

    def already() -> Token | None:
        return next((line for line in journaled(lake) if line.undoes == named[0].number), None)

    append(lake, API_TOKEN, already, taken, taken.row())
    return named[0]
