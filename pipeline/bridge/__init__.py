"""Bridges: from what was used to what is booked when jobs end, to what others publish, step by step by cause.

In: the published cube, and of rejected records the lake. Out: a `Bridge` whose steps add up to the difference, exactly,
in milli-core-seconds.
"""
