"""What a press of a desk's button does: an act in the lake, for who asks, on what the viewer sees."""

import pytest

from dashboard.desk_acts import Seen, act
from dashboard.desk_parts import DOES
from pipeline.desk.journal import acts
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.triage.finding import Asked
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.desk.found import DAY, FULL, NOW

SEEN = (Asked("pool", NOW - DAY, NOW, NOW - 8 * DAY), [FULL])
TYPED = {"note": "disk ordered", "by": "ada"}


@pytest.mark.parametrize("do", DOES)
def test_each_button_does_what_it_says(lake: Lake, do: str) -> None:
    done = act(lake, LOCAL, SEEN, {"do": do, "key": FULL.key}, TYPED)
    assert acts(lake) == [done]
    assert (done.done, done.by, done.note, done.source) == (DOES[do][0], "ada", "disk ordered", "page")
    spans = {"mute-day": DAY, "mute-days": 3 * DAY, "mute-week": 7 * DAY, "ack": 7 * DAY}
    assert do == "note" or (done.until_utc or 0) - done.at_utc == spans[do]


def test_who_logged_in_acts_in_its_own_name_whatever_was_typed(lake: Lake) -> None:
    bob = Viewer("bob", may_operate=True)
    assert act(lake, bob, SEEN, {"do": "ack", "key": FULL.key}, TYPED).by == "bob"


def test_who_may_only_look_does_not_act(lake: Lake) -> None:
    with pytest.raises(UsageError, match="not act"):
        act(lake, Viewer("eve"), SEEN, {"do": "ack", "key": FULL.key}, TYPED)
    assert acts(lake) == []


def test_what_the_viewer_does_not_see_cannot_be_acted_on(lake: Lake) -> None:
    nothing: Seen = (SEEN[0], [])
    with pytest.raises(UsageError, match="no finding"):
        act(lake, LOCAL, nothing, {"do": "mute-day", "key": FULL.key}, TYPED)
    done = act(lake, LOCAL, SEEN, {"do": "mute-day", "key": FULL.key}, TYPED)
    with pytest.raises(UsageError, match="taken back already"):
        act(lake, LOCAL, nothing, {"do": "undo", "key": done.id}, TYPED)
    assert acts(lake) == [done]


def test_an_act_is_taken_back_once(lake: Lake) -> None:
    done = act(lake, LOCAL, SEEN, {"do": "ack", "key": FULL.key}, TYPED)
    taken = act(lake, LOCAL, SEEN, {"do": "undo", "key": done.id}, TYPED)
    assert taken.undoes == done.number
    with pytest.raises(UsageError, match="taken back already"):
        act(lake, LOCAL, SEEN, {"do": "undo", "key": done.id}, TYPED)


def test_nobody_acts_without_a_name(lake: Lake) -> None:
    with pytest.raises(UsageError, match="nobody does it"):
        act(lake, LOCAL, SEEN, {"do": "ack", "key": FULL.key}, {"note": "", "by": " "})
    assert acts(lake) == []
