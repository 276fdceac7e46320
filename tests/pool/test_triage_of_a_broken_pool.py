"""A real pool is broken in five ways: the page Triage and the command name each, with its class, place and message.

The ledger is told nothing: `collect --watch` asks the daemons and builds, as it does in production.
"""

import os
import signal
import time
from pathlib import Path

import pytest

from pipeline.cube import Cube
from pipeline.errors import CubeMissing
from pipeline.health import read_health
from pipeline.triage.chosen import up_to
from pipeline.triage.finding import Finding
from pipeline.viewer import LOCAL
from tests.dashboard.chromium import launched
from tests.dashboard.served import served
from tests.pool import shapes
from tests.pool.access_point import AccessPoint
from tests.pool.fixtures import StartPool
from tests.pool.installed import USERS
from tests.pool.operator import Operator
from tests.pool.plan import PoolPlan, SitePlan
from tests.pool.pool import Pool
from tests.pool.waiting import wait_until

BROKEN_PLUGIN = "FILETRANSFER_PLUGINS = /pool/etc/broken_plugin"
PLAN = PoolPlan(
    sites=(
        SitePlan("alpha", "Alpha", "Alpha-CE1", cpus=32),
        SitePlan("beta", "Beta", "Beta-CE1", cpus=32, lines=(BROKEN_PLUGIN,)),
        SitePlan("gamma", "Gamma", "Gamma-CE1", cpus=9),
        SitePlan("delta", "Gamma", "Gamma-CE1", cpus=9),
    )
)
"""Site Gamma has two hosts: a startd takes three seconds to see to each starter that died, and answers nobody then."""
STEADY, KILLED, OTHERS = 16, 6, 7
"""Jobs of each user that are well, whose starters are killed, and that a plugin fails."""
AT_EACH = 11
"""Jobs that are held at each of the sites Alpha and Beta, for one reason."""
TAKES_160_MB = "(head -c 160000000 /dev/zero; sleep 60) | tail"
"""Where 64 are asked for and 128 given."""
EXPECTED = {
    ("missing_input", "project", "Lattice", "No such file or directory"),
    ("memory_exceeded", "project", "Fold", "memory usage exceeded request_memory"),
    ("plugin_failure", "host", "beta.pool.test", "Could not resolve host"),
    ("starter_fault", "site", "Gamma", "Job not found at execution machine"),
}
"""Class, place, and part of the message."""
UNREACHABLE = "Collection from access point ap2.pool.test has failed since"
SOURCE = 'name = "asked"\nkind = "schedds"\ninterval_s = 5\ntimeout_s = 8'
LONGEST_S = 120


def held_at_two_sites(ap: AccessPoint, user: str, script: str, **more: object) -> int:
    """Such jobs at sites Alpha and Beta; how many."""
    for site in ("Alpha", "Beta"):
        ap.submit(user, shapes.shell(script, site=site, **more), AT_EACH)
    return 2 * AT_EACH


def starters_are_killed(pool: Pool, ap: AccessPoint) -> list[int]:
    """Clusters of jobs of every user that run at site Gamma; the starter of each is killed."""
    long = shapes.shell("sleep 300", site="Gamma", project="Steady")
    clusters = [ap.submit(user, long, KILLED) for user in USERS]
    for cluster in clusters:
        ap.wait_running(cluster)
    for host in ("gamma", "delta"):
        for starter in pool.sites[host].daemons("starter"):
            os.kill(starter.pid, signal.SIGKILL)
    return clusters


def steady(site: str) -> str:
    """Jobs that a plugin brings a file."""
    return shapes.shell("exit 0", site=site, project="Steady", transfer_input_files="store:///there")


