"""Pages without the dashboard: what somebody sees who is not in, or has no right. Text in, HTML out; no script."""

from html import escape

from starlette.responses import HTMLResponse

from pipeline.rights.viewing import Identity
from pipeline.viewer import Viewer

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · HTC Ledger</title>
<link rel="icon" type="image/svg+xml" href="/assets/mark.svg">
<link rel="stylesheet" href="/assets/ledger.css">
<link rel="stylesheet" href="/assets/own-page.css">
</head>
<body>
<main class="own-page">
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
_LOG_IN = '<p><a href="/login">Log in</a></p>'
_LOG_OUT = '<form method="post" action="/logout"><button type="submit">Log out</button></form>'


def page(status: int, title: str, *parts: str) -> HTMLResponse:
    """A page of such parts, which are HTML already."""
    return HTMLResponse(_PAGE.format(title=escape(title), body="\n".join(parts)), status, HEADERS)


def text(words: str) -> str:
    """A paragraph; whatever is in it is text."""
    return f"<p>{escape(words)}</p>"


def said(status: int, title: str, words: str, *, can_log_in: bool) -> HTMLResponse:
    """Something went wrong, or is over: what, and what to do."""
    return page(status, title, text(words), _LOG_IN if can_log_in else "")


def account(viewer: Viewer, identity: Identity, contact: str, *, status: int = 200, can_log_out: bool) -> HTMLResponse:
    """Who somebody is, what they may see, and whom to ask for more."""
    parts = [text(f"You are {identity.name}."), _seen(viewer)]
    if viewer.sites:
        parts.append(text(f"You are the contact of {', '.join(sorted(viewer.sites))}."))
    if not viewer.sees_all:
        asked = contact or "whoever runs this ledger"
        parts.append(text(f"To see more, ask {asked}, and say that the ledger knows you as {identity.name}."))
    parts.append(_LOG_OUT if can_log_out else "")
    title = "Your account" if status == 200 else "Not open to you"
    return page(status, title, *parts)


def _seen(viewer: Viewer) -> str:
    if viewer.sees_all:
        return '<p>You may see all projects: <a href="/usage">open the ledger</a>.</p>'
    if not viewer.projects:
        return text("You have no right to see any usage.")
    months = "/api/v1/usage?by=project,month&amp;metrics=cpu_h,gpu_h,jobs&amp;format=csv"
    people = "/api/v1/usage?by=project,user&amp;metrics=cpu_h,gpu_h,jobs&amp;format=csv"
    waste = "/api/v1/waste?by=project&amp;format=csv"
    return (
        text(f"You may see the usage of: {', '.join(sorted(viewer.projects))}.")
        + f'<p>As CSV: <a href="{months}">by month</a>, <a href="{people}">by user</a>, '
        f'<a href="{waste}">what became of the hours</a>.</p>'
    )
