"""Names for made-up places, projects and people. None of them is an institution or a person that exists.

Some have letters outside ASCII, because real ones do, and HTCondor spells those in two ways.
"""

from collections.abc import Iterator, Sequence
from itertools import count, islice

PLACES = (
    "Amber", "Sõlme", "Cinder", "Dunmarr", "Elder", "Fallow", "Gorse", "Hollow", "Ingle", "Juniper", "Kestrel", "Lark",
    "Mossen", "Nettle", "Osier", "Pinder", "Quill", "Rook", "Sedge", "Thistle", "Umber", "Vetch", "Wither", "Yarrow",
)  # fmt: skip
ENDINGS = ("wick", "järv", "holt", "moor", "fen", "mere", "garth", "by", "thorn", "stow", "dene", "marsh", "water")
ANIMALS = (
    "Stoat", "Lapwing", "Dunlin", "Marten", "Siskin", "Grebe", "Vole", "Pipit", "Heron", "Newt", "Wigeon", "Linnet",
    "Otter", "Teal", "Shrew", "Snipe", "Wren", "Badger", "Godwit", "Hare", "Polecat", "Redstart", "Sprat", "Merlin",
)  # fmt: skip
FIELDS = (
    "Folding", "Glaciers", "Spectra", "Phylogeny", "Tides", "Lattice", "Corpus", "Orbits", "Catalysis", "Seismics",
    "Pollen", "Pulsars", "Enzymes", "Soils", "Alloys", "Voting", "Kinship",
)  # fmt: skip
GIVEN = (
    "aldis", "brannoc", "cerys", "søren", "edda", "fenno", "gisla", "halvar", "iselin", "jorun", "katlin", "luned",
    "marit", "nesrin", "oriel", "pavla", "quirin", "rhosyn", "sanna", "torvi", "ulrik", "vesna", "wynn", "yorick",
)  # fmt: skip
FAMILY = ("achter", "birkes", "dorrin", "åkvist", "fennick", "grayle", "hulder", "ivarel", "kestle", "mossop", "tarn")


def sites(number: int) -> tuple[str, ...]:
    """That many different names of sites; the second has letters outside ASCII."""
    return _pairs(PLACES, ENDINGS, number, "{}{}")


def projects(number: int) -> tuple[str, ...]:
    """That many different names of projects."""
    return _pairs(ANIMALS, FIELDS, number, "{}_{}")


def people(number: int) -> tuple[str, ...]:
    """That many different account names; the fourth has letters outside ASCII."""
    return _pairs(GIVEN, FAMILY, number, "{}.{}")


def slug(name: str) -> str:
    """The name in ASCII and lower case, as host names want it."""
    plain = name.lower().translate(str.maketrans("õäöåøü", "oaoaou"))
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in plain)


def _pairs(firsts: Sequence[str], seconds: Sequence[str], number: int, form: str) -> tuple[str, ...]:
    return tuple(islice(_endless(firsts, seconds, form), number))


def _endless(firsts: Sequence[str], seconds: Sequence[str], form: str) -> Iterator[str]:
    """Different names without end: pairs in a mixed order, then the same with a number behind."""
    for series in count(1):
        for shift in range(len(seconds)):
            for place, first in enumerate(firsts):
                name = form.format(first, seconds[(place + shift) % len(seconds)])
                yield name if series == 1 else f"{name}{series}"
