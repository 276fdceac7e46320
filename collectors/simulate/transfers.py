"""Files that an attempt's URL plugin moves: their names, who serves them, how large they are, how long it takes.

A project's jobs share some inputs (a reference, a model's weights): caches hold them. Chunks are of one job or a few.
Some projects fetch theirs from a web server, which says nothing of caches.
"""

from hashlib import blake2b
from random import Random

from collectors.simulate.records import Move, Request

PELICAN = "osdf"
"""Protocol whose plugin tells of each try in an ad of its own."""
CACHES = ("cache1.simulated:8443", "cache2.simulated:8443", "cache3.simulated:8443")
CACHES_MANY = tuple(f"cache{number}.simulated:8443" for number in range(1, 7))
"""Those of a pool in which each site has one that is near."""
ORIGIN = "origin.simulated:8443"
SERVER = "files.simulated"
SHARED = ("reference.tar", "weights.bin")
CHUNKS = 512
ERRORS = (
    "failed to download file: server returned 504 Gateway Timeout",
    "failed to download file: no such object",
    "dial tcp 192.0.2.7:8443: connect: connection refused",
    "failed to download file: stopped after 100 s without progress",
)
BYTES_PER_S = 30_000_000
LOOKED_AT = 0.9
"""Of what jobs share, the part that a cache has when a job asks for it; of chunks it has a tenth."""
FROM_ORIGIN = 0.05
WEB_EVERY = 5


def moves_in(rng: Random, request: Request, start: int, caches: tuple[str, ...] = CACHES) -> tuple[Move, ...]:
    """Input files of a run that starts then, by one of those caches each; mostly none."""
    if rng.random() >= request.project.shape.moves:
        return ()
    names = ("reference.tar", "chunk", "weights.bin")[: 1 + int(rng.random() * 3)]
    return tuple(_move(rng, request, name, start + 1, caches) for name in names)


def moves_out(rng: Random, request: Request, finish: int) -> tuple[Move, ...]:
    """Output files of a run whose executable finished then; mostly none."""
    if rng.random() >= request.project.shape.moves * 0.4:
        return ()
    return (_move(rng, request, "result", finish, CACHES, upload=True),)


def _move(rng: Random, request: Request, name: str, start: int, caches: tuple[str, ...], upload: bool = False) -> Move:
    size = int(rng.lognormvariate(17.5, 1.2))
    which, speed = rng.random(), rng.random()
    folder = f"sim/{request.project.name or 'none'}"
    is_web = not upload and _number(folder) % WEB_EVERY == 0
    is_shared = name in SHARED
    file_name = name if is_shared else f"{name}-{_numbered(request, name, which, speed, upload)}.tar"
    url = f"https://{SERVER}/{folder}/{file_name}" if is_web else f"osdf:///{folder}/{file_name}"
    endpoint = SERVER if is_web else ORIGIN if upload or which < FROM_ORIGIN else _cache(which, caches)
    return Move(
        url=url,
        file_name=file_name,
        protocol="https" if is_web else PELICAN,
        endpoint=endpoint,
        # what jobs share is of one size, wherever it comes from
        file_bytes=20_000_000 + _number(url) % 180_000_000 if is_shared or name == "chunk" else size,
        start=start,
        end=start + 1 + int(size / BYTES_PER_S * (0.5 + speed)),
        cache_age_us=_age(endpoint, speed, is_shared),
        error=ERRORS[int(which * 997) % len(ERRORS)],
    )


def _cache(which: float, caches: tuple[str, ...]) -> str:
    return caches[int((which - FROM_ORIGIN) / (1 - FROM_ORIGIN) * len(caches))]


def _age(endpoint: str, chance: float, is_shared: bool) -> int | None:
    """How long the cache had held the file: 0 if it fetched it now; None from all that is no cache."""
    if endpoint in (ORIGIN, SERVER):
        return None
    hit = LOOKED_AT if is_shared else 1 - LOOKED_AT
    return int(chance * 86_400) * 1_000_000 + 1_000_000 if chance < hit else 0


def _numbered(request: Request, name: str, which: float, speed: float, upload: bool) -> str:
    """A chunk is one of a few hundred, a result nobody else's."""
    if upload:
        return f"{request.submit_file}-{int(which * 1e6):06d}{int(speed * 1e6):06d}"
    return f"{int(speed * CHUNKS):04d}"


def _number(text: str) -> int:
    """The same number for the same text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest())
