"""The annex: all rows, the same bytes each time, and hashes that say what they are of."""

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest

from pipeline.errors import UsageError
from pipeline.report.annex import MANIFEST, files, numbers_sha256, write_annex, zipped
from pipeline.report.assemble import report
from pipeline.report.content import Table
from pipeline.report.facts import Facts
from pipeline.report.template import Template


def test_its_rows_add_up_to_the_report_s_total(found: Facts) -> None:
    made = files(found, "csv")
    for name in ("by_project.csv", "by_site.csv", "by_institution.csv"):
        rows = list(csv.DictReader(io.StringIO(made[name].decode())))
        assert sum(float(row["cpu_h"]) for row in rows) == found.totals["cpu_h"] == 18.0, name


def test_csv_and_parquet_say_the_same(found: Facts) -> None:
    texts, columns = files(found, "csv"), files(found, "parquet")
    assert {name.split(".")[0] for name in texts} == {name.split(".")[0] for name in columns}
    table = pq.read_table(io.BytesIO(columns["by_project.parquet"]))
    assert table.column("cpu_h").to_pylist() == found.groups["project"].column("cpu_h").to_pylist()


def test_the_manifest_hashes_every_file_and_the_report_names_the_same_numbers(found: Facts) -> None:
    made = files(found, "csv")
    manifest = json.loads(made.pop(MANIFEST))
    assert manifest["files_sha256"] == {name: sha256(content).hexdigest() for name, content in made.items()}
    assert manifest["cube_version"] == found.published.version
    (section,) = report(found, Template(parts=("provenance",))).sections
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    said = {row[0]: row[1] for row in table.rows}
    assert said["Hash of the numbers (SHA-256)"] == manifest["numbers_sha256"] == numbers_sha256(found)


def test_a_zip_file_is_the_same_each_time_and_holds_the_same_files(found: Facts, tmp_path: Path) -> None:
    made = files(found, "parquet")
    assert zipped(made) == zipped(files(found, "parquet"))
    write_annex(made, tmp_path / "annex.zip")
    write_annex(made, tmp_path / "deep" / "annex")
    with ZipFile(tmp_path / "annex.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == made
    assert {path.name: path.read_bytes() for path in (tmp_path / "deep" / "annex").iterdir()} == made


def test_a_place_that_cannot_be_written_is_a_message(found: Facts, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be written"):
        write_annex(files(found, "csv"), tmp_path / "file" / "annex")
