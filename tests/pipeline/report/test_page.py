"""The HTML: the same content as the PDF, escaped, and loading nothing."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from pipeline.report.assemble import report
from pipeline.report.content import Table
from pipeline.report.facts import Facts
from pipeline.report.page import page
from pipeline.report.pdf import pdf
from pipeline.report.template import Template
from tests.pipeline.report.documents import EVIL, document
from tests.pipeline.report.test_pdf import text
from tests.pipeline.report.test_template import PNG


class Tags(HTMLParser):
    """Names of the elements of a page, and which are open in the end."""

    VOID = frozenset({"meta", "img"})

    def __init__(self, written: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_number_of_the_tables_is_in_both_forms(found: Facts) -> None:
    content = report(found, Template())
    html, shown = unescape(page(content, Template()).decode()), text(pdf(content, Template()))
    tables = [block for section in content.sections for block in section.blocks if isinstance(block, Table)]
    assert len(tables) > 10
    for cell in {cell for table in tables for row in table.rows for cell in row}:
        assert cell in html
        assert re.sub(r"\s", "", cell) in shown


def test_a_stranger_s_text_is_escaped_everywhere() -> None:
    made = page(document(), Template()).decode()
    tags = Tags(made)
    assert "script" not in tags.seen
    assert tags.open == []
    assert unescape(made).count(EVIL) >= 15
    assert "<nav" in made
    assert "<nav" not in page(document(is_brief=True), Template()).decode()


def test_it_loads_nothing_and_is_the_same_each_time(found: Facts, tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(PNG)
    own = Template(logo=str(path))
    made = page(report(found, own), own).decode()
    assert made == page(report(found, own), own).decode()
    assert re.findall(r'(?:src|href)="(?!#|data:image/png;base64,)', made) == []
    assert "default-src 'none'" in made


def test_tables_and_charts_speak_to_who_cannot_see_them(found: Facts) -> None:
    made = page(report(found, Template()), Template()).decode()
    assert made.count('<th scope="col"') == made.count("<th ") + made.count("<th>")
    assert made.count("<figure>") == made.count('role="img" aria-label="Core hours') == 2
    assert made.count("<table>") == made.count("<caption>")
