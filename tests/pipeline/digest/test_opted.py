"""Who wants no digests: the newest wish of an address counts."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.digest.opted import opted_out, wish
from pipeline.errors import UsageError
from pipeline.lake import Lake

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_newest_wish_counts_and_letters_case_does_not(lake: Lake) -> None:
    assert wish(lake, "Ada@Example.org", "root", NOW, is_out=True)
    assert not wish(lake, "ada@example.org", "root", NOW, is_out=True)
    assert list(opted_out(lake)) == ["ada@example.org"]
    assert wish(lake, "ada@example.org", "root", NOW + timedelta(seconds=1), is_out=False)
    assert opted_out(lake) == {}
    assert wish(lake, "ada@example.org", "ada", NOW + timedelta(seconds=2), is_out=True)
    assert {address: row["by"] for address, row in opted_out(lake).items()} == {"ada@example.org": "ada"}
    assert not wish(lake, "bob@example.org", "root", NOW, is_out=False)
    with pytest.raises(UsageError, match="no mail address"):
        wish(lake, "ada", "root", NOW, is_out=True)
