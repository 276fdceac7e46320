"""Which days and jobs go together: bounded in number and bytes, in order, none twice and none left out."""

from datetime import date, timedelta

import pytest

from pipeline.elastic import job_write
from pipeline.elastic.bulk import Waits
from pipeline.elastic.job_document import JobDocument
from pipeline.elastic.told import ToldDay

FIRST = date(2026, 11, 1)


def days(*jobs: int) -> list[ToldDay]:
    return [ToldDay("pool", FIRST + timedelta(days=i), number, "d") for i, number in enumerate(jobs)]


def test_days_are_written_together_up_to_so_many_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_write, "AT_A_TIME", 10)
    found = [[day.jobs for day in window] for window in job_write._windows(days(4, 5, 3, 25, 1, 0, 2))]
    assert found == [[4, 5, 3], [25], [1, 0, 2]]


def test_a_request_has_so_many_documents_and_bytes_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_write, "DOCUMENTS", 3)
    monkeypatch.setattr(job_write, "BYTES", 10)
    documents = [JobDocument(str(i), "", b"x" * size, FIRST) for i, size in enumerate((1, 1, 1, 1, 9, 2, 30, 1))]
    found = [[len(each.body) for each in batch] for batch in job_write._batches(iter(documents))]
    assert found == [[1, 1, 1], [1, 9], [2], [30], [1]]


def test_the_waits_before_tries_grow_to_the_longest() -> None:
    waits = Waits(first_s=0.5, longest_s=3)
    assert [waits.before(number) for number in range(5)] == [0, 0.5, 1, 2, 3]
