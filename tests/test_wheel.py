"""The wheel holds everything: installed elsewhere it simulates, ingests, builds and answers."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHIPPED = (
    "pipeline/models/attempt.sql",
    "pipeline/checks/job_reconciles.sql",
    "pipeline/triage/rules.toml",
    "collectors/simulate/body.txt",
    "collectors/simulate/faults.toml",
    "dashboard/assets/",
    "htc_ledger.py",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, from a copy of the sources, so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE", "htc_ledger.py"):
        shutil.copy(ROOT / name, folder)
    for name in ("collectors", "pipeline", "dashboard"):  # without what other processes write just now
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder / "dist"),
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (built,) = (folder / "dist").glob("*.whl")
    return built


def test_the_wheel_ships_sql_templates_and_assets(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    missing = [wanted for wanted in SHIPPED if not any(name.startswith(wanted) for name in names)]
    assert missing == []


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    there = {
        str(path.relative_to(ROOT))
        for part in ("collectors", "pipeline", "dashboard")
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there - names == set()


def test_the_wheel_works_elsewhere(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HTC_LEDGER_")} | {
        "PYTHONPATH": str(site),
        "HTC_LEDGER_LAKE": str(tmp_path / "lake"),
    }

    def ledger(*words: str) -> str:
        command = [sys.executable, "-m", "htc_ledger", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=environment).stdout

    where = [sys.executable, "-c", "import pipeline; print(pipeline.__file__)"]
    found = subprocess.run(where, check=True, capture_output=True, text=True, cwd=tmp_path, env=environment).stdout
    assert found.startswith(str(site))
    ledger("simulate", "made", "--jobs", "200", "--days", "3")
    ledger("ingest", *(str(path) for path in sorted((tmp_path / "made").glob("*/*history"))))
    ledger("build")
    (total,) = json.loads(ledger("usage", "--by", "pool", "--metrics", "jobs", "--format", "json"))
    assert total["jobs"] > 100
