"""What people and this program did about findings and readers: notes, what was sent, who wants no digests.

Tables beside the records: no cube is made of them, so that a note or a mail makes no cube old.
"""

from pipeline.schema.column import Table, count, flag, instant, text

FINDING_ACT = Table(
    name="finding_act",
    grain="one row per act on a finding of triage",
    doc="Findings that somebody acknowledged, muted or wrote a note on, and acts that were taken back.",
    columns=(
        text("pool", doc="Pool that the finding is of."),
        text("act", doc="ack, mute, note, or undo."),
        text("kind", doc="Kind of the finding: signature, class, black_hole, storm or quiet."),
        text("failure", doc="Its class of failure."),
        text("signature", doc="Its message without names and numbers, where one stands for all of it."),
        text("dimension", doc="What its places are: host, site, user, ...; empty text: the whole pool."),
        text("places", doc="Its places, as a JSON list in their order."),
        text("sentence", doc="What was said of it then."),
        text("note", doc="What was written on it."),
        text("by", doc="Who did it: the account, or the name that was typed."),
        text("source", doc="Where it was done: command or page."),
        count("undoes", doc="Record id of the act that this one takes back."),
        instant("at_utc", doc="When it was done."),
        instant("until_utc", doc="Until when it holds; empty: for good."),
        count("record_id", doc="64-bit hash over all of the above."),
    ),
    key=("pool", "act", "kind", "failure", "signature", "dimension", "places", "at_utc"),
    time="at_utc",
)

SENT = Table(
    name="sent",
    grain="one row per step of a message: begun, sent, refused, or held back",
    doc="Alerts, digests and reports that were handed over, so that none is sent twice.",
    columns=(
        text("pool", doc="Pool that the message is about."),
        text("source", doc="alert, digest or report."),
        text("rule", doc="Name of the alert's rule or the report's subscription, or kind of the digest."),
        text("about", doc="Key of the finding, the digest's user or project, or what the report is of."),
        text("content", doc="What has to be known of it later, as JSON: the finding's places."),
        text("recipient", doc="Mail address, or host and digest of a webhook's address."),
        text("period", doc="Days that a digest or report is about, or the how manieth time an alert is told."),
        text("state", doc="begun, sent or refused."),
        text("message_id", doc="Message-ID of the mail or Idempotency-Key of the call: equal when it is tried again."),
        text("said", doc="Subject, or what was answered."),
        instant("about_utc", doc="Begin of what the message is about."),
        instant("at_utc", doc="When this step was done."),
        count("record_id", doc="64-bit hash over the message, its state and, but for digests begun, the time."),
    ),
    key=("pool", "source", "rule", "about", "recipient", "period", "state"),
    time="about_utc",
)

OPTED = Table(
    name="opted",
    grain="one row per wish of a reader to get no digests, or to get them again",
    doc="Who wants no digests and no scheduled reports; the newest row of an address counts.",
    columns=(
        text("pool", doc="Pool whose digests it is about; empty: of all."),
        text("address", doc="Mail address, in small letters."),
        flag("is_out", doc="True: wants none; false: wants them again."),
        text("by", doc="Account that noted it."),
        text("source", doc="command."),
        instant("at_utc", doc="When it was noted."),
        count("record_id", doc="64-bit hash over all of the above."),
    ),
    key=("pool", "address", "is_out", "at_utc"),
    time="at_utc",
)
