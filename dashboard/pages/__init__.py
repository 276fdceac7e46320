"""The pages, in the order of the navigation; the first is the one that opens."""

from dashboard.pages import (
    closed,
    data_health,
    definitions,
    efficiency,
    pool_now,
    project,
    receipt,
    reconciliation,
    site,
    usage,
)
from dashboard.pages.page import Page

PAGES: tuple[Page, ...] = (
    usage.PAGE,
    project.PAGE,
    site.PAGE,
    efficiency.PAGE,
    reconciliation.PAGE,
    closed.PAGE,
    receipt.PAGE,
    pool_now.PAGE,
    data_health.PAGE,
    definitions.PAGE,
)


def page_at(path: str) -> Page | None:
    """The page of a path, with or without a slash at its end; `/` is the first page. None if there is none."""
    wanted = path.rstrip("/")
    return next((page for page in PAGES if page.path == wanted), None) if wanted else PAGES[0]


__all__ = ["PAGES", "Page", "page_at"]
