"""Two probabilities by chance, by the standard library alone: what is asked for them waits, and scipy's statistics take
a second to import. Both are sums of a tail's terms, each made of the one before it. Equal to scipy's: a test."""

from math import exp, lgamma, log

NEGLIGIBLE = 1e-17
"""Of a sum: where a term is less, those after it are passed over."""


def chance(failed: int, tried: int, failed_elsewhere: int, tried_elsewhere: int) -> float:
    """Probability that so many or more of all failures fall on these attempts: Fisher's exact test, one-sided."""
    all_tried, all_failed = tried + tried_elsewhere, failed + failed_elsewhere
    if failed <= max(0, tried + all_failed - all_tried):
        return 1.0
    if failed * all_tried > all_failed * tried:
        return _many(failed, tried, all_failed, all_tried)
    return max(0.0, 1.0 - _fewer(failed - 1, tried, all_failed, all_tried))


def few(came: int, expected: float) -> float:
    """Probability that so few or fewer come of what comes by itself, so many on average: Poisson's distribution."""
    if came >= expected:
        return max(0.0, 1.0 - _more_than(came, expected))
    term = total = 1.0
    for count in range(came, 0, -1):
        term *= count / expected
        total += term
        if term < NEGLIGIBLE * total:
            break
    return min(1.0, exp(came * log(expected) - expected - lgamma(came + 1)) * total)


def _more_than(came: int, expected: float) -> float:
    count, term, total = came + 1, 1.0, 1.0
    while term >= NEGLIGIBLE * total:
        count += 1
        term *= expected / count
        total += term
    return exp((came + 1) * log(expected) - expected - lgamma(came + 2)) * total if expected > 0 else 0.0


def _many(failed: int, tried: int, all_failed: int, all_tried: int) -> float:
    """Of that many and more: terms fall from the first on, which lies above the mean."""
    first, term, total = failed, 1.0, 1.0
    while failed < min(tried, all_failed) and term >= NEGLIGIBLE * total:
        term *= (all_failed - failed) * (tried - failed)
        term /= (failed + 1) * (all_tried - all_failed - tried + failed + 1)
        failed, total = failed + 1, total + term
    return min(1.0, exp(_log_of_exactly(first, tried, all_failed, all_tried)) * total)


def _fewer(failed: int, tried: int, all_failed: int, all_tried: int) -> float:
    """Of that many and fewer: terms fall from the first on, which lies below the mean."""
    first, term, total = failed, 1.0, 1.0
    while failed > max(0, tried + all_failed - all_tried) and term >= NEGLIGIBLE * total:
        term *= failed * (all_tried - all_failed - tried + failed)
        term /= (all_failed - failed + 1) * (tried - failed + 1)
        failed, total = failed - 1, total + term
    return min(1.0, exp(_log_of_exactly(first, tried, all_failed, all_tried)) * total)


def _log_of_exactly(failed: int, tried: int, all_failed: int, all_tried: int) -> float:
    """Of exactly that many: the hypergeometric distribution."""
    ways = _log_ways(all_failed, failed) + _log_ways(all_tried - all_failed, tried - failed)
    return ways - _log_ways(all_tried, tried)


def _log_ways(of: int, some: int) -> float:
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)
