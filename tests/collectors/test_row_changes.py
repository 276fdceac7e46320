"""Single rows change or go; all others stay, in their order."""

import pyarrow as pa

from collectors.row_changes import Change, changed
from pipeline.schema import REJECT
from tests.pipeline.ledger_rows import rows

ROWS = rows(REJECT, *({"pool": "pool", "rule": f"rule {number}", "content": b"x"} for number in range(6)))


def outcome(changes: dict[int, Change], size: int) -> list[str]:
    pieces = [ROWS.slice(start, size) for start in range(0, ROWS.num_rows, size)]
    found = pa.concat_tables(changed(pieces, REJECT, changes))
    assert found.schema == REJECT.arrow
    assert all(row["content"] == b"x" for row in found.to_pylist())
    return [row["rule"] for row in found.to_pylist()]


def test_places_are_counted_over_all_pieces() -> None:
    for size in (1, 2, 4, 6):
        assert outcome({1: None, 4: {"rule": "new"}}, size) == ["rule 0", "rule 2", "rule 3", "new", "rule 5"]


def test_without_changes_the_rows_pass_as_they_are() -> None:
    assert list(changed([ROWS], REJECT, {})) == [ROWS]


def test_all_rows_may_go() -> None:
    assert outcome(dict.fromkeys(range(6)), 4) == []
