"""How everything looks: the Mantine theme, and one Plotly template for light and one for dark.

Charts are sent without a template; the browser puts in the one of the colour scheme in use, so that switching
between light and dark asks the server nothing. Colours of the data are the same in both (see `colours`).
"""

from typing import Any

FONT = "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

THEME: dict[str, Any] = {
    "fontFamily": FONT,
    "fontFamilyMonospace": MONO,
    "headings": {"fontFamily": FONT, "fontWeight": "650"},
    "primaryColor": "ink",
    "primaryShade": {"light": 6, "dark": 5},
    "defaultRadius": "md",
    "cursorType": "pointer",
    "black": "#1c2230",
    "colors": {
        "ink": [
            "#eef2fd",
            "#dce3f8",
            "#b7c5f0",
            "#90a5e9",
            "#7089e2",
            "#5b77dc",
            "#3f5cc9",
            "#344eb0",
            "#2a419a",
            "#1f3484",
        ],
        "dark": [
            "#d5d9e0",
            "#b4bac5",
            "#8d95a3",
            "#666f7e",
            "#434b59",
            "#363d49",
            "#2a303a",
            "#1d222a",
            "#171b22",
            "#101319",
        ],
    },
}


def template(text: str, muted: str, grid: str, surface: str) -> dict[str, Any]:
    """A Plotly template with those colours, transparent where the page shines through."""
    axis = {
        "gridcolor": grid,
        "linecolor": grid,
        "zerolinecolor": grid,
        "tickcolor": grid,
        "tickfont": {"color": muted, "size": 12},
        "title": {"font": {"color": muted, "size": 12}, "standoff": 12},
        "automargin": True,
    }
    return {
        "layout": {
            "font": {"family": FONT, "color": text, "size": 13},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "hoverlabel": {
                "bgcolor": surface,
                "bordercolor": grid,
                "align": "left",
                "font": {"family": FONT, "color": text, "size": 12.5},
            },
        },
        "data": {"bar": [{"type": "bar", "marker": {"line": {"color": surface, "width": 0.6}}}]},
    }


TEMPLATES: dict[str, dict[str, Any]] = {
    "light": template("#1c2230", "#5c6573", "#e6e9ee", "#ffffff"),
    "dark": template("#d5d9e0", "#9aa2af", "#2f3641", "#1d222a"),
}
