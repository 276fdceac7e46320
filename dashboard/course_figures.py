"""How a promise went, as a chart: given beside due, and what is left of a grant. Pure Plotly figures of a `Course`."""

from datetime import date

from dashboard import format as fmt
from dashboard.figures import DAY_AXIS, Figure
from pipeline.course import Course

GIVEN, DUE, AHEAD = "#3752c5", "#8d95a3", "#b92d1e"
FEW_DAYS = 2


def pledge_figure(course: Course, unit: str = "core h") -> Figure:
    """Core hours delivered since the pledge began, beside what was due by each day."""
    given = [(point.day, point.given_h) for point in course.points]
    traces = [_line("Delivered", given, GIVEN, unit, fill=True)]
    if due := _due(course):
        traces.append(_line("Due, pro rata", due, DUE, unit, dash="dash"))
    return _figure(course, traces, unit)


def burn_down_figure(course: Course, unit: str = "core h") -> Figure:
    """What is left of a grant at each day's end, beside an even use of it, and where the newest pace leads."""
    promised = course.of.promised_h or 0.0
    left = [(point.day, promised - point.given_h) for point in course.points]
    traces = [_line("Left", left, GIVEN, unit, fill=True)]
    if due := _due(course):
        traces.append(_line("Even use", [(day, promised - hours) for day, hours in due], DUE, unit, dash="dash"))
    if course.lasts_until and left:
        end = min(course.lasts_until, course.of.last or course.lasts_until)
        traces.append(_line("At the newest pace", _ahead(course, left[-1], end), AHEAD, unit, dash="dot"))
    return _figure(course, traces, unit)


def _ahead(course: Course, now: tuple[date, float], end: date) -> list[tuple[date, float]]:
    """From today to the commitment's last day, or to the day on which nothing is left."""
    until = course.lasts_until or end
    days = (until - now[0]).days
    share = (end - now[0]).days / days if days else 1.0
    return [now, (end, now[1] * (1 - share))]


def _due(course: Course) -> list[tuple[date, float]]:
    """The ends of the straight line of what is due; none where it cannot be told."""
    of = course.of
    if of.first is None or of.last is None or of.promised_h is None:
        return []
    return [(of.first, of.due_h(of.first, of.first) or 0.0), (of.last, of.promised_h)]


def _line(
    name: str, points: list[tuple[date, float]], colour: str, unit: str, *, dash: str = "solid", fill: bool = False
) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(points) <= FEW_DAYS and dash == "solid" else "lines",
        "name": name,
        "x": [day.isoformat() for day, _ in points],
        "y": [hours for _, hours in points],
        "customdata": [[fmt.day(day), f"{fmt.number(hours)}{fmt.GAP}{unit}"] for day, hours in points],
        "hovertemplate": "<b>%{fullData.name}</b><br>%{customdata[1]}<br>%{customdata[0]}<extra></extra>",
        "line": {"color": colour, "width": 2, "dash": dash},
        **({"fill": "tozeroy", "fillcolor": f"{colour}22"} if fill else {}),
    }


def _figure(course: Course, traces: list[Figure], unit: str) -> Figure:
    ends = [day for trace in traces for day in trace["x"]]
    return {
        "data": traces,
        "layout": {
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
            "xaxis": DAY_AXIS | {"range": [min(ends), max(ends)] if ends else None, "nticks": 6},
            "yaxis": {"title": {"text": unit}, "rangemode": "tozero", "fixedrange": True, "nticks": 5},
            "shapes": [
                {
                    "type": "line",
                    "x0": course.through.isoformat(),
                    "x1": course.through.isoformat(),
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": DUE, "width": 1, "dash": "dot"},
                }
            ],
        },
    }
