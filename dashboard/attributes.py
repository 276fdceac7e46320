"""Attributes with hyphens in their names, and functions that run in the browser, in a form that types can follow."""

from typing import Any

from dash import ClientsideFunction, Dash


def attributes(**named: str) -> dict[str, Any]:
    """`attributes(aria_label="Pool")` is what `aria-label="Pool"` is in HTML; to be given on with `**`."""
    return {name.replace("_", "-"): value for name, value in named.items()}


def in_browser(app: Dash, function: str, *dependencies: Any, **more: Any) -> None:
    """Let a function of assets/ledger.js answer a callback: the server is not asked."""
    untyped: Any = app
    untyped.clientside_callback(ClientsideFunction("ledger", function), *dependencies, **more)
