"""What was written to Elasticsearch, day by day: no cube is made of it."""

from pipeline.schema.column import Table, count, instant, text

ELASTIC_DAY = Table(
    name="elastic_day",
    grain="one row per day of ended jobs and time that it was written to Elasticsearch as a whole",
    doc="Days of jobs that are in Elasticsearch, so that only changes are sent; of a day the newest row counts.",
    columns=(
        text("pool", doc="Pool whose jobs they are."),
        text("source", doc="Data stream that they were written to."),
        text("stream_id", doc="Which data stream of that name: one that was made anew is another."),
        text("day", doc="Day of the reporting zone on which the jobs ended: 2026-11-01."),
        count("jobs", doc="Jobs that ended on it.", unit="jobs"),
        text("digest", doc="Of all that was told of them: equal ones mean equal documents."),
        count("times", doc="How often the day was written by then: the row with most counts."),
        text("cube", doc="Version of the cube that they were taken from."),
        instant("at_utc", doc="When all of them were there."),
        count("record_id", doc="64-bit hash over all of the above."),
    ),
    key=("pool", "source", "stream_id", "day", "times"),
    time="at_utc",
)
