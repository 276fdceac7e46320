"""The bounds are data that people can read: each with its columns, its limits and its reason."""

from pipeline.bounds import BOUNDS, DAY_S, OLDEST_UTC, Bound, Edge, Limits, Order
from pipeline.dictionary import definitions
from pipeline.schema import ATTEMPT_RECORD, JOB, SLOT_AD

LIMITS = Limits(now_utc=1_800_000_000, largest_slot_cpus=64)


def test_each_bound_has_a_name_of_its_own_a_reason_and_columns_that_exist() -> None:
    assert len({bound.rule for bound in BOUNDS}) == len(BOUNDS)
    for bound in BOUNDS:
        assert len(bound.reason) > 20
        names = {column.name for table in bound.tables for column in table.columns}
        wanted = set(bound.columns) if isinstance(bound, Bound) else {bound.first, *bound.last}
        assert wanted <= names, bound.rule


def test_what_is_counted_is_bounded() -> None:
    bounded = {
        (table.name, name)
        for bound in BOUNDS
        if isinstance(bound, Bound)
        for table in bound.tables
        for name in bound.columns
    }
    for table in (JOB, ATTEMPT_RECORD):
        counted = {
            name for name in table.position if name in {"wall_s", "cpus_milli", "gpus", "memory_mib", "cpu_user_us"}
        }
        assert {(table.name, name) for name in counted} <= bounded
    assert {(SLOT_AD.name, name) for name in ("total_cpus_milli", "total_gpus", "total_memory_mib")} <= bounded


def test_an_edge_may_depend_on_what_is_only_known_when_a_record_is_read() -> None:
    assert Edge("", 5).value(LIMITS) == 5
    assert Edge("", 5, times="largest_slot_cpus").value(LIMITS) == 320
    assert Edge("", 5, plus="now_utc").value(LIMITS) == 1_800_000_005
    time = next(bound for bound in BOUNDS if bound.rule == "time-bound")
    assert isinstance(time, Bound)
    assert (time.least.value(LIMITS), time.most.value(LIMITS)) == (OLDEST_UTC, LIMITS.now_utc + DAY_S)


def test_the_definitions_show_every_bound_with_its_reason() -> None:
    text = definitions()
    for bound in BOUNDS:
        assert f"| `{bound.rule}` |" in text
        assert bound.reason in text
    assert "10 years × largest_slot_cpus" in text
    order = next(bound for bound in BOUNDS if isinstance(bound, Order))
    assert f"`{order.first}`" in text
