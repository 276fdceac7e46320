"""The table's records: numbers to sort by, texts to read, links that narrow."""

from dashboard import usage_table
from dashboard.breakdown import Breakdown, Row
from pipeline.query import metric

METRICS = {"cpu_h": 1234.5, "gpu_h": None, "cpu_efficiency": 0.5, "cpu_coverage": 1.0, "jobs": 3, "attempts": 4}


def breakdown(*rows: Row) -> Breakdown:
    return Breakdown("v", METRICS, None, rows, "day", (), ())


def test_texts_are_formatted_once_in_python_and_numbers_stay_numbers() -> None:
    row = usage_table.rows(breakdown(Row("a", METRICS, 0.25, "#123456")), lambda name: "/usage?project=a")[0]
    assert (row["cpu_h"], row["cpu_h_text"]) == (1234.5, "1,234.5")
    assert (row["gpu_h"], row["gpu_h_text"]) == (None, "—")
    assert (row["cpu_efficiency_text"], row["share_text"], row["jobs_text"]) == ("50.0\u00a0%", "25.0\u00a0%", "3")
    assert (row["link"], row["colour"]) == ("/usage?project=a", "#123456")


def test_a_megabyte_of_name_is_not_sent_to_the_browser() -> None:
    row = usage_table.rows(breakdown(Row("x" * 1_000_000, METRICS, None, None)), lambda name: None)[0]
    assert len(str(row)) < 2_000


def test_a_thousand_rows_are_enough_and_the_note_says_so() -> None:
    many = breakdown(*(Row(f"p{number}", METRICS, None, None) for number in range(1_500)))
    assert len(usage_table.rows(many, lambda name: None)) == 1_000
    assert usage_table.note(many) == "The 1,000 largest of 1,500; the download has all."


def test_the_measure_is_sorted_and_its_share_stands_beside_it() -> None:
    columns = usage_table.columns("Project", metric("gpu_h"))
    fields = [column["field"] for column in columns]
    assert fields[fields.index("gpu_h") + 1] == "share"
    assert [column["field"] for column in columns if column.get("sort")] == ["gpu_h"]


def test_every_number_says_what_it_means_on_hover() -> None:
    assert all(column["headerTooltip"] for column in usage_table.columns("Site", metric("cpu_h"))[1:])
