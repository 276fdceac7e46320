"""What a receipt is made of: plain frozen records, whole numbers, None where not known."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """A rule that fired: its id, and the sentence for people."""

    rule: str
    text: str


@dataclass(frozen=True)
class Charge:
    """Seconds of one day of the reporting zone, and what they are counted as; None: not known."""

    day: str
    wall_s: int | None
    mcore_s: int | None
    gpu_s: int | None
    memory_mib_s: int | None


@dataclass(frozen=True)
class Run:
    """One execution attempt as it is counted."""

    run_instance: int
    basis: str
    start_utc: int | None
    end_utc: int | None
    wall_s: int | None
    site: str | None
    resource: str | None
    slot: str | None
    machine: str | None
    cores_milli: int | None
    cores_basis: str
    gpus: int | None
    memory_mib: int | None
    cpu_used_us: int | None
    outcome: str
    venue: str
    record_id: str
    why: Said
    estimated: tuple[Said, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True)
class Residual:
    """Wall time of the final ad less that of the attempts, and why they differ."""

    residual_s: int
    charged_s: int
    job_wall_s: int
    attempts_wall_s: int
    start_utc: int | None
    end_utc: int | None
    cause: Said
    charges: tuple[Charge, ...]


@dataclass(frozen=True)
class Found:
    """A record of the job in the lake: where it was read, whether it is counted and why (not)."""

    table: str
    record_type: str
    run_instance: int | None
    record_utc: int | None
    path: str | None
    source: str | None
    offset_bytes: int | None
    read_utc: int | None
    record_id: str
    is_counted: bool
    why: Said
    raw: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Step:
    """Part of the way from what was used to what is booked when the job ends."""

    cause: str
    text: str
    mcore_s: int


@dataclass(frozen=True)
class Totals:
    """The job in both bookings. `unexplained_mcore_s` is what the steps leave over: it is 0."""

    used_wall_s: int
    used_mcore_s: int
    used_gpu_s: int
    ended_wall_s: int | None
    ended_mcore_s: int | None
    ended_gpu_s: int | None
    ended_day: str | None
    steps: tuple[Step, ...]
    unexplained_mcore_s: int


@dataclass(frozen=True)
class Receipt:
    """Everything that the ledger knows of one job, and why."""

    name: str
    pool: str
    ap: str
    cluster: int
    proc: int
    global_job_id: str | None
    project: str | None
    user: str | None
    venue: str
    status: str
    command: str | None
    submit_utc: int | None
    end_utc: int | None
    zone: str
    runs: tuple[Run, ...]
    residual: Residual | None
    totals: Totals
    notes: tuple[Said, ...]
    records: tuple[Found, ...]
