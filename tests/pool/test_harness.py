"""The pool that tests run on is real: it takes jobs, writes every record, loses daemons, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pool import shapes
from tests.pool.fixtures import StartPool
from tests.pool.node import Node
from tests.pool.plan import AUTHENTICATED_READ, SITES, AccessPointPlan, ComputeElementPlan, PoolPlan
from tests.pool.pool import Pool
from tests.pool.problem import PoolProblem

ROOT = Path(__file__).parent.parent.parent
ONE_SITE = SITES[:1]
ASK = """
import htcondor2
found = htcondor2.Collector().locate(htcondor2.DaemonType.Schedd, "ap1.pool.test")
print(len(htcondor2.Schedd(found).query()), "jobs")
"""


@pytest.fixture(scope="module")
def special(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """A pool with small files, a compute element, and READ for those alone who show a token."""
    rotating = AccessPointPlan("ap1", history_bytes=60_000, epoch_bytes=70_000, starts_per_s=10)
    elements = (ComputeElementPlan(),)
    plan = PoolPlan("forky", (rotating,), ONE_SITE, compute_elements=elements, lines=AUTHENTICATED_READ)
    with Pool.start(tmp_path_factory.mktemp("special"), plan) as pool:
        yield pool


def ask(config: Path) -> subprocess.CompletedProcess[str]:
    """A client of its own outside the pool, which looks up ap1 and counts its jobs."""
    environment = os.environ | {"CONDOR_CONFIG": str(config)}
    return subprocess.run([sys.executable, "-c", ASK], check=False, capture_output=True, text=True, env=environment)


def banners(files: list[Path], pattern: str) -> list[str]:
    found: list[str] = []
    for path in files:
        found += re.findall(pattern, path.read_text("utf-8"), re.MULTILINE)
    return found


def answers(node: Node, port: int) -> bool:
    try:
        socket.create_connection((node.address, port), timeout=0.5).close()
    except TimeoutError:
        return False
    return True


def test_a_job_at_each_site_leaves_every_kind_of_record(pool: Pool) -> None:
    ap = pool.ap("ap1")
    clusters = {site.name: ap.submit("alice", shapes.sleeps(0.5, site=site.site)) for site in SITES}
    ap.wait_idle()
    jobs = {f"ClusterId = {cluster} " for cluster in clusters.values()}
    assert jobs <= set(banners(ap.history_files(), r"^\*\*\* Offset = \d+ (ClusterId = \d+ )"))
    runs = banners(ap.epoch_files(), r"^\*\*\* EPOCH ClusterId=(\d+)")
    for site, cluster in clusters.items():
        assert runs.count(str(cluster)) == 1
        assert f'\nLastRemoteHost = "slot1_1@{site}.pool.test"' in (ap.per_job / f"history.{cluster}.0").read_text()
        assert (ap.per_job_epochs / f"job.runs.{cluster}.0.ads").exists()
        assert f"ClusterId = {cluster} " in banners(pool.sites[site].history_files(), r"^\*\*\* .*?(ClusterId = \d+ )")


def test_files_rotate_and_the_rotations_hold_what_the_witness_holds(special: Pool) -> None:
    ap = special.ap("ap1")
    cluster = ap.submit("alice", shapes.noop(), count=48)
    ap.wait_idle()
    written = banners(ap.history_files(), rf"^\*\*\* Offset = \d+ ClusterId = {cluster} ProcId = (\d+)")
    assert len(ap.history_files()) >= 4
    assert sorted(map(int, written)) == list(range(48))
    assert {path.name for path in ap.per_job.glob(f"*.{cluster}.*")} == {f"history.{cluster}.{p}" for p in range(48)}
    runs = banners(ap.epoch_files(), rf"^\*\*\* EPOCH ClusterId={cluster} ProcId=(\d+)")
    assert len(ap.epoch_files()) >= 3
    assert sorted(map(int, runs)) == list(range(48))


def test_a_schedd_killed_by_its_pid_comes_back_with_its_jobs(pool: Pool) -> None:
    ap = pool.ap("ap2")
    cluster = ap.submit("bob", shapes.sleeps(3))
    ap.wait_running(cluster)
    before = ap.pid("schedd")
    ap.kill_schedd()
    assert ap.pid("schedd") != before
    ap.wait_idle()
    assert "\nJobStatus = 4\n" in (ap.per_job / f"history.{cluster}.0").read_text("utf-8")


def test_jobs_are_evicted_held_released_and_removed_by_order(pool: Pool) -> None:
    ap = pool.ap("ap1")
    cluster = ap.submit("carol", shapes.sleeps(60))
    ap.wait_running(cluster)
    ap.evict(cluster)
    ap.wait_until(lambda: ap.queue(f"ClusterId == {cluster}")[0]["NumShadowStarts"] == 2, "the job has started again")
    ap.wait_running(cluster)
    ap.hold(cluster)
    ap.wait_held(cluster)
    ap.release(cluster)
    ap.wait_running(cluster)
    os.kill(ap.shadow(f"{cluster}.0"), signal.SIGKILL)
    ap.remove(cluster)
    ap.wait_idle()
    assert "\nJobStatus = 3\n" in (ap.per_job / f"history.{cluster}.0").read_text("utf-8")


def test_a_startd_that_is_killed_comes_back_and_takes_jobs(pool: Pool) -> None:
    site, ap = pool.sites["alpha"], pool.ap("ap1")
    before = site.pid("startd")
    site.kill_startd()
    assert site.pid("startd") != before
    ap.submit("alice", shapes.sleeps(0, site="Alpha"))
    ap.wait_idle()


def test_a_node_reads_configuration_that_is_added_to_it(pool: Pool) -> None:
    ap = pool.ap("ap2")
    ap.reconfigure("MAX_JOBS_RUNNING = 77")
    ask_schedd = ("condor_config_val", "-address", f"<{ap.address_of_schedd}>", "MAX_JOBS_RUNNING")
    ap.wait_until(lambda: ap.ok(*ask_schedd).strip() == "77", "the schedd knows the new limit")


def test_who_shows_no_token_of_the_pool_is_refused(special: Pool, tmp_path: Path) -> None:
    good = ask(special.client_config(tmp_path / "good", special.token("reader", "READ")))
    assert (good.returncode, good.stdout) == (0, "0 jobs\n"), good.stderr
    for name, token in (("none", None), ("strange", special.strange_token())):
        refused = ask(special.client_config(tmp_path / name, token))
        assert refused.returncode == 1
        assert "HTCondorException" in refused.stderr


def test_a_firewall_silences_a_node_for_those_outside_alone(pool: Pool) -> None:
    ap = pool.ap("ap1")
    with pool.firewall(ap, 9620):
        assert not answers(ap, 9620)
        assert answers(pool.ap("ap2"), 9620)
        ap.ok("condor_q")
    assert answers(ap, 9620)


def test_a_frozen_daemon_takes_connections_and_says_nothing(pool: Pool) -> None:
    ap = pool.ap("ap1")
    ap.freeze("schedd")
    assert answers(ap, 9620)
    with pytest.raises(subprocess.TimeoutExpired):
        ap.run("condor_q", timeout_s=1)
    ap.thaw("schedd")
    ap.wait_answers()


def test_a_stopped_schedd_stays_away_until_it_is_started(pool: Pool) -> None:
    ap = pool.ap("ap2")
    ap.stop_schedd()
    assert ap.run("condor_q").code != 0
    ap.start_schedd()
    assert ap.run("condor_q").code == 0


def test_a_compute_element_routes_its_jobs_to_the_batch_system(special: Pool) -> None:
    element, batch = special.compute_elements["ce1"], special.ap("ap1")
    cluster = element.submit("alice", shapes.sleeps(1))
    element.wait_idle()
    batch.wait_idle()
    at_element = (element.per_job / f"history.{cluster}.0").read_text("utf-8")
    routed = re.findall(r'^RoutedToJobId = "(\d+\.0)"$', at_element, re.MULTILINE)
    assert len(routed) == 1
    at_batch = (batch.per_job / f"history.{routed[0]}").read_text("utf-8")
    assert f'\nRoutedFromJobId = "{cluster}.0"\n' in at_batch


def test_the_older_suite_runs_the_older_daemons(start_pool: StartPool) -> None:
    pool = start_pool(PoolPlan(suite="trixie", access_points=(AccessPointPlan("ap1"),), sites=ONE_SITE))
    ap = pool.ap("ap1")
    versions = pool.cm.ok("condor_status", "-any", "-af", "CondorVersion").splitlines()
    assert {version.split()[1] for version in versions if version != "undefined"} == {"23.9.6"}
    cluster = ap.submit("alice", shapes.sleeps(0.5))
    ap.wait_idle()
    assert (ap.per_job / f"history.{cluster}.0").exists()


def test_waiting_in_vain_shows_what_was_waited_for_and_the_logs(pool: Pool) -> None:
    with pytest.raises(PoolProblem) as failed:
        pool.ap("ap1").wait_until(lambda: False, "pigs fly", seconds=0.1)
    assert "ap1: pigs fly" in str(failed.value)
    assert "SchedLog of ap1" in str(failed.value)


def processes_and_mounts(state: Path) -> list[str]:
    """What of a pool still runs, or is still mounted where we are."""
    running = [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(state) in _text(path)]
    mounts = [line for line in _text(Path("/proc/self/mounts")).splitlines() if str(state) in line]
    return [*map(str, running), *mounts]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_nothing_is_left_of_a_pool_that_was_closed(tmp_path: Path) -> None:
    plan = PoolPlan(access_points=(AccessPointPlan("ap1"),), sites=ONE_SITE)
    with Pool.start(tmp_path / "pool", plan) as pool:
        pool.ap("ap1").wait_running(pool.ap("ap1").submit("alice", shapes.sleeps(60)))
        assert len(pool.namespace.processes()) > 10
    assert pool.namespace.processes() == []
    assert processes_and_mounts(tmp_path) == []
    assert "127.77." not in "".join(_text(path) for path in [Path("/proc/self/mounts")])


OWNER = """
import sys
from collections.abc import Iterator
from pathlib import Path
from tests.pool.plan import SITES, PoolPlan
from tests.pool.pool import Pool
with Pool.start(Path(sys.argv[1]), PoolPlan(sites=SITES[:1])) as pool, pool.firewall(pool.cm):
    print(pool.cm.address, pool.namespace.pid_ns, flush=True)
    sys.stdin.read()
"""


def test_nothing_is_left_of_a_pool_whose_owner_was_killed(pool: Pool, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path / "pool")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as owner:
        assert owner.stdout is not None
        address, namespace = owner.stdout.readline().split()
        assert address != pool.cm.address
        owner.kill()
        owner.wait()

    def alive() -> list[Path]:
        return [path for path in Path("/proc").glob("[0-9]*/ns/pid") if _link(path) == namespace]

    pool.wait_until(lambda: not alive(), "the pool has died with its owner", 10)
    assert f"pool_{address.replace('.', '_')}" not in pool.cm.ok("nft", "list", "tables")


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
