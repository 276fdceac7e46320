"""Whether it is a site, or a few of its hosts: a site's look in; the looks of those hosts, or its own, out."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from pipeline.triage.chance import chance
from pipeline.triage.counted import Counted
from pipeline.triage.looks import Look
from pipeline.triage.places import Place
from pipeline.triage.thresholds import thresholds
from pipeline.triage.window import HOST

NEARLY_ALL = 0.8
"""Of a site's failures: what its hosts must have to be named instead."""
FEW = 0.5
"""Of a site's attempts: what they may have run at most."""


def hosts_of(counted: Counted, site: Look, without: Sequence[Place]) -> tuple[Look, ...]:
    """The fewest hosts that have nearly all of a cause's failures at that site; the site if those are not few of it.

    Each has at least half as many failures as a place needs, and together they fail by more than chance.
    """
    hosts = _by_share(counted, site, without)
    needed = next(
        (n for n, failed in enumerate(accumulate(h[1] for h in hosts), 1) if failed >= NEARLY_ALL * site.failed), 0
    )
    chosen = hosts[:needed]
    failed, tried = sum(host[1] for host in chosen), sum(host[2] for host in chosen)
    least = min((host[1] for host in chosen), default=0)
    if not chosen or 2 * least < thresholds().fewest_failed or tried > FEW * site.tried:
        return (site,)
    if chance(failed, tried, site.failed - failed, site.tried - tried) * len(hosts) > thresholds().largest_p:
        return (site,)
    all_failed, all_tried = site.failed + site.failed_elsewhere, site.tried + site.tried_elsewhere
    return tuple(
        Look(site.cause, Place(HOST, name), some, of, all_failed - some, all_tried - of, jobs, site.p)
        for name, some, of, jobs in chosen
    )


def _by_share(counted: Counted, site: Look, without: Sequence[Place]) -> list[tuple[str, int, int, int]]:
    """Hosts of the site: name, failures, attempts, jobs that failed; those that failed most of theirs first."""
    at_site = counted.at(counted.tried, [site.place]) & ~counted.at(counted.tried, without)
    tried = counted.attempts(HOST, at_site)
    failures = counted.failures(site.cause, without)
    failures = failures[counted.at(counted.failed, [site.place])[failures]]
    codes = counted.failed.codes[HOST][failures]
    found = [
        (counted.values[HOST][code], int(failed), int(tried[code]), counted.jobs(failures[codes == code]))
        for code, failed in zip(*np.unique(codes[codes >= 0], return_counts=True), strict=True)
    ]
    return sorted(found, key=lambda host: (-host[1] / host[2], -host[1], host[0]))
