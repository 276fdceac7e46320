"""The child's side of an errand: alone in a process group that the kernel ends with the parent.

In: an errand and two pipes. Out: the pickled answer through the first, all that is printed through the second.
htcondor2 holds the interpreter's lock while a peer is silent, so nothing here relies on a thread or a Python signal
handler: the kernel ends the group by itself, because the pipe to the parent carries SIGKILL as its signal.
"""

import faulthandler
import fcntl
import multiprocessing
import os
import pickle
import select
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from collectors.service.errand import Errand
from pipeline.errors import LakeError, LedgerError
from pipeline.light_libraries import load_lightly

Answer = tuple[bool, Any]
"""(True, value), or (False, (what, hint, fault))."""


def serve(errand: Errand[Any], answer: Connection, said: Connection) -> NoReturn:
    """Run the errand, write its answer and end. What is no LedgerError ends the process with its traceback."""
    _end_with_the_parent()
    _speak_into(said)
    _take_signals()
    load_lightly()
    try:
        reply: Answer = (True, errand.run(*errand.args))
    except LedgerError as error:
        reply = (False, (error.what, error.hint, "lake" if isinstance(error, LakeError) else "source"))
    with open(answer.fileno(), "wb", closefd=False) as pipe:
        pickle.dump(reply, pipe)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a thread that a library left behind must not hold up what is done


def _end_with_the_parent() -> None:
    """Lead a group of one's own; the parent's end of the pipe closing kills it, whatever it is doing."""
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError("only a child of the collector serves errands")
    os.setsid()
    pipe = parent.sentinel
    fcntl.fcntl(pipe, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:  # it died before this was set
        os._exit(1)


def _speak_into(said: Connection) -> None:
    """Standard output and error go to the parent, which keeps the end of them."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(said.fileno(), 1)
    os.dup2(said.fileno(), 2)
    said.close()
    faulthandler.enable()


def _take_signals() -> None:
    """The fork server keeps signals blocked; here they end the errand."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
