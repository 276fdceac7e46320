"""What a report says, for tests to read: its tables by their captions, its tiles, its sentences."""

from collections.abc import Iterable

from pipeline.report.content import Block, Card, Paragraph, Report, Steps, Table, Tile, Tiles


def blocks(report: Report) -> list[Block]:
    return [block for section in report.sections for block in section.blocks]


def table(found: Iterable[Block], caption: str) -> Table:
    """The one of that caption."""
    (one,) = (block for block in found if isinstance(block, Table) and block.caption == caption)
    return one


def tiles(found: Iterable[Block]) -> dict[str, Tile]:
    return {tile.label: tile for block in found if isinstance(block, Tiles) for tile in block.tiles}


def sentences(found: Iterable[Block]) -> str:
    """Paragraphs, steps and cards as one text."""
    texts = []
    for block in found:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        elif isinstance(block, Steps):
            texts += block.steps
        elif isinstance(block, Card):
            texts += [block.title, block.text, block.lines, block.note]
    return " ".join(texts)
