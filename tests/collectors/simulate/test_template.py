"""Values become the text of an ad: spelled as HTCondor does, nothing forgotten, nothing left over."""

import classad2
import pytest

from collectors.classads.writer import HistoryChain
from collectors.simulate import write
from collectors.simulate.body import sections
from collectors.simulate.events import troubles
from collectors.simulate.jobs import records
from collectors.simulate.plan import Plan
from collectors.simulate.population import populate
from collectors.simulate.template import SLOT, Template, nested, scaled
from pipeline.schema import JOB, TABLES
from pipeline.schema.transfer import FILE
from tests.collectors.simulate.conftest import Pool


def test_whole_cores_have_no_point_and_cpu_seconds_always_have() -> None:
    assert scaled(8000, 1000) == "8"
    assert scaled(1500, 1000) == "1.5"
    assert scaled(3_000_000, 1_000_000) == "3.0"


def test_a_quote_in_a_text_is_escaped() -> None:
    text = Template(JOB, ()).render({"batch_name": 'a "b"'})
    assert text == 'JobBatchName = "a \\"b\\""\n'


def test_a_percent_sign_in_a_value_stays_one() -> None:
    assert Template(JOB, ()).render({"batch_name": "100 %(owner)s"}) == 'JobBatchName = "100 %(owner)s"\n'


def test_a_line_of_the_body_stands_before_a_columns() -> None:
    spelled = Template(JOB, ("epoch",)).render({"gpus": 2}).splitlines()
    assert "GpusProvisioned = 2" in spelled
    assert "GPUsProvisioned = 2" not in spelled


def test_attributes_of_history_stand_by_length() -> None:
    text = Template(JOB, (), by_length=True).render({"global_job_id": "x", "cluster": 1, "command": "y"})
    assert [line.split(" ")[0] for line in text.splitlines()] == ["Cmd", "ClusterId", "GlobalJobId"]


def test_a_nested_ad_leaves_out_what_is_not_known() -> None:
    assert nested(FILE, {"url": "u", "success": False, "error": None, "connect_us": 250_000}) == (
        '[ TransferUrl = "u"; TransferSuccess = false; ConnectionTimeSeconds = 0.25 ]'
    )


def test_every_value_that_is_made_stands_in_some_ad(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {column.name for table in TABLES for column in table.columns}
    known |= {name for lines in sections().values() for line in lines for name in SLOT.findall(line)}
    used: set[str] = set()

    def note(_: Template, values: dict[str, object]) -> str:
        used.update(values)
        return ""

    monkeypatch.setattr(Template, "render", note)
    plan = Plan(days=10, jobs=1500)
    population = populate(plan)

    class Nowhere:
        def write(self, data: bytes) -> int:
            return len(data)

    files = {ap: write.AccessPointFiles(Nowhere(), Nowhere(), HistoryChain()) for ap in plan.aps}  # type: ignore[arg-type]
    writer = write.PoolWriter(files)
    for record in records(plan, population, troubles(plan, population)):
        writer.write(record)
    assert used - known == set()


def test_every_ad_is_one_for_htcondor_itself(pool: Pool) -> None:
    for record in (*pool.finals()[::40], *pool.of_kind("EPOCH")[::40], *pool.of_kind("INPUT")[::40]):
        ad = next(classad2.parseAds(record.text + "\n", classad2.ParserType.Old))
        assert len(ad) == record.lines


def test_memory_usage_is_an_expression_that_htcondor_can_evaluate(pool: Pool) -> None:
    record = next(record for record in pool.vanilla() if "ResidentSetSize" in record.ad)
    ad = next(classad2.parseAds(record.text + "\n", classad2.ParserType.Old))
    assert ad.eval("MemoryUsage") == (record.number("ResidentSetSize") + 1023) // 1024
