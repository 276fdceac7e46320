"""Who we are to those that we report to: a TOML file with names, benchmarks and VOs. Every key has a default.

What nobody wrote down is not made up: a site without a benchmark is an error where a benchmark has to be told.
"""

import difflib
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pipeline.errors import SettingsError
from pipeline.terminal import visible

BenchmarkName = Literal["Si2k", "hepspec", "HEPscore23"]
"""Benchmarks that APEL knows, as it writes them."""
BENCHMARKS: tuple[BenchmarkName, ...] = get_args(BenchmarkName)


def _known_benchmark(written: object) -> object:
    known = {name.lower(): name for name in BENCHMARKS}
    found = known.get(str(written).lower())
    if found is None:
        near = difflib.get_close_matches(str(written).lower(), known, n=1)
        meant = f" Did you mean {known[near[0]]}?" if near else ""
        raise ValueError(f"{written!r} is no benchmark that APEL knows ({', '.join(BENCHMARKS)}).{meant}")
    return found


def _exact(written: object) -> object:
    """What stands in the file: 15.3 is not 15.300000000000001."""
    return Decimal(str(written)) if isinstance(written, float | int) and not isinstance(written, bool) else written


Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Factor = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0, le=100_000)]
Benchmarks = dict[Annotated[BenchmarkName, BeforeValidator(_known_benchmark)], Factor]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ApelSite(_Table):
    """One site, by the name that the ledger has registered."""

    name: Line = ""
    benchmarks: Benchmarks = {}


class Apel(_Table):
    """What APEL is told besides usage."""

    infrastructure_type: Literal["grid", "local"] = "grid"
    infrastructure: Line = "HTCondor"
    withhold_names: bool = False
    benchmarks: Benchmarks = {}
    sites: dict[str, ApelSite] = {}

    @model_validator(mode="after")
    def _one_name_one_benchmark(self) -> Self:
        """APEL knows sites by their names alone: of two with one name it keeps one number."""
        worth: dict[str, Benchmarks] = {}
        for site, known in self.sites.items():
            name, own = known.name or site, known.benchmarks or self.benchmarks
            if worth.setdefault(name, own) != own:
                raise ValueError(f"sites of one name ({name}) have different benchmarks")
        return self


class Gratia(_Table):
    """What Gratia and GRACC are told besides usage."""

    grid: Line = "Local"
    resource_type: Line = "Batch"


class Xdmod(_Table):
    """What XDMoD is told besides usage: names of its resources, by pool."""

    clusters: dict[str, Line] = {}


class Names(_Table):
    """The whole file. vos: project -> VO; vo: of all other projects, empty: none."""

    vo: Line = ""
    vos: dict[str, Line] = {}
    apel: Apel = Apel()
    gratia: Gratia = Gratia()
    xdmod: Xdmod = Xdmod()

    @classmethod
    def load(cls, path: str) -> Self:
        """The names of that file; an empty path: defaults alone. Raises SettingsError."""
        if not path:
            return cls()
        try:
            return cls.model_validate(tomllib.loads(Path(path).read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"exports_file {path} cannot be read: {error}") from error
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"exports_file {path} is not valid TOML: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            name = visible(".".join(str(part) for part in first["loc"]))
            hint = "`htc-ledger exports template` shows every key."
            raise SettingsError(f"exports_file {path}: {name}: {visible(first['msg'])}", hint) from error

    def vo_of(self, project: str) -> str | None:
        """The VO of a project; None where nobody said it."""
        return self.vos.get(project) or self.vo or None

    def apel_site(self, site: str) -> str:
        """The name under which APEL knows a site: the ledger's own, if no other was written down."""
        known = self.apel.sites.get(site)
        return (known.name if known else "") or site

    def apel_user(self, user: str) -> str:
        """The name that APEL is told of a user."""
        return "withheld" if self.apel.withhold_names else user

    def benchmarks(self, site: str) -> Benchmarks:
        """What one core of a site does: benchmark -> factor. Raises SettingsError where nobody said it."""
        known = self.apel.sites.get(site)
        found = (known.benchmarks if known else {}) or self.apel.benchmarks
        if not found:
            shown = visible(site)
            hint = (
                f'Write [apel.sites."{shown}"] with benchmarks = {{ HEPscore23 = ... }}, or [apel.benchmarks] for all '
                "sites, into the file that the setting exports_file names (`htc-ledger exports template` shows one)."
            )
            raise SettingsError(f"no benchmark is known of site {shown!r}: what its hours are worth is not known", hint)
        return found


TEMPLATE = """\
# Who we are to those that we report to. Keys that are commented out have the default shown, or are examples.
#vo = ""                               # VO of projects that are not in [vos]; empty: none is told

#[vos]
#Heron_Catalysis = "glow"              # project = VO

#[apel]
#infrastructure_type = "grid"          # grid or local
#infrastructure = "HTCondor"
#withhold_names = false                # true: tell no names of users

#[apel.benchmarks]                     # of all sites: Si2k, hepspec, HEPscore23; one, or several for version 0.4
#HEPscore23 = 15.3

#[apel.sites.Alpha]                    # by the ledger's name of the site
#name = "ALPHA-LCG2"                   # as APEL knows it
#benchmarks = { hepspec = 11.4 }

#[gratia]                              # of Gratia and GRACC
#grid = "Local"
#resource_type = "Batch"

#[xdmod.clusters]
#pool = "our-cluster"                  # pool = name of the resource in XDMoD; else the pool's own name
"""
