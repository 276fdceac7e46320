"""What is remembered between polls to spare time is never needed: half a file of it is as good as none."""

from pathlib import Path

from collectors.asking.pace import FOLDER, Pace, Progress

NAME = "remote: history of ap1"


def test_a_daemon_that_answered_half_a_page_is_asked_for_a_whole_one(tmp_path: Path) -> None:
    pace = Pace.load(tmp_path, NAME, 400)
    pace.asks("new")
    again = Pace.load(tmp_path, NAME, 400)
    assert (again.size("new"), again.size("backlog")) == (200, 400)
    again.asks("new")
    again.answered()
    again.close()
    assert Pace.load(tmp_path, NAME, 400).size("new") == 400


def test_a_reading_is_resumed_only_where_it_is_the_same(tmp_path: Path) -> None:
    progress = Progress((5, 1, 0), (3,), 7, True, 9)
    Pace.load(tmp_path, NAME, 400).came_to("a", progress)
    assert Pace.load(tmp_path, NAME, 400).resume("a") == progress
    assert Pace.load(tmp_path, NAME, 400).resume("b") == Progress()


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    Pace.load(tmp_path, NAME, 400).asks("new")
    (path,) = (tmp_path / FOLDER).iterdir()
    for content in (
        "",
        "{",
        "[]",
        '{"sizes": {"new": "x"}}',
        '{"sizes": {}, "asking": null, "stretch": "", "progress": 1}',
    ):
        path.write_text(content)
        assert Pace.load(tmp_path, NAME, 400) == Pace(path, 400)
