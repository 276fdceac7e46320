"""The SQL function `failure_of(shape, code, subcode, outcome, number)`: a struct of a failure's class, blame,
confidence and signature. Arguments are those of `classify.of_shape`; all but shape and outcome can be null.

It runs in Python and takes about a tenth of a millisecond a row: ask it of distinct arguments.
"""

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import BIGINT, VARCHAR

from pipeline.triage.classify import of_shape

_FIELDS = ("failure", "blame", "confidence", "signature")


def add_to(con: duckdb.DuckDBPyConnection) -> None:
    """Define the function; it is gone with the connection."""
    con.create_function(
        "failure_of",
        _failures,
        [VARCHAR, BIGINT, BIGINT, VARCHAR, BIGINT],
        duckdb.struct_type(dict.fromkeys(_FIELDS, VARCHAR)),
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )


def _failures(shape: pa.Array, code: pa.Array, subcode: pa.Array, outcome: pa.Array, number: pa.Array) -> pa.Array:
    columns = (column.to_pylist() for column in (shape, code, subcode, outcome, number))
    told = [of_shape(*row) for row in zip(*columns, strict=True)]
    return pa.StructArray.from_arrays(
        [pa.array([getattr(verdict, name) for verdict in told], pa.string()) for name in _FIELDS], names=list(_FIELDS)
    )
