"""Where the file is that says who we are to those that we report to: a key of `ledger.toml`."""

from pydantic import BaseModel, Field


class ExportSettings(BaseModel):
    """The part of `Settings` about exports."""

    exports_file: str = Field(
        default="",
        description="TOML file with site names, benchmarks and VOs of `exports`; empty: none. `exports template` "
        "writes one.",
    )
