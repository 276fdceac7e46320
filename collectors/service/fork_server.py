"""Starts children fast and safely: forked from a server that has imported what is slow, and that has no threads.

A fork copies one thread only, so a lock that another thread holds stays locked in the child for ever. The libraries
start threads when they are imported (OpenBLAS, the allocators of pyarrow and deltalake); three variables keep them
from it. htcondor2 is not imported here: each child reads HTCondor's configuration anew.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any, NamedTuple

from collectors.service.child import serve
from collectors.service.errand import Errand

NO_THREADS = {
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "_RJEM_MALLOC_CONF": "background_thread:false",
}
PRELOADED = [
    "collectors.ingest",
    "collectors.service.child",
    "collectors.service.duties",
    "pipeline.commands",
    "pipeline.publish",
]
_HELD = (signal.SIGTERM, signal.SIGINT)


class Started(NamedTuple):
    """A child, and the ends of its two pipes that are ours."""

    child: ForkServerProcess
    answer: Connection
    said: Connection


def start(errand: Errand[Any]) -> Started:
    """A child that serves the errand. Raises OSError or EOFError if no process can be started."""
    for name, value in NO_THREADS.items():
        os.environ[name] = value
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    answer, its_answer = context.Pipe(duplex=False)
    said, its_said = context.Pipe(duplex=False)
    child = context.Process(target=serve, args=(errand, its_answer, its_said), name=errand.name)
    try:
        with _signals_held():
            child.start()
    except BaseException:
        answer.close()
        said.close()
        raise
    finally:
        its_answer.close()
        its_said.close()
    return Started(child, answer, said)


@contextmanager
def _signals_held() -> Iterator[None]:
    """The fork server inherits what is blocked: a signal to the whole service ends the parent, and only it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
