"""Rejects are listed by rule and one by one, each with what to do; ids are what people can type."""

import re
from pathlib import Path

import pytest

from pipeline.bounds import BOUNDS
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.rejects import ADVICE, Asked, advice, by_rule, each, number_of, one
from pipeline.schema import REJECT
from tests.pipeline.ledger_rows import rows

ROOT = Path(__file__).parents[2]
T = 1_793_491_200  # 2026-11-01 00:00 UTC


def reject(rule: str, read: int, **more: object) -> dict[str, object]:
    return {"pool": "pool", "ap": "ap1", "rule": rule, "reason": f"{rule} at {read}", "read_utc": T + read} | more


@pytest.fixture
def refused(lake: Lake) -> Lake:
    """Four rejects of two rules, with ids 1, -2, 3, -4."""
    given = [
        reject("cpus-bound", 10, path="/a", offset_bytes=5),
        reject("cpus-bound", 30, path="/b", pool="other"),
        reject("cpus-bound", 20, ap=None),
        reject("unreadable", 5, content=b"junk"),
    ]
    ids = [[1, -2, 3, -4]]
    batch = rows(REJECT, *given)
    lake.writer(REJECT).append(batch.set_column(REJECT.position["record_id"], "record_id", ids), {})
    return lake


def test_rules_come_with_their_number_and_the_newest_of_them(refused: Lake) -> None:
    assert by_rule(refused, Asked()).to_pylist() == [
        {
            "rule": "cpus-bound",
            "records": 3,
            "newest": "2026-11-01T00:00:30Z",
            "example": "fffffffffffffffe",
            "reason": "cpus-bound at 30",
        },
        {
            "rule": "unreadable",
            "records": 1,
            "newest": "2026-11-01T00:00:05Z",
            "example": "fffffffffffffffc",
            "reason": "unreadable at 5",
        },
    ]


@pytest.mark.parametrize(
    ("asked", "records"),
    [
        (Asked(rule="cpus-bound"), [3]),
        (Asked(pool="pool"), [2, 1]),
        (Asked(ap="ap1"), [2, 1]),
        (Asked(rule="cpus-bound", pool="other", ap="ap1"), [1]),
        (Asked(rule="'; DROP TABLE"), []),
    ],
)
def test_they_can_be_narrowed_down(refused: Lake, asked: Asked, records: list[int]) -> None:
    assert by_rule(refused, asked).column("records").to_pylist() == records


def test_one_by_one_the_newest_come_first(refused: Lake) -> None:
    found = each(refused, Asked(), 3).to_pylist()
    assert [row["id"] for row in found] == ["fffffffffffffffe", "0000000000000003", "0000000000000001"]
    assert (found[2]["path"], found[2]["offset_bytes"], found[2]["read"]) == ("/a", 5, "2026-11-01T00:00:10Z")
    assert found[1]["ap"] is None


def test_one_is_found_by_its_id(refused: Lake) -> None:
    assert one(refused, "fffffffffffffffc")["content"] == b"junk"
    assert one(refused, "0000000000000001")["path"] == "/a"


@pytest.mark.parametrize("wrong", ["", "1", "zz", "-000000000000001", "00000000000000001", "0x00000000000001"])
def test_what_is_no_id_is_said_so(refused: Lake, wrong: str) -> None:
    with pytest.raises(UsageError, match="no id"):
        one(refused, wrong)


def test_an_id_that_is_not_there_says_where_they_are(refused: Lake, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        one(refused, "00000000000000ff")
    assert "rejects list --each" in raised.value.hint


def test_an_id_is_any_64_bits() -> None:
    for number in (0, 1, -1, 2**63 - 1, -(2**63)):
        assert number_of(f"{number % 2**64:016x}") == number


def test_without_rejects_there_is_nothing(lake: Lake) -> None:
    assert by_rule(lake, Asked()).num_rows == each(lake, Asked(rule="x"), 5).num_rows == 0
    with pytest.raises(UsageError, match="no reject"):
        one(lake, "0000000000000001")


def test_every_rule_says_what_to_do() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "collectors").rglob("*.py"))
    rules = {bound.rule for bound in BOUNDS} | set(re.findall(r'Reject\(\s*"([a-z-]+)"', code))
    assert len(rules) > 10
    assert rules <= ADVICE.keys()
    assert all("{" not in advice(rule) and len(advice(rule)) > 30 for rule in (*rules, "another rule"))
