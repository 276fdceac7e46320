"""A cluster and a DAG of which something failed are recovered on real daemons, run again and succeed."""

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.cube import Cube
from pipeline.publish import publish
from pipeline.recover.ads import Ad, literal, parsed
from pipeline.recover.asked import asked
from pipeline.recover.describing import Description, describe
from pipeline.recover.earlier import marked
from pipeline.recover.failures import Failure
from pipeline.recover.parts import Again, Job, Recovery
from pipeline.recover.rescue_file import parsed as rescue_of
from pipeline.recover.writing import write_all
from pipeline.schema import submission as known
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.ingesting import ingest
from tests.pipeline.recover.ads import ad as made_ad
from tests.pool import shapes
from tests.pool.access_point import AccessPoint
from tests.pool.asked import Asked
from tests.pool.pool import Pool

NEEDS_ITS_INPUT = "test -e /pool/submit/$(Process).in"
GREEDY = "import os, time; x = b''x'' * 200_000_000; any(iter(lambda: os.path.exists(FILE) or time.sleep(0.2), True))"
GREEDY = GREEDY.replace("FILE", "''/pool/submit/enough''")
"""Takes its memory, and keeps it until that file is there: the policy has all the time that it needs."""
HOSTILE = (
    "$(DOLLAR)ENV(HOME)",
    "$(DOLLAR)(X) \\n",
    "queue 100",
    'it\'s \\"so\\"',
    "a, b; c",
    "# x",
    "$$(Arch)",
    "ü {x} [y] %z",
)


@pytest.fixture
def ledger(pool: Pool, tmp_path: Path) -> Asked:
    return Asked.of(pool, tmp_path / "asked")


def recovered(pool: Pool, ledger: Asked, **of: Any) -> Recovery:
    """What the cube says after the access points' files were read and their queues asked."""
    settings = Settings(lake=ledger.lake.root)
    assert {visit.error for visit in ledger.poll("schedds", streams=["queue"]).values()} == {None}
    ingest(
        [path for ap in pool.access_points.values() for path in (*ap.history_files(), *ap.epoch_files())],
        settings,
        pool="test",
    )
    publish(ledger.lake, settings, lambda step: None)
    return Cube.open(ledger.lake.root).recovery(asked(**of), LOCAL)


def in_folder(ap: AccessPoint, folder: str, *words: str) -> str:
    return ap.ok("sh", "-c", f"cd {folder} && {' '.join(words)}", user="alice")


def submitted(pool: Pool, ap: AccessPoint, found: Recovery, name: str) -> list[int]:
    """The clusters of the recovery's files, written where the pool sees them."""
    lines = write_all(found, pool.state / "submit" / name)
    files = [line.rpartition(" ")[2] for line in lines if not line.startswith("#")]
    said = [in_folder(ap, f"/pool/submit/{name}", "condor_submit", "-terse", file) for file in files]
    return [int(line.split(".")[0]) for line in said]


def final(ap: AccessPoint, cluster: int, proc: int = 0) -> Ad:
    return parsed((ap.per_job / f"history.{cluster}.{proc}").read_bytes(), "long")


def said(ad: Ad) -> dict[str, str]:
    """What its submitter said of a job."""
    made = {each.attribute for each in known.SAID}
    theirs = {name: raw for name, raw in ad if (name in made or known.is_users_own(name)) and raw != "undefined"}
    return {name: raw for name, raw in theirs.items() if name != "JobBatchName"}


def exits(ap: AccessPoint, cluster: int) -> list[int | None]:
    return [
        final(ap, cluster, proc).number("ExitCode")
        for proc in range(len(list(ap.per_job.glob(f"history.{cluster}.*"))))
    ]


def test_a_cluster_runs_again_where_it_failed_and_nowhere_else(pool: Pool, ledger: Asked) -> None:
    ap = pool.ap("ap1")
    (pool.state / "submit" / "0.in").write_text("x", "ascii")
    own = {f"My.Tag{n}": f'"{text}"' for n, text in enumerate(HOSTILE)}
    job = shapes.shell(NEEDS_ITS_INPUT, project="Again", environment="\"A='b c' D=''''\"", **own)
    first = ap.submit("alice", job, 3)
    ap.wait_idle()
    found = recovered(pool, ledger, cluster=f"ap1#{first}")
    assert [(each.job.proc, each.failure.name) for each in found.again] == [
        (1, "application_exit"),
        (2, "application_exit"),
    ]
    for proc in (1, 2):
        (pool.state / "submit" / f"{proc}.in").write_text("x", "ascii")
    (again,) = submitted(pool, ap, found, "again-inputs")
    ap.wait_idle()
    assert exits(ap, again) == [0, 0]
    for place, proc in enumerate((1, 2)):
        assert said(final(ap, again, place)) == said(final(ap, first, proc))
    after = recovered(pool, ledger, cluster=f"ap1#{first}")
    assert (after.again, {left.kind for left in after.left}) == ((), {"recovered"})


