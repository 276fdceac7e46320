"""Which pool a record belongs to, and whether that pool is a simulated one.

The mark is the access point's name, which is part of GlobalJobId: the schedd sets it, a job's user cannot.
"""

from pipeline.errors import SettingsError

SUFFIX = ".simulated"
MARK = " (simulated)"


def is_simulated(ap: str) -> bool:
    """True for access points of made-up pools."""
    return ap.endswith(SUFFIX)


def is_simulated_pool(pool: str) -> bool:
    """True for names of made-up pools, as `pool_of` gives them."""
    return pool.endswith(MARK)


def pool_of(ap: str, named: str | None, default: str) -> str:
    """The pool of a record from that access point: `named` by the operator, else `default`.

    A simulated access point belongs to its own pool, whatever is named: `ap1.prairie.simulated` to
    "prairie (simulated)". Raises SettingsError where a real one would land in a pool with that mark.
    """
    if is_simulated(ap):
        if named is not None and is_simulated_pool(named):
            return named
        label = ap.removesuffix(SUFFIX).rpartition(".")[2]
        return (label or "pool") + MARK
    pool = named or default
    if is_simulated_pool(pool):
        raise SettingsError(f"{pool!r} is a name for simulated pools, but {ap} is a real access point")
    return pool
