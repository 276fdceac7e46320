"""Probabilities by chance are those of scipy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.triage.chance import chance, few

PARTS = st.tuples(st.integers(0, 10**6), st.integers(10**5, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))


@given(PARTS, st.sampled_from([1, 1000, 100_000]))
def test_failures_by_chance_are_those_of_the_hypergeometric_distribution(
    parts: tuple[int, int, int, int], less: int
) -> None:
    from scipy.stats import hypergeom

    failed, good, failed_elsewhere, good_elsewhere = (part // less for part in parts)
    tried, elsewhere = failed + good, failed_elsewhere + good_elsewhere
    told = float(hypergeom.sf(failed - 1, tried + elsewhere, failed + failed_elsewhere, tried))
    assert chance(failed, tried, failed_elsewhere, elsewhere) == pytest.approx(told, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(("counts", "p"), [((3, 3, 0, 3), 0.05), ((0, 5, 2, 5), 1.0), ((2, 2, 1, 4), 0.2)])
def test_failures_by_chance_as_worked_out_by_hand(counts: tuple[int, int, int, int], p: float) -> None:
    assert chance(*counts) == pytest.approx(p)


def test_what_is_next_to_impossible_keeps_its_size() -> None:
    from scipy.stats import hypergeom

    assert chance(60, 100, 400, 99_900) == pytest.approx(float(hypergeom.sf(59, 100_000, 460, 100)), rel=1e-6)


@given(st.integers(0, 3000), st.floats(0.01, 3000))
def test_few_by_chance_are_those_of_the_poisson_distribution(came: int, expected: float) -> None:
    from scipy.stats import poisson

    assert few(came, expected) == pytest.approx(float(poisson.cdf(came, expected)), rel=1e-6, abs=1e-12)