def is_broken(pool: Pool, ap: AccessPoint) -> None:
    """Starters die; meanwhile files are missing, memory does not suffice, and a plugin fails at one site."""
    killed = starters_are_killed(pool, ap)
    held = held_at_two_sites(ap, "alice", "exit 0", project="Lattice", transfer_input_files="/pool/submit/absent")
    held += held_at_two_sites(ap, "bob", TAKES_160_MB, project="Fold")
    for user in USERS:
        ap.submit(user, steady("Beta"), OTHERS)
        held += OTHERS
    ap.wait_until(lambda: len(ap.queue("JobStatus == 5")) == held, f"{held} jobs are held", 90)
    again = f"ClusterId >= {killed[0]} && ClusterId <= {killed[-1]} && NumShadowStarts >= 2"
    whole = KILLED * len(killed)
    ap.wait_until(lambda: len(ap.queue(again)) == whole, "the jobs whose starters were killed have started again", 120)
    for cluster in killed:
        ap.remove(cluster)


class Told:
    """What triage finds in the newest cube; one cube is asked once."""

    def __init__(self, lake: Path) -> None:
        self._lake = lake
        self._cube: Cube | None = None
        self._found: tuple[Finding, ...] = ()

    def found(self) -> tuple[Finding, ...]:
        try:
            newest = self._cube.newest() if self._cube else Cube.open(self._lake)
        except CubeMissing:
            return ()
        if newest is not self._cube:
            self._cube, self._found = newest, newest.findings(up_to("test", int(time.time()) + 1), LOCAL)
        return self._found

    def names_all(self) -> bool:
        return {expected for expected in EXPECTED if any(is_it(one, expected) for one in self.found())} == EXPECTED

    def __str__(self) -> str:
        return "\n".join(f"{one.failure} {one.dimension} {one.values}: {one.sentence}" for one in self._found)


def is_it(one: Finding, expected: tuple[str, str, str, str]) -> bool:
    failure, dimension, value, words = expected
    place = (one.failure, one.dimension, one.values)
    return one.alarm and place == (failure, dimension, (value,)) and words in one.signature


def is_collected(lake: Path, ap: AccessPoint) -> bool:
    known = read_health(lake)
    return {one.state for one in known} == {"ok"} and ap.full_name in {one.ap for one in known}


def fails(lake: Path, ap: AccessPoint) -> bool:
    """All of its streams do, and those of no other."""
    known = read_health(lake)
    return {one.ap == ap.full_name for one in known if one.state == "failing"} == {True} and all(
        one.state == "failing" for one in known if one.ap == ap.full_name
    )


def on_the_page(lake: Path) -> list[str]:
    """The sentences that a reader of the page Triage sees."""
    with served(lake) as address, launched() as browser:
        page = browser.new_page()
        page.goto(f"{address}/triage?pool=test")
        page.locator(".triage-sentence").first.wait_for(timeout=60_000)
        return page.locator(".triage-sentence").all_inner_texts()


def test_what_is_broken_on_a_pool_is_named_on_the_page(
    start_pool: StartPool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = start_pool(PLAN)
    ap, other = pool.ap("ap1"), pool.ap("ap2")
    (pool.state / "store" / "there").write_text("x", "ascii")
    operator = Operator.of(tmp_path / "operator", pool.client_config(tmp_path / "client", pool.token("reader")), SOURCE)
    told = Told(operator.ledger.lake)
    with operator.watches(HTC_LEDGER_BUILD_EVERY_S="5") as log:
        for user in USERS:
            ap.submit(user, steady("Alpha"), STEADY)
        other.submit("carol", shapes.sleeps(0, project="Steady"))
        pool.wait_idle()
        pool.wait_until(lambda: is_collected(operator.ledger.lake, other), "both access points are collected")
        with pool.firewall(other):
            is_broken(pool, ap)
            broken = time.monotonic()
            wait_until(told.names_all, "triage names all", LONGEST_S, lambda: f"{told}\n{log.read_text('utf-8')}")
            took_s = time.monotonic() - broken
            pool.wait_until(lambda: fails(operator.ledger.lake, other), "the access point that is cut off fails")
    said = operator.run("triage", "--format", "json")
    assert said.code == 0, said.err
    sentences = [row["sentence"] for row in said.json]
    assert on_the_page(operator.ledger.lake) == sentences
    assert sentences[0].startswith(UNREACHABLE)
    with capsys.disabled():
        print(f"\ntriage named what was broken {took_s:.0f} s after the last thing broke")  # noqa: T201
