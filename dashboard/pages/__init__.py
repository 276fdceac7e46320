"""The pages, in the order of the navigation; the first is the one that an address with filters but no page opens."""

from dashboard.pages import (
    access_point,
    closed,
    data_health,
    definitions,
    efficiency,
    facility,
    jobs,
    pool_now,
    project,
    receipt,
    reconciliation,
    site,
    start,
    transfers,
    triage,
    usage,
)
from dashboard.pages.page import Page

PAGES: tuple[Page, ...] = (
    usage.PAGE,
    facility.PAGE,
    project.PAGE,
    site.PAGE,
    access_point.PAGE,
    efficiency.PAGE,
    transfers.PAGE,
    jobs.PAGE,
    reconciliation.PAGE,
    closed.PAGE,
    receipt.PAGE,
    triage.PAGE,
    pool_now.PAGE,
    data_health.PAGE,
    definitions.PAGE,
)


START: Page = start.PAGE
"""Where one chooses what opens first; it is no entry of the navigation."""


def page_at(path: str) -> Page | None:
    """The page of a path, with or without a slash at its end; `/` is START, which leads on. None if there is none."""
    wanted = path.rstrip("/") or START.path
    return next((page for page in (*PAGES, START) if page.path == wanted), None)


__all__ = ["PAGES", "START", "Page", "page_at"]
