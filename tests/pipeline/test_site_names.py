"""Glideins' names of sites as registered ones: only where they are sure, and sums of one site are one."""

from pipeline.cube import Cube
from pipeline.site_names import as_registered, registered_names
from pipeline.viewer import LOCAL


def test_rows_of_one_site_are_one_and_unknown_sums_stay_unknown() -> None:
    rows = [{"site": "a", "h": 1.0, "p": None}, {"site": "b", "h": 2.0, "p": None}, {"site": "c", "h": 4.0, "p": 3.0}]
    names = {"a": "A", "b": "A"}
    assert as_registered(rows, names, ("h", "p")) == [{"site": "A", "h": 3.0, "p": None}, rows[2]]
    assert [row["site"] for row in as_registered(rows, names)] == ["A", "A", "c"]
    assert rows[0]["site"] == "a"


def test_names_are_those_under_which_usage_was_of_one_site(cube: Cube) -> None:
    found = registered_names(cube, LOCAL, "pool")
    assert (found["Alpha"], found["Beta"]) == ("Alpha", "Beta")
    assert registered_names(cube, LOCAL, "elsewhere") == {}
