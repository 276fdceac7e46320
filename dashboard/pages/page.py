"""What a page is: a path, a name, a layout, its callbacks, and the tables that can be downloaded from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from dash import Dash
from dash.development.base_component import Component

from dashboard.cube_source import CubeSource
from dashboard.filters import View
from pipeline.cube import Cube
from pipeline.settings import Settings
from pipeline.viewer import Viewer

TableOf = Callable[[Cube, Viewer, View], pa.Table]
TableOfLake = Callable[[Path], pa.Table]


@dataclass(frozen=True)
class Page:
    """One line in the registry `PAGES`.

    icon         class of a picture in assets/icons.css, without its prefix
    layout       the page as first drawn: skeletons and controls, no numbers; it is called once a visit
    register     adds the page's callbacks; all of them are `async def` and ask through the CubeSource
    tables       name -> table of what is shown, served as /download<path>/<name>.csv and .parquet
    lake_tables  the same of what stands in the lake's folder beside the cube: it needs no cube
    filtered     whether the filter bar acts on it
    dated        whether its days do; without them the bar does not ask for days, and files are named by today
    in_own_zone  it is of the ledger's own time zone, whichever is chosen: the bar does not ask for one
    """

    path: str
    title: str
    icon: str
    layout: Callable[[View], Component]
    register: Callable[[Dash, CubeSource, Settings], None]
    tables: Mapping[str, TableOf] = field(default_factory=dict)
    lake_tables: Mapping[str, TableOfLake] = field(default_factory=dict)
    filtered: bool = True
    dated: bool = True
    in_own_zone: bool = False
