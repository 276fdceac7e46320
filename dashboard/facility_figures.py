"""Charts of the page Facility: delivered hours by month, this year's beside last year's. Pure Plotly figures."""

from collections.abc import Sequence

from dashboard import format as fmt
from dashboard.figures import Figure
from dashboard.labels import isolated
from pipeline.facility_sheet import Month
from pipeline.query import metric

THIS, CUT = "#3752c5", "#a6c7e8"


def month_figure(months: Sequence[Month], measure: str) -> Figure:
    """A bar a month, paler where the ledger knows only some of its days; a month before the ledger has none."""
    unit = metric(measure).unit
    return {
        "data": [
            {
                "type": "bar",
                "name": metric(measure).label,
                "x": [f"{one.first:%b %Y}" for one in months],
                "y": [one.numbers[measure] for one in months],
                "customdata": [[days_of(one), fmt.quantity(one.numbers[measure], metric(measure))] for one in months],
                "hovertemplate": "<b>%{x}</b><br>%{customdata[1]}<br>%{customdata[0]}<extra></extra>",
                "marker": {"color": [THIS if one.is_whole else CUT for one in months]},
                "width": 0.7 if len(months) > 3 else 0.25,
            }
        ],
        "layout": {
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": {"type": "category", "fixedrange": True, "tickangle": 0, "nticks": 7},
            "yaxis": {"title": {"text": f"{unit} a month"}, "rangemode": "tozero", "fixedrange": True, "nticks": 5},
        },
    }


def days_of(one: Month) -> str:
    """The days of a month that the ledger knows."""
    return isolated(fmt.span(one.first, one.last)) if not one.is_whole else "the whole month"
