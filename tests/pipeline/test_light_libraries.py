"""Columns are made without pandas and without threads, and frames where they are asked for."""

import os
import subprocess
import sys

PROGRAM = """
import os, sys
from pipeline.light_libraries import load_lightly
load_lightly()
load_lightly()
import pyarrow as pa
table = pa.Table.from_pylist([{"a": 1, "b": "x"}, {"a": None, "b": None}])
print(table.to_pylist(), "pandas" in sys.modules, os.environ["OPENBLAS_NUM_THREADS"])
frame = table.to_pandas()
print(type(frame).__module__.split(".")[0], pa.Table.from_pandas(frame[["b"]]).column("b").to_pylist())
import pandas
print(pa.array(pandas.Series([1.5, None])).null_count)
"""
ROWS = "[{'a': 1, 'b': 'x'}, {'a': None, 'b': None}]"


def run(**settings: str) -> list[str]:
    unset = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=unset | settings, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_values_become_columns_without_pandas_and_frames_are_still_made() -> None:
    assert run() == [f"{ROWS} False 1", "pandas ['x', None]", "1"]


def test_a_number_of_threads_that_somebody_chose_is_left() -> None:
    assert run(OPENBLAS_NUM_THREADS="3")[0] == f"{ROWS} False 3"
