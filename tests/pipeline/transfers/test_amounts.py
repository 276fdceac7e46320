"""Bytes as people write them."""

import pytest

from pipeline.transfers.amounts import size


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (1_500_000_000, "1.5 GB"),
        (2 * 10**12, "2.0 TB"),
        (1234 * 10**15, "1,234.0 PB"),
    ],
)
def test_the_unit_is_the_largest_of_which_there_is_one(number: int, text: str) -> None:
    assert size(number) == text
