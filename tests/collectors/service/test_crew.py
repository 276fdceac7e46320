"""Children: whatever one of them does, the parent gets an outcome, and nothing is left behind."""

import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors.service import fork_server
from collectors.service.crew import Crew
from collectors.service.duties import find_targets, poll_target
from collectors.service.errand import Done, Errand, Failed, Outcome
from collectors.sources.target import Polled
from pipeline.settings import Settings
from tests.collectors.records import history, job_ad, write
from tests.collectors.service.made_up import POLLERS, find, made_up
from tests.collectors.service.seeing import ROOT, alive, numbers_in, until


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Crew()
    yield made
    made.stop()


def errand(settings: Settings, *words: str | Path, limit_s: float = 60) -> Errand[Polled]:
    source = made_up("made-up", *words)
    (target,) = find(source, settings)
    return Errand("made-up", poll_target, (POLLERS[0], target, settings), limit_s)


def outcome_of(crew: Crew, sent: Errand[Any]) -> Outcome[Any]:
    got: list[Outcome[Any]] = []
    crew.start(sent, got.append)
    while not got:
        crew.listen(math.inf)
    return got[0]


def failure(crew: Crew, sent: Errand[Any]) -> Failed:
    outcome = outcome_of(crew, sent)
    assert isinstance(outcome, Failed)
    return outcome


def test_a_poll_reads_into_the_lake_and_its_report_comes_back(crew: Crew, settings: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "history", history(job_ad(1), job_ad(2)))
    outcome = outcome_of(crew, errand(settings, "read", file))
    assert isinstance(outcome, Done)
    assert outcome.value.report.kinds["history"].new == 2


def test_a_poll_makes_the_lake_that_it_needs(crew: Crew, tmp_path: Path) -> None:
    settings = Settings(lake=tmp_path / "new")
    file = write(tmp_path / "history", history(job_ad(1)))
    assert isinstance(outcome_of(crew, errand(settings, "read", file)), Done)


def test_a_source_that_refuses_is_a_failure_with_its_own_words(crew: Crew, settings: Settings) -> None:
    failed = failure(crew, errand(settings, "refused"))
    assert (failed.what, failed.hint, failed.fault, failed.said) == (
        "schedd ap1: history refused (not authorised)",
        "Add this host to ALLOW_READ.",
        "source",
        "",
    )


def test_a_lake_that_cannot_be_written_is_told_from_a_source_that_fails(crew: Crew, settings: Settings) -> None:
    assert failure(crew, errand(settings, "full")).fault == "lake"


def test_a_fault_of_ours_names_itself_and_leaves_its_traceback(crew: Crew, settings: Settings) -> None:
    failed = failure(crew, errand(settings, "stumble"))
    assert failed.what == "its process ended with exit code 1: ZeroDivisionError: a fault of ours"
    assert failed.said.startswith("Process made-up:\nTraceback")


def test_an_answer_of_the_wrong_kind_is_no_answer(crew: Crew, settings: Settings) -> None:
    assert "returned str instead of what it polled" in failure(crew, errand(settings, "lie")).what


def test_a_child_that_is_killed_is_a_failure_that_names_the_signal(crew: Crew, settings: Settings) -> None:
    failed = failure(crew, errand(settings, "crash"))
    assert (failed.what, failed.fault) == ("its process was killed by SIGKILL", "death")
    assert "Out of memory?" in failed.hint


def test_a_child_that_exits_is_a_failure_with_its_last_words(crew: Crew, settings: Settings) -> None:
    failed = failure(crew, errand(settings, "exit"))
    assert failed.what == "its process ended with exit code 3: malloc(): corrupted"


def test_what_a_child_prints_is_kept_to_its_end(crew: Crew, settings: Settings) -> None:
    outcome = outcome_of(crew, errand(settings, "shout"))
    assert isinstance(outcome, Done)
    assert len(outcome.said) <= 4096
    assert outcome.said.endswith("x\n\x1b[31mred\u202e")


@pytest.mark.parametrize("how", ["hang", "hold the lock"])
def test_a_child_that_hangs_is_ended_with_all_that_it_started(
    crew: Crew, settings: Settings, tmp_path: Path, how: str
) -> None:
    failed = failure(crew, errand(settings, how, tmp_path / "pids", limit_s=2))
    assert (failed.what, failed.fault) == ("gave no answer within 2 s", "time")
    assert until(lambda: not any(map(alive, numbers_in(tmp_path / "pids"))))


