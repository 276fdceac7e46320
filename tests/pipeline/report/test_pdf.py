"""The PDF: the same bytes each time, accessible, and nothing in it that a stranger's text could do."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from pipeline.errors import SettingsError, UsageError
from pipeline.report.assemble import report
from pipeline.report.content import Table
from pipeline.report.facts import Facts
from pipeline.report.pdf import pdf
from pipeline.report.template import Template
from tests.pipeline.report.documents import EVIL, document
from tests.pipeline.report.test_template import PNG


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def root(made: PdfReader) -> Any:
    return made.trailer["/Root"]


def lines(content: bytes) -> list[str]:
    """What a reader sees, line by line, without marks of where a line may break."""
    pages = (page.extract_text() for page in read(content).pages)
    return [line.replace("\u200b", "") for page in pages for line in page.splitlines()]


def text(content: bytes) -> str:
    """All of it, without spaces."""
    return re.sub(r"\s+", "", "".join(lines(content)))


def kinds(node: Any) -> list[str]:
    """The kinds of a structure tree's elements, and `Alt` where one has words for who cannot see it."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [kind for child in node for kind in kinds(child)]
    if not isinstance(node, dict):
        return []
    own = [node["/S"]] if "/S" in node else []
    return own + (["Alt"] if "/Alt" in node else []) + kinds(node.get("/K", []))


def test_a_report_made_twice_is_the_same_byte_for_byte(found: Facts) -> None:
    first, second = (pdf(report(found, Template()), Template()) for _ in range(2))
    assert first == second
    assert b"CreationDate" not in first
    assert b"CreateDate" not in first


def test_it_says_its_title_and_language_and_is_tagged(found: Facts) -> None:
    made = read(pdf(report(found, Template()), Template()))
    assert made.metadata is not None
    assert made.metadata.title == "reported: Delivered computing, 1 November 2026 to 10 November 2026"
    assert root(made)["/Lang"].startswith("en")
    assert root(made)["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root(made)["/Metadata"].get_object().get_data()
    found_kinds = kinds(root(made)["/StructTreeRoot"])
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "Alt", "/TOC"} <= set(found_kinds)


@pytest.mark.parametrize("is_brief", [False, True])
def test_a_stranger_s_text_is_shown_and_never_obeyed(is_brief: bool) -> None:
    shown = text(pdf(document(is_brief=is_brief), Template()))
    assert shown.count(re.sub(r"\s", "", EVIL)) >= 11


def test_a_brief_report_begins_on_the_page_of_its_head_and_has_no_contents(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(PNG)
    made = read(pdf(document(text="said", is_brief=True), Template(logo=str(path))))
    assert len(made.pages) == 1
    assert len(made.pages[0].images) == 1
    assert "/TOC" not in kinds(root(made)["/StructTreeRoot"])
    assert "pdfuaid" in str(root(made)["/Metadata"].get_object().get_data())


def test_a_character_that_no_typeface_has_is_written_as_its_number() -> None:
    shown = text(pdf(document(text="Zoë 中 Ωμέγα"), Template()))
    assert "Zoë[U+4E2D]Ωμέγα" in shown


def test_two_thousand_projects_and_names_of_two_hundred_characters_stay_on_the_page() -> None:
    names = [f"P{n:04}" + ("x" * 195 if n % 20 == 0 else "") for n in range(2000)]
    rows = tuple((name, "1,234,567.8", "100.0 %", "1,234.5") for name in names)
    long = Table("By project", ("Project", "Core hours", "Share", "GPU hours"), rows, (False, True, True, True))
    shown = lines(pdf(document(long, text="y" * 200), Template()))
    joined = "".join(shown)
    assert all(name in joined for name in names)
    assert joined.count("1,234,567.8") == 2000
    assert max(len(line.replace(" .", "")) for line in shown) <= 120, "more letters of 8 points do not stand in 17 cm"
    assert 40 < sum("/" in line and line.replace(" / ", "").isdigit() for line in shown) < 60, "pages"


def test_a_logo_stands_on_the_cover_with_words_for_it(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(PNG)
    made = read(pdf(document(), Template(logo=str(path), logo_text="A prairie")))
    assert len(made.pages[0].images) == 1
    assert kinds(root(made)["/StructTreeRoot"]).count("Alt") == 3


def test_a_logo_that_typst_cannot_read_is_a_message(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(PNG[:20])
    with pytest.raises(UsageError, match="typst refuses"):
        pdf(document(), Template(logo=str(path)))


def test_a_typeface_that_is_not_there_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no typeface 'Nowhere Sans'"):
        pdf(document(), Template(font="Nowhere Sans"))
    with pytest.raises(SettingsError, match="no folder"):
        pdf(document(), Template(fonts=str(tmp_path / "none")))
    assert text(pdf(document(), Template(font="New Computer Modern")))
