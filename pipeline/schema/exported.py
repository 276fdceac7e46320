"""What was handed over to other accounting systems. Beside the records: no cube is made of it."""

from pipeline.schema.column import Table, count, instant, seconds, text

EXPORTED = Table(
    name="exported",
    grain="one row per record and time that it was handed over to another accounting system",
    doc="Usage records and summaries that were sent, so that the next run sends only what is new or changed.",
    columns=(
        text("pool", doc="Pool that the record is of."),
        text("source", doc="command."),
        text("format", doc="apel-jobs, apel-summary, apel-normalised, gratia-xml, gratia-json, gracc or xdmod."),
        text("booking", doc="used or ended: what its records are of."),
        text("target", doc="To whom: a name, or the folder that it was written to."),
        text("file", doc="File that it is in, relative to the folder."),
        text("record", doc="Id of the record: the same run or group has the same one for ever."),
        text("subject", doc="What a summary is about, as JSON, to withdraw it; empty text: of single runs."),
        count("digest", doc="64-bit hash over the record as it was sent."),
        text("cube_version", doc="Cube that it was made of."),
        text("first_day", doc="First day that was asked for."),
        text("last_day", doc="Last day that was asked for."),
        seconds("wall_s", doc="Wall time that it tells."),
        instant("about_utc", doc="When the run ended, or the day or month of a summary began."),
        instant("at_utc", doc="When it was sent."),
        count("record_id", doc="64-bit hash over format, target, record, digest and time."),
    ),
    key=("pool", "format", "target", "record", "at_utc"),
    time="about_utc",
)
