"""The project's shape: who imports whom, what stands in registries, what is spelled where."""

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from pipeline.alerts.rule import AlertRule
from pipeline.dictionary import REFERENCES
from pipeline.dimensions import DIMENSIONS
from pipeline.errors import LedgerError
from pipeline.metrics import METRICS
from pipeline.models import MODELS
from pipeline.rules import checks
from pipeline.schema import BESIDE, TABLES
from pipeline.schema.transfer import RESULT_LISTS
from pipeline.settings import TABLES as TABLES_OF_SETTINGS
from pipeline.settings import Settings, as_toml
from pipeline.source_settings import KINDS

ROOT = Path(__file__).parent.parent
PARTS = ("collectors", "pipeline", "dashboard")
MAY_IMPORT = {
    "collectors": {"collectors", "pipeline"},
    "pipeline": {"pipeline"},
    "dashboard": {"dashboard", "pipeline"},
}


def modules(part: str) -> list[Path]:
    return sorted((ROOT / part).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("part", PARTS)
def test_parts_meet_only_in_the_pipeline(part: str) -> None:
    for path in modules(part):
        others = {name.split(".")[0] for name in imports(path)} & set(PARTS)
        assert others <= MAY_IMPORT[part], path


@pytest.mark.parametrize("part", PARTS)
def test_every_module_says_what_it_is(part: str) -> None:
    without = [path for path in modules(part) if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert without == []


def attribute_names() -> set[str]:
    """Names long and odd enough to be nothing but a ClassAd attribute."""
    names = {name for table in TABLES for column in table.columns for name in column.attributes} | set(RESULT_LISTS)
    words = "Name Machine State Activity Owner User Memory Disk Cpus GPUs Priority Arch Args Arguments Cmd"
    return names - set(words.split())


@pytest.mark.parametrize("part", PARTS)
def test_attribute_names_are_spelled_in_the_schema_alone(part: str) -> None:
    known = re.compile(r"(?<![\w-])(" + "|".join(sorted(map(re.escape, attribute_names()))) + r")(?!\w)")
    spelled = []
    for path in [*modules(part), *(ROOT / part).rglob("*.sql")]:
        if ROOT / "pipeline" / "schema" in path.parents:
            continue
        for number, line in enumerate(_code(path).splitlines(), start=1):
            spelled += [f"{path.relative_to(ROOT)}:{number}: {found}" for found in known.findall(line)]
    assert spelled == []


def _code(path: Path) -> str:
    """The file without comments and docstrings: prose may speak of attributes, code may not."""
    text = path.read_text("utf-8")
    if path.suffix == ".sql":
        return re.sub(r"--.*", "", text)
    for node in ast.walk(ast.parse(text)):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        docstring = ast.get_docstring(node, clean=False) if documented else None  # type: ignore[arg-type]
        if docstring:
            text = text.replace(docstring, "")
    # metrics and dimensions explain themselves to people in `doc` texts
    text = re.sub(r"#.*", "", text)
    return "" if path.name in {"metrics.py", "dimensions.py"} else text


def test_names_are_used_once_per_registry() -> None:
    for names in (
        [metric.name for metric in METRICS],
        [known.name for known in DIMENSIONS],
        [table.name for table in (*TABLES, *BESIDE)],
        list(MODELS),
    ):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("table", [*TABLES, *BESIDE], ids=lambda table: table.name)
def test_a_table_names_each_column_once_and_knows_its_key(table) -> None:  # type: ignore[no-untyped-def]
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert {*table.key, table.time, "record_id", "pool"} <= set(names)
    assert all(column.doc.endswith(".") for column in table.columns)
    assert all(column.unit for column in table.columns if column.type == "instant")


def test_every_model_is_in_the_list_and_every_file_is_a_model() -> None:
    there = {entry.name for entry in files("pipeline.models").iterdir() if entry.name.endswith(".sql")}
    assert there == {f"{name}.sql" for name in MODELS}


def test_every_check_states_its_rule() -> None:
    assert all(check.rule.endswith(".") and len(check.rule) > 20 for check in checks())


@pytest.mark.parametrize("name", REFERENCES)
def test_generated_references_are_fresh(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == REFERENCES[name](), "run `make docs`"


def test_init_documents_every_setting() -> None:
    assert all(f"#{name} = " in as_toml() for name in Settings.model_fields if name not in TABLES_OF_SETTINGS)
    for kind in (*KINDS, AlertRule):
        assert all(f"#{name} = " in as_toml() for name in kind.model_fields)


def test_every_error_is_in_the_tree_that_errors_opens_with() -> None:
    import pipeline.errors

    tree = pipeline.errors.__doc__ or ""
    kinds = [kind for kind in vars(pipeline.errors).values() if isinstance(kind, type)]
    assert all(kind.__name__ in tree for kind in kinds if issubclass(kind, LedgerError))


def test_the_lock_names_no_host() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text("utf-8")
