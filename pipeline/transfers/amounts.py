"""Bytes as people write them."""


def size(number: int) -> str:
    """`1,023 B`, `1.2 GB`: powers of 1000, as networks and disks are sold."""
    if abs(number) < 1000:
        return f"{number:,} B"
    amount = float(number)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(amount) < 999.95:
            return f"{amount:,.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} PB"
