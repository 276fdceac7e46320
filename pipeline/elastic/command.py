"""The command `htc-ledger elastic write`: the cube's usage, or its jobs, to Elasticsearch."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import LakeOption

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipeline.cube import Cube


def elastic_app() -> typer.Typer:
    """The group of commands `elastic`."""
    app = typer.Typer(help="Usage and jobs for those who ask Elasticsearch.", no_args_is_help=True)
    app.callback()(elastic)
    app.command()(write)
    return app


def elastic() -> None:
    """Usage and jobs for those who ask Elasticsearch."""


def write(
    jobs: Annotated[
        bool, typer.Option("--jobs", help="Write the jobs that ended, a document each, instead of usage by day.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="With --jobs: compare the days, too, that have not changed since.")
    ] = False,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Write simulated pools, apart from the real ones, instead of these.")
    ] = False,
    lake: LakeOption = None,
) -> None:
    """Write the cube's usage by day, or its jobs, to Elasticsearch (elastic_url in ledger.toml).

    Usage is there for its readers all at once, jobs one by one. Run it after each build: it sends what is new or has
    changed, and after an error it goes on where it was.
    """
    from pipeline import settings as configuration
    from pipeline.cube import Cube
    from pipeline.elastic.connection import connected
    from pipeline.errors import UsageError
    from pipeline.viewer import LOCAL

    if again and not jobs:
        raise UsageError("--again is for jobs", "Write --jobs --again; usage is there as a whole or not at all.")
    settings = configuration.load(lake=lake)
    cube = Cube.open(settings.lake)
    pools = tuple(pool.name for pool in cube.pools(LOCAL) if pool.simulated == simulated)
    if not pools:
        hint = (
            "Ingest and build first." if simulated else "Ingest and build first; or write simulated ones: --simulated."
        )
        raise UsageError(f"the cube has no {'simulated' if simulated else 'real'} pool", hint)
    start = f"{settings.elastic_prefix}{'-simulated' if simulated else ''}"
    with connected(settings) as client:
        if jobs:
            _write_jobs(client, f"{start}-jobs", cube, pools, again=again)
        else:
            _write_usage(client, f"{start}-usage", cube, pools)


def _write_usage(client: "Elasticsearch", name: str, cube: "Cube", pools: tuple[str, ...]) -> None:
    from pipeline.elastic.rollup import Rollup
    from pipeline.elastic.write import Place
    from pipeline.viewer import LOCAL

    written = Place(client, name).write(Rollup(cube, pools, LOCAL), _told)
    done = f"{written.documents:,} documents, {written.sent:,} of them sent now"
    typer.echo(f"Readers of {name} get {written.index}: {done}.")


def _write_jobs(client: "Elasticsearch", name: str, cube: "Cube", pools: tuple[str, ...], *, again: bool) -> None:
    from pipeline.elastic.job_stream import JobStream
    from pipeline.elastic.job_write import JobWriting
    from pipeline.viewer import LOCAL

    written = JobWriting(cube, pools, LOCAL, JobStream(client, name), again=again).write(_told)
    put = written.put
    done = f"{put.new:,} new, {put.changed:,} changed and {written.removed:,} removed now, on {written.days:,} days"
    typer.echo(f"{name} holds {written.jobs:,} jobs: {done}.")


def _told(step: str) -> None:
    typer.echo(f"  {step}")
