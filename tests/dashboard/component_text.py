"""What a person reads of Dash components, as text, for tests that need no browser."""

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def text_of(component: Any) -> str:
    """All texts of it, in order, with spaces between."""
    return " ".join(part for part in _texts(component) if part)


def all_of(component: Any, kind: str) -> list[Any]:
    """Every component of that type (`Tr`, `Pre`, ...) in it."""
    return [one for one in _components(component) if type(one).__name__ == kind]


def _components(component: Any) -> Iterator[Component]:
    if isinstance(component, Component):
        yield component
        yield from _components(getattr(component, "children", None))
    elif isinstance(component, list | tuple):
        for one in component:
            yield from _components(one)


def _texts(component: Any) -> Iterator[str]:
    if isinstance(component, str):
        yield component
    elif isinstance(component, Component):
        yield from _texts(getattr(component, "children", None))
    elif isinstance(component, list | tuple):
        for one in component:
            yield from _texts(one)