def test_what_a_child_leaves_running_is_ended(crew: Crew, settings: Settings, tmp_path: Path) -> None:
    assert isinstance(outcome_of(crew, errand(settings, "grandchild", tmp_path / "pids")), Done)
    assert until(lambda: not any(map(alive, numbers_in(tmp_path / "pids"))))


def test_a_child_that_hangs_holds_up_no_other(crew: Crew, settings: Settings, tmp_path: Path) -> None:
    crew.start(errand(settings, "hold the lock", tmp_path / "pids"), lambda outcome: None)
    assert until((tmp_path / "pids").exists)
    file = write(tmp_path / "history", history(job_ad(1)))
    assert isinstance(outcome_of(crew, errand(settings, "read", file)), Done)
    assert len(crew) == 1


def test_stopping_ends_children_that_hang(crew: Crew, settings: Settings, tmp_path: Path) -> None:
    crew.start(
        errand(settings, "hang", tmp_path / "pids"), lambda outcome: pytest.fail("a stopped child tells nothing")
    )
    assert until((tmp_path / "pids").exists)
    crew.stop()
    assert len(crew) == 0
    assert until(lambda: not any(map(alive, numbers_in(tmp_path / "pids"))))


def test_children_are_forked_from_a_server_that_has_one_thread(crew: Crew, settings: Settings, tmp_path: Path) -> None:
    crew.start(errand(settings, "hold the lock", tmp_path / "pids"), lambda outcome: None)
    assert until((tmp_path / "pids").exists)
    (child,) = numbers_in(tmp_path / "pids")
    server = parent_of(child)
    assert server != os.getpid()
    assert [entry.name for entry in Path(f"/proc/{server}/task").iterdir()] == [str(server)]
    assert all(library in Path(f"/proc/{server}/maps").read_text("utf-8") for library in ("libarrow.so", "deltalake"))


def test_the_loss_of_the_fork_server_is_one_failure_and_not_the_end(
    crew: Crew, settings: Settings, tmp_path: Path
) -> None:
    got: list[Outcome[Any]] = []
    crew.start(errand(settings, "hang", tmp_path / "pids"), got.append)
    assert until((tmp_path / "pids").exists)
    os.kill(parent_of(numbers_in(tmp_path / "pids")[0]), signal.SIGKILL)
    while not got:
        crew.listen(math.inf)
    assert isinstance(got[0], Failed)
    assert until(lambda: not any(map(alive, numbers_in(tmp_path / "pids"))))
    assert failure(crew, errand(settings, "refused")).fault == "source"


def test_a_signal_to_all_processes_at_once_leaves_the_children_to_the_parent(
    crew: Crew, settings: Settings, tmp_path: Path
) -> None:
    crew.start(errand(settings, "hang", tmp_path / "pids"), lambda outcome: pytest.fail("it goes on"))
    assert until((tmp_path / "pids").exists)
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(parent_of(numbers_in(tmp_path / "pids")[0]), number)
    assert failure(crew, errand(settings, "refused")).fault == "source"
    assert len(crew) == 1


def test_where_no_process_can_be_started_that_is_the_outcome(
    crew: Crew, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(sent: Errand[Any]) -> fork_server.Started:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(fork_server, "start", refuse)
    failed = failure(crew, errand(settings, "refused"))
    assert failed.what == "no process could be started: [Errno 11] Resource temporarily unavailable"
    assert "ulimit" in failed.hint


PARENT = """
import math, sys
from pathlib import Path
from collectors.service.crew import Crew
from pipeline.settings import Settings
from tests.collectors.service.test_crew import errand

crew = Crew()
for how, file in (("hang", sys.argv[2]), ("hold the lock", sys.argv[3])):
    crew.start(errand(Settings(lake=Path(sys.argv[1])), how, file), print)
while True:
    crew.listen(math.inf)
"""


def test_children_die_with_the_parent_even_when_that_is_killed(settings: Settings, tmp_path: Path) -> None:
    files = [tmp_path / "hang", tmp_path / "lock"]
    command = [sys.executable, "-c", PARENT, str(settings.lake), *map(str, files)]
    with subprocess.Popen(command, cwd=ROOT) as parent:
        assert until(lambda: all(file.exists() for file in files))
        born = [number for file in files for number in numbers_in(file)]
        server = parent_of(born[0])
        parent.kill()
    assert len(born) == 3
    assert until(lambda: not any(map(alive, [*born, server])))


def test_two_targets_of_one_name_are_a_fault(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "daemons").write_text("ap1 ap1", "utf-8")
    with pytest.raises(TypeError, match="the same"):
        find_targets(POLLERS[0], made_up("pool", "daemons", tmp_path / "daemons"), settings)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
