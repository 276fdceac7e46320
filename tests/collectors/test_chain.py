"""A missing record breaks the chain of banners, once."""

import io

from collectors.chain import Chain
from collectors.classads.banner import parse_banner
from collectors.classads.text import Record, RecordReader
from tests.collectors.records import history, job_ad

FILE = history(*(job_ad(cluster, 0, "ap1.example.org", f'Cmd = "{"x" * cluster}"') for cluster in range(1, 8)))


def records(content: bytes) -> list[Record]:
    return [record for record in RecordReader(io.BytesIO(content), 0, "banner") if isinstance(record, Record)]


def breaks(content: bytes, chain: Chain | None = None, start: int = 0) -> int:
    chain = chain or Chain()
    count = 0
    for record in records(content):
        if record.start >= start:
            said = parse_banner(record.banner or b"")
            count += chain.broken_by(record.banner_at, said.offset if said else None)
    return count


def without(*gone: int) -> bytes:
    return b"".join(record.content for number, record in enumerate(records(FILE)) if number not in gone)


def test_a_whole_file_is_unbroken() -> None:
    assert breaks(FILE) == 0


def test_each_gap_is_one_break() -> None:
    assert breaks(without(3)) == 1
    assert breaks(without(1)) == 1
    assert breaks(without(0)) == 1
    assert breaks(without(2, 3)) == 1
    assert breaks(without(1, 4)) == 2


def test_a_file_without_its_end_is_unbroken() -> None:
    assert breaks(without(6)) == 0


def test_two_files_one_after_the_other_are_one_break() -> None:
    assert breaks(FILE + FILE) == 1


def test_the_chain_goes_on_where_reading_does() -> None:
    for number in range(1, 7):
        start = records(FILE)[number].start
        assert breaks(FILE, Chain.resumed(io.BytesIO(FILE), start), start) == 0
        broken = without(number)
        if number < 6:
            assert breaks(broken, Chain.resumed(io.BytesIO(broken), start), start) == 1


def test_a_gap_before_the_point_of_resuming_is_no_second_break() -> None:
    broken = without(1)
    start = records(broken)[3].start
    assert breaks(broken, Chain.resumed(io.BytesIO(broken), start), start) == 0


def test_offsets_beyond_two_gigabytes_are_compared_as_they_are_printed() -> None:
    chain = Chain(2**31 + 5, 0)
    assert not chain.broken_by(2**31 + 900, 2**31 + 5 - 2**32)
