"""The command `recover` as a user runs it, on a small lake written by hand."""

from pathlib import Path

import pytest

from tests.collectors.records import START, write
from tests.ledger_command import Ledger
from tests.pipeline.recover.made import AP, history, whole

BY_USER = 'RemoveReason = "via condor_rm (by user ann)"'


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A lake of cluster 7; 8 ran one job of it again, and 10 that one; 9 was spooled. Do not write to it."""
    folder = tmp_path_factory.mktemp("recover")
    ledger = Ledger(folder / "lake", folder)
    ads = [
        whole(7, 0, "ExitCode = 0"),
        whole(7, 1, "ExitCode = 3", Out='"out.$(X)"'),
        whole(7, 2, "ExitCode = 3", 'Evil = "$(HOME) queue \u202e"'),
        whole(7, 3, "JobStatus = 3", BY_USER),
        whole(7, 4, "ExitCode = 3", Iwd=None),
        whole(7, 5, "ExitCode = 3"),
        whole(8, 0, "ExitCode = 1", f'RecoveredJob = "{AP}#7.5#{START}"'),
        whole(10, 0, "ExitCode = 0", f'RecoveredJob = "{AP}#8.0#{START}"'),
        whole(9, 0, "ExitCode = 1", "StageInFinish = 1"),
    ]  # fmt: skip
    ledger.ok("ingest", write(folder / "history", history(*ads)))
    ledger.ok("build")
    return ledger


def actions(one: Ledger, *words: str) -> dict[str, str]:
    return {row["job"]: row["action"] for row in one.ok("recover", *words, "--format", "json").json}


def test_what_succeeded_was_removed_or_has_run_again_is_left_alone(one: Ledger) -> None:
    assert actions(one, "--cluster", "ap1#7") == {
        f"{AP}#7.1": "run_again",
        f"{AP}#7.2": "run_again",
        f"{AP}#7.3": "removed",
        f"{AP}#7.4": "missing",
        f"{AP}#7.5": "recovered",
    }


def test_removed_jobs_run_again_where_that_is_asked_for(one: Ledger) -> None:
    assert actions(one, "--cluster", "ap1#7", "--removed")[f"{AP}#7.3"] == "run_again"


def test_only_chosen_classes_run_again(one: Ledger) -> None:
    assert "run_again" not in actions(one, "--cluster", "ap1#7", "--only", "memory_exceeded").values()


def test_people_are_told_what_runs_again_and_why_the_rest_does_not(one: Ledger) -> None:
    said = one.ok("recover", "--cluster", "7").out
    assert "1 job succeeded, 5 jobs without a success" in said
    assert "2 jobs will run again" in said
    assert "the record lacks Iwd" in said
    assert f"{AP}#10.0 took its place and succeeded" in said
    assert "is not collected" in said
    assert "\x1b" not in said


def test_files_are_written_and_nothing_is_written_over(one: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "again"
    said = one.ok("recover", "--cluster", "7", "--write", folder).out
    assert "condor_submit recover-1.sub" in said
    texts = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert sum(text.count("\nqueue ") for text in texts.values()) == len([name for name in texts if ".sub" in name])
    assert "out.$(DOLLAR)(X)" in "".join(texts.values())
    again = one.run("recover", "--cluster", "7", "--write", folder)
    assert (again.code, "is not empty" in again.err) == (2, True)


def test_a_cluster_of_which_nothing_can_run_again_ends_with_3(one: Ledger) -> None:
    answer = one.run("recover", "--cluster", "9")
    assert answer.code == 3
    assert "spooled" in answer.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "one thing is recovered at a time"),
        (("--cluster", "7", "--batch", "x"), "one thing is recovered at a time"),
        (("--cluster", "x"), "names no job"),
        (("--cluster", "7.3"), "is one job"),
        (("--cluster", "99"), "knows no job of cluster 99"),
        (("--batch", "no\x1bne"), "knows no job of batch no\\x1bne"),
        (("--cluster", "7", "--only", "bad"), "there is no failure class"),
    ],
)
def test_a_mistake_is_a_message_and_no_traceback(one: Ledger, words: tuple[str, ...], says: str) -> None:
    answer = one.run("recover", *words)
    assert (answer.code, says in answer.err, "Traceback" in answer.err) == (2, True, False), answer.err
