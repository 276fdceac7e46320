"""Collecting a backlog of history, from files and from a real schedd, beside HTCondor's own tool and plain htcondor2.

A pool of one access point is given a history of simulated jobs, as if it had run them. Only the asking side's CPU
time counts, not that of the schedd's helper that answers.
"""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.stopwatch import Contender, Timing, race
from tests.pool.access_point import AccessPoint
from tests.pool.plan import AccessPointPlan, PoolPlan, SitePlan
from tests.pool.pool import Pool

PLAN = PoolPlan(access_points=(AccessPointPlan("ap1"),), sites=(SitePlan("alpha", "Alpha", "Alpha-CE1"),))
FILES = '[[sources]]\nname = "files"\nkind = "files"\npaths = ["{history}"]\n'
REMOTE = '[[sources]]\nname = "remote"\nkind = "schedds"\nstreams = ["history"]\ntimeout_s = 3600\n'


def collecting(folder: Path, history: Path, ads: int, runs: int) -> list[str]:
    """Markdown: CPU time, ads per second and peak memory of each way."""
    state = folder / "pool"
    state.mkdir()
    with Pool.start(state, PLAN) as pool:
        ap = pool.ap("ap1")
        _give(ap, history)
        condor = {"CONDOR_CONFIG": str(pool.client_config(folder / "client", pool.token()))}
        spooled = ap.spool / "history"
        files = race(
            [
                collector_of(folder, "files", FILES.format(history=spooled), condor),
                _adstash(ap, spooled),
                _tool(ap, "-file", spooled),
            ],
            runs,
        )
        plain = [sys.executable, "-m", "bench.plain_htcondor2", ap.full_name, str(folder / "plain.parquet")]
        remote = race(
            [
                collector_of(folder, "remote", REMOTE, condor),
                Contender("htcondor2, one query and get", plain, condor),
                _tool(ap, "-name", ap.full_name),
            ],
            runs,
        )
    return [
        f"## Collecting a backlog of {ads:,} ads",
        "",
        "`collect` also finds the daemon, keeps the original bytes, checks, deduplicates and commits; the others",
        "print or write the wanted attributes. Asking side only.",
        "",
        "| way | CPU s | ads per CPU second | × | peak memory MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
        *_rows(files, ads),
        *_rows(remote, ads),
    ]


def _give(ap: AccessPoint, history: Path) -> None:
    """Put the file in the place of the access point's history."""
    ap.stop()
    shutil.copyfile(history, ap.spool / "history")
    ap.start()
    ap.wait_answers()


def collector_of(folder: Path, name: str, sources: str, condor: dict[str, str]) -> Contender:
    """`htc-ledger collect` of those sources into a new lake."""
    config = folder / f"{name}.toml"
    lake = folder / f"{name}-lake"
    config.write_text(f'lake = "{lake}"\n{sources}', "utf-8")
    fresh = f"rm -rf {lake} && exec {sys.executable} -m htc_ledger collect"
    return Contender(f"htc-ledger collect, {name}", ["sh", "-c", fresh], {"HTC_LEDGER_CONFIG": str(config), **condor})


def _adstash(ap: AccessPoint, history: Path) -> Contender:
    """The real one, of the pool's package, writing JSON files into a folder of the pool."""
    read = Path("/pool") / history.relative_to(ap.state)
    adstash = f"condor_adstash --standalone --interface jsonfile --ad_file {read} --log_file /pool/adstash/log"
    command = f"mkdir -p /pool/adstash && cd /pool/adstash && PYTHONPATH=/usr/libexec/condor exec {adstash}"
    words = ap.namespace.command(["sh", "-c", command], {"CONDOR_CONFIG": f"/pool/etc/{ap.name}.conf"})
    return Contender("condor_adstash to JSON files, every attribute", words, {})


def _tool(ap: AccessPoint, option: str, of: str | Path) -> Contender:
    where = Path("/pool") / of.relative_to(ap.state) if isinstance(of, Path) else of
    words = ["condor_history", option, str(where), "-jsonl"]
    command = ap.namespace.command(words, {"CONDOR_CONFIG": f"/pool/etc/{ap.name}.conf"})
    return Contender(f"condor_history -jsonl {option}", command, {})


def _rows(timings: Sequence[Timing], ads: int) -> list[str]:
    base = timings[-1].cpu_s
    return [
        f"| {t.name} | {t.cpu_s:.2f} | {ads / t.cpu_s:,.0f} | {base / t.cpu_s:.2f} | {t.peak_mib:,.0f} |"
        for t in timings
    ]
