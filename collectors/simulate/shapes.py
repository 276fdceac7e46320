"""What kinds of work a pool sees: what jobs ask for, what they use, how they end.

Shares and sizes follow what national pools publish: most jobs are short and single-core, few projects make most of
the load, and one job in seven does not succeed.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How the jobs of one project look. Medians are of log-normal distributions with the sigma beside them.

    memory_used  peak memory as a share of what was asked for
    cpu_share    busy share of the cores
    gpu_share    busy share of the GPUs
    batch        median number of jobs submitted together
    fails        share of runs that end with an exit code not 0
    retries      runs that the user allows after such an end
    moves        share of runs that fetch input through a URL plugin
    """

    kind: str
    cpus: tuple[int, ...] = (1,)
    memory_mib: tuple[int, ...] = (2048,)
    memory_used: float = 0.45
    memory_sigma: float = 0.35
    disk_mib: int = 4096
    gpus: tuple[int, ...] = ()
    gpu_share: float = 0.0
    wall_s: int = 5400
    wall_sigma: float = 0.9
    cpu_share: float = 0.88
    batch: int = 12
    fails: float = 0.08
    retries: int = 0
    moves: float = 0.25
    contained: bool = True
    holds_on_exit: bool = False
    grouped: bool = False


SHORT = Shape("short", wall_s=700, wall_sigma=0.7, memory_mib=(1024, 2048), batch=40, fails=0.07, moves=0.05)
SINGLE = Shape("single-core", wall_s=11_000, memory_mib=(2048, 2500, 4096), cpu_share=0.93, retries=2, grouped=True)
LONG = Shape("multi-core", cpus=(8, 8, 16), memory_mib=(16_384, 32_768), wall_s=24_000, wall_sigma=0.6, batch=5)
MEMORY = Shape(
    "memory-heavy",
    cpus=(1, 2, 4),
    memory_mib=(24_576, 49_152, 98_304),
    memory_used=0.72,
    memory_sigma=0.2,
    wall_s=9000,
    disk_mib=40_960,
    cpu_share=0.7,
    batch=6,
    moves=0.8,
)
HOARDER = Shape(
    "over-requester", memory_mib=(65_536,), memory_used=0.03, memory_sigma=0.3, wall_s=6000, contained=False
)
GPU = Shape(
    "gpu",
    cpus=(4, 8),
    memory_mib=(16_384, 32_768),
    gpus=(1, 1, 2),
    gpu_share=0.74,
    wall_s=17_000,
    cpu_share=0.4,
    batch=3,
    moves=0.9,
)
IDLE_GPU = Shape(
    "idle-gpu",
    cpus=(4,),
    memory_mib=(16_384,),
    gpus=(1,),
    gpu_share=0.01,
    wall_s=20_000,
    cpu_share=0.95,
    batch=4,
    fails=0.03,
)
DAG = Shape("workflow", memory_mib=(2048, 4096), wall_s=2400, batch=30, fails=0.03, retries=1, moves=0.6)
EXIT_HOLD = Shape("exit-hold", wall_s=4000, fails=0.12, holds_on_exit=True, batch=8)
NO_PROJECT = Shape("no-project", wall_s=1800, batch=4, fails=0.1, contained=False)
TAIL = (
    EXIT_HOLD,
    Shape("tail-long", wall_s=30_000, wall_sigma=0.7, batch=6),
    Shape("tail-four-core", cpus=(4,), memory_mib=(8192,), wall_s=8000, cpu_share=0.8, batch=6),
    Shape("tail-short", wall_s=900, batch=20, moves=0.0, contained=False),
    Shape("tail-transfer", wall_s=5000, moves=1.0, disk_mib=20_480, cpu_share=0.6, batch=8, grouped=True),
    Shape("tail-sloppy", wall_s=6000, fails=0.2, memory_used=0.6, memory_sigma=0.4, cpu_share=0.5, batch=5),
)

NAMED: tuple[tuple[Shape, float], ...] = (
    (SHORT, 0.24),
    (SINGLE, 0.17),
    (LONG, 0.05),
    (MEMORY, 0.04),
    (HOARDER, 0.06),
    (GPU, 0.03),
    (IDLE_GPU, 0.02),
    (DAG, 0.09),
)
"""The first projects of every pool, with their share of the jobs; the tail shares what is left."""
NO_PROJECT_SHARE = 0.03
TAIL_SHARE = 1.0 - NO_PROJECT_SHARE - sum(share for _, share in NAMED)
