"""The heartbeat: a second service on one lake is noticed, one that is gone is not."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from collectors.service.heartbeat import FILE, Heartbeat
from collectors.service.notes import Notes


def heartbeat(lake: Path) -> Heartbeat:
    return Heartbeat(lake, Notes(lambda error: pytest.fail(str(error))))


def leave(lake: Path, **said: object) -> None:
    (lake / FILE).parent.mkdir(parents=True, exist_ok=True)
    (lake / FILE).write_text(json.dumps(said), "utf-8")


def test_nobody_watches_a_new_lake(tmp_path: Path) -> None:
    assert heartbeat(tmp_path).other() is None


def test_another_service_on_this_host_is_named(tmp_path: Path) -> None:
    leave(tmp_path, host=socket.gethostname(), pid=os.getppid(), beat_utc=time.time())
    assert heartbeat(tmp_path).other() == f"process {os.getppid()} on {socket.gethostname()}"


def test_another_host_is_believed_while_its_beat_is_fresh(tmp_path: Path) -> None:
    leave(tmp_path, host="elsewhere", pid=1, beat_utc=time.time() - 10)
    assert heartbeat(tmp_path).other() == "process 1 on elsewhere"
    leave(tmp_path, host="elsewhere", pid=1, beat_utc=time.time() - 600)
    assert heartbeat(tmp_path).other() is None


def test_one_that_was_killed_is_not_there(tmp_path: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    leave(tmp_path, host=socket.gethostname(), pid=dead.pid, beat_utc=time.time())
    assert heartbeat(tmp_path).other() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host": "x"}', '{"host": "x", "pid": [], "beat_utc": 1}'])
def test_half_a_file_is_nobody(tmp_path: Path, text: str) -> None:
    leave(tmp_path)
    (tmp_path / FILE).write_text(text, "utf-8")
    assert heartbeat(tmp_path).other() is None


def test_its_own_beat_is_written_and_taken_away(tmp_path: Path) -> None:
    mine = heartbeat(tmp_path)
    mine.beat()
    said = json.loads((tmp_path / FILE).read_text("utf-8"))
    assert (said["pid"], said["host"]) == (os.getpid(), socket.gethostname())
    assert mine.other() is None
    mine.end()
    assert list((tmp_path / FILE).parent.iterdir()) == []
