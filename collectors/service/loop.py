"""The loop of parent and children: start what is due, listen until something happens, again."""

import time
from collections.abc import Callable
from functools import partial

from collectors.service.agenda import Agenda
from collectors.service.crew import Crew
from collectors.service.stopping import Stopping

LONGEST_TURN_S = 5.0


def run(agenda: Agenda, crew: Crew, stopping: Stopping, each_turn: Callable[[], None]) -> None:
    """Until the agenda is empty or a signal asks to stop; then no child is left. `each_turn`: every few seconds."""
    try:
        while len(agenda) and stopping.asked is None:
            each_turn()
            for chore in agenda.begin(time.monotonic()):
                crew.start(chore.make(), partial(agenda.end, chore))
            turn_ends = time.monotonic() + LONGEST_TURN_S
            crew.listen(min(agenda.next_due(), turn_ends), stopping.fileno())
    finally:
        crew.stop()
