"""What a node is made of is checked, jar by jar."""

from pathlib import Path

import pytest

from tests.elastic.parts import check
from tests.elastic.problem import ElasticProblem

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_jars_that_are_just_those_of_the_list_are_taken(tmp_path: Path) -> None:
    (tmp_path / "a.jar").touch()
    check(tmp_path, f"{EMPTY}  a.jar\n")


@pytest.mark.parametrize(
    ("there", "listed"),
    [
        pytest.param({"a.jar": b"changed"}, f"{EMPTY}  a.jar\n", id="changed"),
        pytest.param({}, f"{EMPTY}  a.jar\n", id="missing"),
        pytest.param({"a.jar": b""}, "", id="one too many"),
    ],
)
def test_a_jar_that_differs_from_the_list_is_named(tmp_path: Path, there: dict[str, bytes], listed: str) -> None:
    for name, content in there.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ElasticProblem, match=r"a\.jar"):
        check(tmp_path, listed)
