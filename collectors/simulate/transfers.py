"""Files that an attempt's URL plugin moves: what they are called, how large they are, how long they take."""

from random import Random

from collectors.simulate.records import Move, Request

ENDPOINTS = ("cache1.simulated:8443", "cache2.simulated:8443", "origin.simulated:8443")
BYTES_PER_S = 30_000_000


def moves_in(rng: Random, request: Request, start: int) -> tuple[Move, ...]:
    """Input files of a run that starts then; mostly none."""
    if rng.random() >= request.project.shape.moves:
        return ()
    names = ("reference.tar", "chunk.dat", "weights.bin")[: 1 + int(rng.random() * 3)]
    return tuple(_move(rng, request, name, start + 1) for name in names)


def moves_out(rng: Random, request: Request, finish: int) -> tuple[Move, ...]:
    """Output files of a run whose executable finished then; mostly none."""
    if rng.random() >= request.project.shape.moves * 0.4:
        return ()
    return (_move(rng, request, "result.tar", finish),)


def _move(rng: Random, request: Request, name: str, start: int) -> Move:
    size = int(rng.lognormvariate(17.5, 1.2))
    return Move(
        url=f"osdf:///sim/{request.submit_file}/{name}",
        file_name=name,
        endpoint=ENDPOINTS[int(rng.random() * len(ENDPOINTS))],
        file_bytes=size,
        start=start,
        end=start + 1 + int(size / BYTES_PER_S * (0.5 + rng.random())),
    )