HOSTILE_ALONE = (
    "$(HOME)", "$ENV(HOME)", "a $$(Arch) b", "$$(A:$(HOME))", "$INT(x)", "$RANDOM_CHOICE(a,b)", "x$", "$$", "queue 100",
    "include : /etc/passwd", "# c", "it's", 'a "b" c', "if true", "@=end", "a,b; c", "ü中", "MY.X = 1", "$Fpq(x)",
    "a\tb", "$ (x)", "${HOME}", "$()", "$(A", "`id`", "$((1+1))", "//x", "/*c*/", "x\\y", "a  b", "queue",
)  # fmt: skip
"""Each is a value of these attributes, one at a time."""
IN_TURN = ("Out", "Err", "TransferInput", "TransferOutput", "OutputDestination", "JobBatchName", "Note", "ProjectName")


def test_hostile_values_come_out_of_condor_submit_as_they_went_in(pool: Pool) -> None:
    given = [(name, value) for name in IN_TURN for value in HOSTILE_ALONE]
    again, expected = [], {}
    for proc, (name, value) in enumerate(given):
        ad = made_ad(Cmd='"/bin/true"', Iwd='"/tmp"', **{name: literal(value)})
        described = describe(ad)
        assert isinstance(described, Description), (name, value, described)
        job = Job("ap1", 1, proc, "alice", "A", f"ap1#1.{proc}#1")
        again.append(Again(job, Failure("x", "x", "", "x"), marked(described, job), ()))
        expected[f"ap1#1.{proc}#1"] = (name, value)
    found = Recovery("x", "test", 0, tuple(again), (), ())
    folder = pool.state / "submit" / "hostile"
    write_all(found, folder)
    got = {}
    for path in sorted(folder.glob("*.sub")):
        out = f"/pool/submit/{path.stem}.ads"
        pool.ap("ap1").ok("sh", "-c", f"cd /pool/submit/hostile && condor_submit -dry-run {out} {path.name}")
        for made in dry_run_ads((pool.state / "submit" / f"{path.stem}.ads").read_text("utf-8")):
            mark = str(made.text(known.MARK))
            got[mark] = (expected[mark][0], made.text(expected[mark][0]))
    assert got == expected


def dry_run_ads(text: str) -> list[Ad]:
    """The jobs of a dry run: each begins with what it has from its cluster's first one."""
    blocks = [block for block in text.split("\n\n") if block.strip()]
    first = "\n".join(line for line in blocks[0].splitlines())
    return [parsed(f"{first}\n{block}".encode(), "long") for block in blocks if "ProcId" in block]


def test_a_job_that_lacked_memory_asks_for_more_and_succeeds(pool: Pool, ledger: Asked) -> None:
    ap = pool.ap("ap1")
    job = shapes.job("/usr/bin/python3", f"\"-c '{GREEDY}'\"", periodic_remove="JobStatus == 5")
    first = ap.submit("alice", job)
    ap.wait_until((ap.per_job / f"history.{first}.0").exists, "its policy has removed the held job")
    (one,) = recovered(pool, ledger, cluster=f"ap1#{first}").again
    assert one.failure.name == "memory_exceeded"
    assert [(change.command, change.was) for change in one.changes] == [("request_memory", 64)]
    (pool.state / "submit" / "enough").write_text("x", "ascii")
    (again,) = submitted(pool, ap, recovered(pool, ledger, cluster=f"ap1#{first}"), "again-memory")
    ap.wait_idle()
    assert exits(ap, again) == [0]
    assert final(ap, again).number("RequestMemory") == one.changes[0].value


def test_a_job_that_was_read_over_the_network_runs_again_if_its_ad_was_asked_for_whole(
    pool: Pool, tmp_path: Path
) -> None:
    ap = pool.ap("ap1")
    cluster = ap.submit("alice", shapes.exits(3, My__Own=3).replace("My__Own", "+MyOwn"))
    ap.wait_idle()
    found = []
    for whole in (True, False):
        ledger = Asked.of(pool, tmp_path / f"whole {whole}")
        assert {visit.error for visit in ledger.poll("schedds", whole_ads=whole).values()} == {None}
        publish(ledger.lake, Settings(lake=ledger.lake.root), lambda step: None)
        found.append(Cube.open(ledger.lake.root).recovery(asked(cluster=f"ap1#{cluster}"), LOCAL))
    assert [each.description.own for each in found[0].again] == [("MyOwn",)]
    assert found[1].again == ()
    assert "only a part of the ad was read" in found[1].left[0].why
    (again,) = submitted(pool, ap, found[0], "again-asked")
    ap.wait_idle()
    assert said(final(ap, again)) == said(final(ap, cluster))


