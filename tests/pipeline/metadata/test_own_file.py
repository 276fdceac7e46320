"""CSV and TOML files of one's own: what they state, and errors that name the line."""

from pathlib import Path
from textwrap import dedent

import pytest

from pipeline.errors import SourceError
from pipeline.metadata.entry import Entry
from pipeline.metadata.forms import FORMS
from pipeline.metadata.own_file import read_csv, read_toml

DOCS = Path(__file__).parents[3] / "docs" / "metadata.md"


def csv_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.csv"
    path.write_bytes(dedent(text).encode())
    return path


def toml_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(dedent(text), "utf-8")
    return path


def test_csv_and_toml_state_the_same(tmp_path: Path) -> None:
    table = csv_file(
        tmp_path,
        """\
        kind,name,pi,institution,field,valid_from,valid_to,of,registered,core_hours,share
        project,Pulsars,"Example, Ada",uni-a,40.0201,2026-01-01,2026-06-30,,,,
        alias,OldPulsars,,,,,,project,Pulsars,,
        pledge,Alpha,,,,2026-11-01,2026-11-30,site,,1000.5,20 %
        """,
    )
    nested = toml_file(
        tmp_path,
        """\
        [[project]]
        name = "Pulsars"
        pi = "Example, Ada"
        institution = "uni-a"
        field = "40.0201"
        valid_from = 2026-01-01
        valid_to = 2026-06-30

        [[alias]]
        of = "project"
        name = "OldPulsars"
        registered = "Pulsars"

        [[pledge]]
        name = "Alpha"
        core_hours = 1000.5
        share = 0.2
        valid_from = 2026-11-01
        valid_to = 2026-11-30
        """,
    )
    assert read_csv(table) == read_toml(nested)
    assert read_csv(table)[2] == Entry(
        kind="pledge",
        of_kind="site",
        name="Alpha",
        core_s=3_601_800,
        share_ppm=200_000,
        valid_from=20758,
        valid_to=20787,
    )


def test_ids_stay_text(tmp_path: Path) -> None:
    made = read_csv(csv_file(tmp_path, "name,field,institution\n007,01.0902,0123e4\n"), "project")
    assert (made[0].name, made[0].field_id, made[0].institution_id) == ("007", "01.0902", "0123e4")


def test_a_byte_order_mark_and_blank_lines_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(b"\xef\xbb\xbfname,person\r\n\r\nada@a.test,Ada\r\n,\r\n")
    assert [entry.name for entry in read_csv(path, "user")] == ["ada@a.test"]


def test_accounts_and_downtimes_are_read(tmp_path: Path) -> None:
    nested = toml_file(
        tmp_path,
        """\
        [[user]]
        name = "robot@a.test"
        service = true
        [[downtime]]
        id = "2026-7"
        resource = "CE1"
        from = 2026-11-01T08:00:00+01:00
        to = 2026-11-01T10:00:00Z
        planned = false
        """,
    )
    robot, down = read_toml(nested)
    assert (robot.name, robot.is_service) == ("robot@a.test", True)
    assert (down.target, down.from_utc, down.to_utc, down.is_planned) == ("CE1", 1_793_516_400, 1_793_527_200, False)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name,pi\nA\n", "line 2: 1 cells, but 2 columns"),
        ("name,pi\nA,b\n", "line 2: no kind"),
        ("kind,name\nproject,A\nplanet,B\n", "line 3: there is no kind 'planet'"),
        ("kind,name,colour\nproject,A,red\n", "line 2: a project has no 'colour'"),
        ("kind,pi\nproject,Ada\n", "line 2: a project needs name"),
        ("kind,name,valid_from\nproject,A,1.11.2026\n", "line 2: valid_from is '1.11.2026': no day such as"),
        ("kind,name,valid_from,valid_to\nproject,A,2026-02-01,2026-01-31\n", "line 2: it ends before it begins"),
        ("kind,name,core_hours\npledge,A,many\n", "line 2: core_hours is 'many': no number"),
        ("kind,name,core_hours\npledge,A,NaN\n", "line 2: core_hours is 'NaN': no number"),
        ("kind,name,core_hours\npledge,A,-1\n", "line 2: core_hours is '-1': no number of 0 or more"),
        ("kind,name,core_hours\npledge,A,1e30\n", "more than 1,000,000,000,000 hours"),
        ("kind,name,share\npledge,A,20\n", "line 2: share is '20': a share of more than the whole"),
        ("kind,name,title\npledge,A,none\n", "line 2: a pledge has core_hours, a share, or both"),
        ("kind,of,name,registered\nalias,galaxy,A,B\n", "line 2: of is 'galaxy': none of project"),
        ("kind,name,service\nuser,A,perhaps\n", "line 2: service is 'perhaps': neither yes nor no"),
        ("kind,name,name\nproject,A,B\n", "line 1: a column is named twice"),
        ('kind,name\nproject,"A\n', "unexpected end"),
        ("", "is empty"),
        ("kind,name\n", "states nothing"),
    ],
)
def test_an_error_in_csv_names_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_csv(csv_file(tmp_path, text))
    assert why in refused.value.what
    assert "own.csv" in refused.value.what


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[project]]\nname = "A"\n\n[[project]]\npi = "Ben"\n', "line 4: a project needs name"),
        ("[project]\nname = 'A'\n", "'project' is no list of tables"),
        ("project = 7\n", "'project' is no list of tables"),
        ("[[project]]\nname = ['A']\n", "line 1: name is neither text nor number nor date"),
        ("[[project]\n", "own.toml: "),
        ("", "states nothing"),
    ],
)
def test_an_error_in_toml_names_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_toml(toml_file(tmp_path, text))
    assert why in refused.value.what


def test_a_name_has_one_statement_a_day(tmp_path: Path) -> None:
    text = "kind,name,pi,valid_from,valid_to\nproject,A,Ada,,2026-06-30\nproject,A,Ben,2026-06-30,\n"
    with pytest.raises(SourceError, match="line 3: project 'A' is stated in line 2 already"):
        read_csv(csv_file(tmp_path, text))
    assert len(read_csv(csv_file(tmp_path, text.replace("2026-06-30,\n", "2026-07-01,\n", 2)))) == 2


def test_an_alias_names_what_is_registered(tmp_path: Path) -> None:
    text = "kind,of,name,registered\nalias,project,A,B\nalias,project,B,C\n"
    with pytest.raises(SourceError, match="line 2: 'B' is itself an alias, of 'C': name that one"):
        read_csv(csv_file(tmp_path, text))
    assert len(read_csv(csv_file(tmp_path, "kind,of,name,registered\nalias,project,A,C\nalias,project,B,C\n"))) == 2


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_csv(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"name\n\xe9\n")
    with pytest.raises(SourceError, match="not UTF-8"):
        read_csv(tmp_path / "latin.csv", "project")


def test_every_kind_and_column_is_documented() -> None:
    text = DOCS.read_text("utf-8")
    for form in FORMS:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{form.kind}` "))
        assert all(f"`{column}`" in row for column in form.cells), form.kind
        assert form.doc.rstrip(".") in row
