"""An Elasticsearch node in a folder outside the tree, made once from the parts of parts.py and used by every test.

Out: the folder, with java/, lib/, modules/, config/ and classes/. It is made beside its final name and renamed when it
is whole; processes that want it at the same time wait for the one that makes it.
"""

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.elastic.parts import HERE, fetch_jars, fetch_java, run
from tests.elastic.problem import ElasticProblem

RECIPE = (
    "pom.xml",
    "java.txt",
    "artifacts.sha256",
    "plugin-descriptor.properties",
    "LoopbackNode.java",
    "installed.py",
)
"""What the folder is made by: where one of these changes, so does the folder's name."""
MODULE_JARS = ("netty-*.jar", "transport-netty4-*.jar")
COMPILER_JAR = "ecj-*.jar"


def home() -> Path:
    """Where made nodes are kept: HTC_LEDGER_ELASTIC_HOME, else /var/tmp/htc-ledger-elastic."""
    return Path(os.environ.get("HTC_LEDGER_ELASTIC_HOME", "/var/tmp/htc-ledger-elastic"))


def installed() -> Path:
    """The folder with the node in it, made now if it is not there. Raises ElasticProblem, never skips."""
    folder = made_at()
    if not folder.is_dir():
        with _one_at_a_time():
            if not folder.is_dir():
                _make(folder)
    return folder


def made_at() -> Path:
    """Where the node of this recipe is, or will be."""
    recipe = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in RECIPE)).hexdigest()
    return home() / f"node-{recipe[:12]}"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(folder: Path) -> None:
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "config").mkdir(parents=True)
    fetch_java(unfinished / "java")
    fetch_jars(unfinished / "lib")
    _sort_out(unfinished)
    _compile(unfinished)
    unfinished.rename(folder)


def _sort_out(folder: Path) -> None:
    """Move the module that gives the node HTTP out of lib/: it has a folder and a class loader of its own."""
    module = folder / "modules" / "transport-netty4"
    module.mkdir(parents=True)
    for jar in (path for pattern in MODULE_JARS for path in (folder / "lib").glob(pattern)):
        jar.rename(module / jar.name)
    shutil.copy(HERE / "plugin-descriptor.properties", module)


def _compile(folder: Path) -> None:
    """Make classes/ of LoopbackNode.java, and drop the compiler."""
    (compiler,) = (folder / "lib").glob(COMPILER_JAR)
    program = [str(folder / "java" / "bin" / "java"), "-Xmx256m", "-jar", str(compiler)]
    path = ":".join(str(jar) for jar in (folder / "lib").glob("*.jar") if jar != compiler)
    options = ["-source", "21", "-target", "21", "-classpath", path, "-d", str(folder / "classes")]
    run([*program, *options, str(HERE / "LoopbackNode.java")], "The node's public constructor may have changed.")
    compiler.unlink()


def main() -> None:
    """Make the node and say so: `python -m tests.elastic.installed`."""
    if not made_at().is_dir():
        sys.stdout.write("Making an Elasticsearch node for the tests (half a minute, once) ...\n")
        sys.stdout.flush()
    try:
        installed()
    except ElasticProblem as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
