"""Cores by site: each core once, the largest site first, what is too much is one bar."""

from typing import Any

from dashboard.pool_figures import MOST_SITES, cores_by_site, drawn_state, sites
from tests.dashboard.made_lake import MARKUP


def row(site: str, state: str, cores: float | None) -> dict[str, Any]:
    return {"site": site, "state": state, "cores": cores}


def test_states_are_drawn_as_claimed_free_or_other() -> None:
    assert [drawn_state(state) for state in ("claimed", "preempting", "unclaimed", "drained", "owner")] == [
        "claimed",
        "claimed",
        "unclaimed",
        "other",
        "other",
    ]


def test_cores_of_a_site_are_cut_by_state_and_unknown_is_left_out() -> None:
    found = sites([row("A", "claimed", 4), row("A", "matched", 2), row("B", "unclaimed", 9), row("B", "owner", None)])
    assert found.names == ("B", "A")
    assert found.cores == {"claimed": (0.0, 6.0), "unclaimed": (9.0, 0.0), "other": (0.0, 0.0)}


def test_sites_beyond_the_largest_are_one_bar_and_no_core_is_lost() -> None:
    rows = [row(f"S{number:02}", "claimed", number + 1) for number in range(MOST_SITES + 5)]
    found = sites(rows)
    assert found.names[-1] == "5 other sites"
    assert sum(found.cores["claimed"]) == sum(one["cores"] for one in rows)


def test_a_site_s_name_is_text() -> None:
    figure = cores_by_site(sites([row(MARKUP, "claimed", 4)]))
    assert "<img" not in str(figure)
    assert [trace["name"] for trace in figure["data"]] == ["claimed"]
