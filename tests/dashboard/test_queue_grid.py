"""The queue by project, user or access point: jobs by state, what they hold and want, unknown is not zero."""

from typing import Any

from dashboard.queue_grid import MOST_ROWS, entries, grid_columns, grid_rows

NONE = {"cores_asked": None, "cores_held": None, "gpus_asked": 0, "gpus_held": None, "provisional_cpu_h": None}


def row(project: str, status: str, jobs: int, **more: Any) -> dict[str, Any]:
    return {"project": project, "status": status, "jobs": jobs} | NONE | more


def test_jobs_are_counted_by_state_and_whatever_holds_a_slot_runs() -> None:
    rows = [
        row("A", "running", 3, cores_held=6.0, gpus_held=1, provisional_cpu_h=1.5, cores_asked=99.0),
        row("A", "suspended", 1, cores_held=2.0, gpus_held=0, provisional_cpu_h=0.5),
        row("A", "idle", 2, cores_asked=4.0, gpus_asked=2),
        row("A", "completed", 1),
        row("B", "held", 9),
    ]
    first, second = entries(rows, "project")
    assert (first.name, second.name) == ("B", "A")
    values = {name: second.value(name) for name in ("running", "idle", "held", "others", "cores_held", "cores_idle")}
    assert values == {"running": 4, "idle": 2, "held": 0, "others": 1, "cores_held": 8.0, "cores_idle": 4.0}
    assert (second.value("provisional_cpu_h"), second.value("gpus_idle")) == (2.0, 2)


def test_what_is_not_known_is_a_dash() -> None:
    (shown,) = grid_rows(entries([row("A", "running", 1)], "project"))
    assert (shown["cores_held"], shown["cores_held_text"], shown["running_text"]) == (None, "—", "1")


def test_the_usage_so_far_is_labelled_provisional() -> None:
    column = next(column for column in grid_columns("Project") if column["field"] == "provisional_cpu_h")
    assert "provisional" in column["headerName"]
    assert "in no other number" in column["headerTooltip"]


def test_a_huge_queue_is_cut() -> None:
    rows = [row(f"P{number}", "idle", 1) for number in range(MOST_ROWS + 50)]
    assert len(grid_rows(entries(rows, "project"))) == MOST_ROWS
