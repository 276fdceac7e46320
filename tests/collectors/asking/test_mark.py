"""What one poll leaves to the next survives being written down, and stays small."""

from dataclasses import replace

from collectors.asking.mark import MOST_BEHIND, OVERLAP, Behind, Ground, Mark

GROUND = Ground(((3, 1, 0, "EPOCH"), (2, 1, 0, "SPAWN")))


def test_a_mark_is_read_as_it_was_written() -> None:
    mark = Mark(GROUND, (Behind(GROUND, None, 5), Behind(Ground(), 5, 9, by_tool=True)))
    assert Mark.read(mark.written()) == mark


def test_what_another_version_wrote_is_no_mark() -> None:
    assert Mark.read("") is None
    assert Mark.read('{"keys":[[1,2,3]]}') is None
    assert Mark.read("not json") is None


def test_a_query_stops_only_where_another_record_tells_that_it_got_there() -> None:
    assert GROUND.stop == (2, 1, 0, "SPAWN")
    assert Ground(((3, 1, 0, "EPOCH"),)).stop is None
    assert Ground().stop is None


def test_the_stop_is_known_ground_as_long_as_little_is_new() -> None:
    assert GROUND.after([(3, 1, 0, "EPOCH")], joined=True) == GROUND
    assert GROUND.after([(4, 2), (3, 1, 0, "EPOCH")], joined=True).known == ((4, 2), *GROUND.known)
    assert GROUND.after([(4, 2)], joined=False).known == ((4, 2),)
    assert len(GROUND.after([(n,) for n in range(100)], joined=True).known) == OVERLAP


def test_too_many_stretches_become_fewer_and_leave_nothing_out() -> None:
    mark = Mark(GROUND)
    for number in range(MOST_BEHIND + 1):
        mark = mark.with_behind(Behind(Ground(((number,),)), number, number + 1))
    assert len(mark.behind) == MOST_BEHIND
    assert mark.behind[0] == Behind(Ground(((0,),)), 0, 2)
    assert [one.from_utc for one in mark.behind] == [0, *range(2, MOST_BEHIND + 1)]


def test_what_is_left_falls_with_each_step() -> None:
    first, second = Behind(GROUND, 0, 1), Behind(GROUND, 1, 2)
    mark = Mark(GROUND, (first, second))
    by_tool = mark.without(first, replace(first, by_tool=True))
    assert mark.left > by_tool.left > by_tool.without(by_tool.behind[0]).left > 0
