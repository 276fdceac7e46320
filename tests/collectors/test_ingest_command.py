"""`htc-ledger ingest` at the command line: what it says, what it returns, and that nothing makes it crash or hang."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from pipeline.lake import Lake
from pipeline.schema import JOB
from tests.collectors.records import history, job_ad, write
from tests.ledger_command import ROOT, Answer, Ledger

MOST_MEMORY_KIB = 1200 << 10
"""Less than the file has. A rejected record of 60 MiB is kept whole and is copied on its way by threads of the writer,
with the compiled reader loaded (some 100 MiB): 800 MiB, on a busy machine 1,000. Without such a record: below 500."""

MEASURED = """
import atexit, re, sys
from pathlib import Path
import htc_ledger

def report():
    sys.stderr.write(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])

atexit.register(report)
htc_ledger.main()
"""
"""The command, which says on stderr how much memory it held at most."""


def refused(answer: Answer, *says: str) -> None:
    assert answer.code == 1
    assert "Traceback" not in answer.err + answer.out
    for words in says:
        assert words in answer.err


def test_what_came_of_it_is_a_table(ledger: Ledger) -> None:
    bad = job_ad(2, 0, "ap1.example.org", "RequestCpus = 1073741824")
    answer = ledger.run("ingest", write(ledger.cwd / "history", history(job_ad(1), bad) + b"A = 1\n"))
    assert answer.code == 0
    assert answer.out.splitlines()[1].split() == ["history", "1", "2", "1", "1", "1"]
    assert "cpus-bound" in answer.out
    assert answer.err == ""


def test_what_came_of_it_is_json_for_programs(ledger: Ledger) -> None:
    path = write(ledger.cwd / "history", history(job_ad(1), job_ad(2)))
    found = ledger.run("ingest", "--format", "json", path).json
    assert found["files"]["history"] | {"new": 2, "ads": 2, "files": 1} == found["files"]["history"]
    assert (found["rejects"], found["skipped"], found["unread"]) == ([], {}, [])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("folder", "is a directory"),
        ("empty", "is empty"),
        ("picture", "PNG"),
        ("none", "cannot be read"),
        ("fifo", "FIFO"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_message_and_an_exit_code(name: str, says: str, ledger: Ledger) -> None:
    (ledger.cwd / "folder").mkdir()
    write(ledger.cwd / "empty", b"")
    write(ledger.cwd / "picture", b"\x89PNG\r\n\x1a\n\0\0")
    os.mkfifo(ledger.cwd / "fifo")
    refused(ledger.run("ingest", name), says)
    assert all(Lake(ledger.lake).read(table).num_rows == 0 for table in (JOB,))


def test_others_are_read_beside_a_file_that_cannot_be(ledger: Ledger) -> None:
    answer = ledger.run("ingest", "none", write(ledger.cwd / "history", history(job_ad(1))))
    refused(answer, "cannot be read")
    assert Lake(ledger.lake).read(JOB).num_rows == 1


def test_two_gigabytes_of_zeros_are_refused(ledger: Ledger) -> None:
    with (ledger.cwd / "zeros").open("wb") as file:
        file.truncate(2 << 30)
    refused(ledger.run("ingest", "zeros"), "NUL bytes")


def test_an_unreadable_file_is_named(ledger: Ledger) -> None:
    path = write(ledger.cwd / "history", history(job_ad(1)))
    path.chmod(0)
    words = [sys.executable, "-m", "htc_ledger", "ingest", str(path), "--lake", str(ledger.lake)]
    if os.geteuid() == 0:
        assert shutil.which("setpriv"), "root can read every file: apt-get install util-linux"
        words = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *words]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=ROOT)
    refused(Answer(done.returncode, done.stdout, done.stderr), "Permission denied", "Run as a user who may read it")


def test_memory_stays_bounded_whatever_a_file_holds(ledger: Ledger) -> None:
    """A line of 300 MB, an ad of 100 MB and zeros without end, between records that are read."""
    path = ledger.cwd / "history"
    with path.open("wb") as file:
        file.write(history(job_ad(1)))
        file.write(b'A = "')
        for _ in range(300):
            file.write(b"x" * (1 << 20))
        file.write(b'"\n***\n')
        for _ in range(50):
            file.write(b'BBBB = "' + b"y" * (2 << 20) + b'"\n')
        file.write(b"***\n" + history(job_ad(2)) + b'C = "' + b"z" * (60 << 20) + b'"\n***\n' + history(job_ad(3)))
        file.truncate(file.tell() + (1 << 30))
    words = [sys.executable, "-c", MEASURED, "ingest", "--format", "json", "--lake", str(ledger.lake), str(path)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT)
    found, most_kib = json.loads(done.stdout), int(done.stderr)
    assert (found["files"]["history"]["new"], found["files"]["history"]["tails"]) == (3, 1)
    assert {reject["rule"]: reject["records"] for reject in found["rejects"]} == {"oversize": 2, "unreadable": 1}
    assert most_kib < MOST_MEMORY_KIB


def test_strangers_texts_are_neither_markup_nor_commands_of_the_terminal(ledger: Ledger) -> None:
    evil = "[bold]\x1b[31m\u202e"
    path = write(ledger.cwd / f"history{evil}", history(job_ad(1)) + f"{evil}\n***\n".encode())
    for answer in (ledger.run("ingest", path), ledger.run("ingest", f"none{evil}")):
        shown = answer.out + answer.err
        assert "[bold]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_a_real_pool_cannot_be_named_like_a_simulated_one(ledger: Ledger) -> None:
    answer = ledger.run("ingest", "--pool", "x (simulated)", write(ledger.cwd / "history", history(job_ad(1))))
    assert answer.code == 2
    assert "simulated" in answer.err


@pytest.mark.parametrize("option", ["--ap", "--pool"])
def test_an_empty_owner_is_a_mistake(option: str, ledger: Ledger) -> None:
    answer = ledger.run("ingest", option, " ", "history")
    assert answer.code == 2
    assert option in answer.err