def test_what_is_in_the_queue_is_left_there(pool: Pool, ledger: Asked) -> None:
    ap = pool.ap("ap1")
    held = ap.submit("alice", shapes.held_for_want_of_input())
    ap.wait_held(held)
    found = recovered(pool, ledger, cluster=f"ap1#{held}")
    ap.remove(held)
    ap.wait_idle()
    assert found.again == ()
    assert [left.kind for left in found.left] == ["queued"]
    assert f"condor_release {held}.0" in found.left[0].why


def a_dag(pool: Pool, name: str, more: str = "") -> Path:
    """A, of two jobs, then B, which wants a file and memory, then C."""
    folder = pool.state / "submit" / name
    folder.mkdir()
    folder.chmod(0o777)
    needy = shapes.shell(f"test -e /pool/submit/{name}.in", request_memory=64)
    texts = {"a": shapes.exits(0) + "queue 2\n", "b": needy + "queue\n", "c": shapes.exits(0) + "queue\n"}
    for node, text in texts.items():
        (folder / f"{node}.sub").write_text(text, "utf-8")
    lines = ["JOB A a.sub", "JOB B b.sub", "JOB C c.sub", "PARENT A CHILD B", "PARENT B CHILD C", more, ""]
    (folder / "t.dag").write_text("\n".join(lines), "ascii")
    return folder


def run_dag(ap: AccessPoint, folder: Path, *before: str) -> int:
    """Submit the DAG and wait for it; its own job's cluster."""
    out = in_folder(ap, f"/pool/submit/{folder.name}", *before, "condor_submit_dag", "t.dag")
    ap.wait_idle()
    return cluster_of(out)


def cluster_of(said: str) -> int:
    return int(re.findall(r"submitted to cluster (\d+)", said)[0])


def nodes_run_by(ap: AccessPoint, dag: int) -> list[str]:
    ads = [parsed(path.read_bytes(), "long") for path in ap.per_job.iterdir()]
    return sorted(str(ad.text("DAGNodeName")) for ad in ads if ad.number("DAGManJobId") == dag)


RICH = """SPLICE S inner.dag
SUBDAG EXTERNAL D below.dag
SCRIPT PRE A /bin/true
SCRIPT POST A /bin/true
FINAL F c.sub"""


def test_a_dag_goes_on_where_it_failed_and_its_final_node_runs_again(pool: Pool, ledger: Asked) -> None:
    ap = pool.ap("ap1")
    folder = a_dag(pool, "rich-dag", RICH)
    (folder / "inner.dag").write_text("JOB X c.sub\nJOB Y c.sub\nPARENT X CHILD Y\n", "ascii")
    (folder / "below.dag").write_text("JOB Z c.sub\n", "ascii")
    first = run_dag(ap, folder)
    assert nodes_run_by(ap, first) == ["A", "A", "B", "D", "F", "S+X", "S+Y"]
    (folder / "t.dag.rescue001").unlink()  # as if DAGMan had been killed
    found = recovered(pool, ledger, dag=f"ap1#{first}")
    assert found.rescue is not None
    assert found.rescue.folder == f"/pool/submit/{folder.name}"
    write_all(found, pool.state / "submit" / "again-dag")
    (pool.state / "submit" / "rich-dag.in").write_text("x", "ascii")
    second = cluster_of(ap.ok("sh", "-c", found.rescue.lines(Path("/pool/submit/again-dag"))[-1], user="alice"))
    ap.wait_idle()
    assert nodes_run_by(ap, second) == ["B", "C", "F"]
    assert final(ap, second).number("ExitCode") == 0
    assert recovered(pool, ledger, dag=f"ap1#{second}").again == ()


def test_a_dag_with_a_node_that_no_job_tells_of_wants_dagmans_own_rescue(pool: Pool, ledger: Asked) -> None:
    ap = pool.ap("ap1")
    folder = a_dag(pool, "noop-dag", "JOB N a.sub NOOP")
    first = run_dag(ap, folder)
    refused = recovered(pool, ledger, dag=f"ap1#{first}")
    assert (refused.rescue, [left.kind for left in refused.left]) == (None, ["missing"])
    written = folder / "t.dag.rescue001"
    found = recovered(pool, ledger, dag=f"ap1#{first}", rescued=rescue_of(written.name, written.read_text("utf-8")))
    assert found.rescue is not None
    write_all(found, pool.state / "submit" / "again-noop")
    text = (pool.state / "submit" / "again-noop" / "t.dag.rescue002").read_text("utf-8")
    (pool.state / "submit" / "again-noop" / "t.dag.rescue002").write_text(
        text + 'VARS B APPEND request_memory="333"\n', "utf-8"
    )
    (pool.state / "submit" / "noop-dag.in").write_text("x", "ascii")
    second = run_dag(ap, folder, "cat /pool/submit/again-noop/t.dag.rescue002 > t.dag.rescue002 &&")
    assert nodes_run_by(ap, second) == ["B", "C"]
