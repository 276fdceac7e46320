"""A report of hand, with texts that strangers wrote."""

from pipeline.report.content import (
    Bar,
    Block,
    Card,
    Chart,
    Cover,
    Paragraph,
    Report,
    Section,
    Steps,
    Table,
    Tile,
    Tiles,
)

EVIL = '#panic("x") *b* $x$ <script>alert(1)</script> {{ 7*7 }} {% raw %} "q" & \\ `c` @r // /* = h'


def document(*blocks: Block, text: str = EVIL, is_brief: bool = False) -> Report:
    """One section with every kind of block and that text in each of its places, then those blocks."""
    usual = (
        Paragraph(text),
        Tiles((Tile(text, text, text),)),
        Table(text, ("Name", "Hours"), ((text, "1.0"),), (False, True)),
        Chart(text, text, "bars", (Bar(text, "1.0", 1.0), Bar("not known", "—", None))),
        Steps((text, "second")),
        Card(text, text, text, text),
        Chart("columns", "Two months", "columns", (Bar("2026-10", "1.0", 0.5), Bar("2026-11", "2.0", 1.0))),
    )
    return Report(Cover(text[:40], "Title", "2026", (text,), (text,), is_brief), (Section(text, (*usual, *blocks)),))
