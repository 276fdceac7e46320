"""The palette for colour-blind eyes on light and dark, and the rule that gives an entity its colour."""

import itertools

import pytest

from dashboard.colours import NOT_KNOWN, OTHER, PALETTE, colours

RANKED = tuple(f"p{number}" for number in range(40))
LIGHT, DARK = "#ffffff", "#1b2028"
# Machado, Oliveira and Fernandes 2009: what eyes without one kind of cone make of linear RGB
VISION = {
    "trichromat": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanope": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranope": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanope": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def times(matrix: tuple[tuple[float, float, float], ...], vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def oklab(rgb: Triple) -> Triple:
    """Björn Ottosson's perceptual colour space, in which distances are about equal to the eye."""
    to_cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    to_lab = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    cones = times(to_cones, rgb)
    first, second, third = (max(part, 0.0) ** (1 / 3) for part in cones)
    return times(to_lab, (first, second, third))


def contrast(one: str, other: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    lights = sorted(sum(w * part for w, part in zip(weights, linear(colour), strict=True)) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("eyes", VISION)
def test_any_two_colours_are_told_apart_by_all_eyes(eyes: str) -> None:
    seen = [oklab(times(VISION[eyes], linear(colour))) for colour in PALETTE]
    nearest = min(
        sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5 for pair in itertools.combinations(seen, 2)
    )
    assert nearest > 0.09


@pytest.mark.parametrize("colour", [*PALETTE, OTHER, NOT_KNOWN])
def test_colours_stand_out_from_light_and_dark(colour: str) -> None:
    assert contrast(colour, LIGHT) > 1.7
    assert contrast(colour, DARK) > 2.2


def test_the_largest_entities_keep_their_colour_whatever_is_shown_beside_them() -> None:
    own = colours(RANKED[: len(PALETTE)], RANKED)
    assert len(set(own.values())) == len(PALETTE)
    for name in RANKED[: len(PALETTE)]:
        assert colours([RANKED[20], name, RANKED[33]], RANKED)[name] == own[name]


def test_eight_entities_have_eight_colours() -> None:
    shown = [RANKED[place] for place in (0, 8, 16, 24, 1, 9, 17, 25)]
    assert len(set(colours(shown, RANKED).values())) == len(shown)


def test_order_of_what_is_shown_does_not_matter() -> None:
    shown = [RANKED[place] for place in (3, 11, 19, 5)]
    assert colours(shown, RANKED) == colours(shown[::-1], RANKED)


def test_what_is_not_known_is_grey_and_takes_no_rank() -> None:
    made = colours(["unmapped", "p1"], ["unmapped", "p0", "p1"])
    assert made == {"unmapped": NOT_KNOWN, "p1": PALETTE[1]}
