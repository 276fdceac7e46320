"""Who may see what: rights that were given or taken back, and tokens of programs.

Tables beside the records, as the desk's are: no cube is made of them. Nothing in them is ever changed or removed.
"""

from pipeline.schema.column import Table, count, instant, text

GRANTED = Table(
    name="granted",
    grain="one row per right that was given, and one per right that was taken back",
    doc="Roles of people and groups, with the project or site that each is about.",
    columns=(
        text("pool", doc="Empty: a right holds in all pools."),
        text("act", doc="grant or revoke."),
        text("role", doc="admin, facility, operator, pi, member or contact."),
        text("project", doc="Project that the role is about, for pi and member."),
        text("site", doc="Site that the role is about, for contact."),
        text("who_kind", doc="What `who` is: email, subject or group."),
        text("who", doc="E-mail address in small letters, the provider's id of a person, or the name of a group."),
        text("issuer", doc="Who has to vouch for it: the provider's address, or proxy; empty: any that is set up."),
        text("note", doc="Why."),
        text("by", doc="Who gave it or took it back."),
        text("source", doc="Where it was done: command."),
        count("undoes", doc="Record id of the right that this row takes back."),
        instant("at_utc", doc="When it was done."),
        instant("until_utc", doc="Until when it holds; empty: for good."),
        count("record_id", doc="64-bit hash over all of the above."),
    ),
    key=("act", "role", "project", "site", "who_kind", "who", "issuer", "at_utc"),
    time="at_utc",
)

API_TOKEN = Table(
    name="api_token",
    grain="one row per token that was made, and one per token that was taken back",
    doc="Tokens with which programs ask: what each may see, until when. The token itself is nowhere.",
    columns=(
        text("pool", doc="Empty: a token holds in all pools."),
        text("act", doc="create or revoke."),
        text("token", doc="The token's own short name, which is no secret."),
        text("name", doc="What it is for."),
        text("scope", doc="What may be done with it: read."),
        text("projects", doc="Projects whose usage may be read, as a JSON list; empty: all."),
        text("digest", doc="SHA-256 of the whole token, in hexadecimal digits."),
        text("by", doc="Who made it or took it back."),
        text("source", doc="Where it was done: command."),
        count("undoes", doc="Record id of the token that this row takes back."),
        instant("at_utc", doc="When it was done."),
        instant("until_utc", doc="Until when it holds."),
        count("record_id", doc="64-bit hash over all of the above."),
    ),
    key=("act", "token", "at_utc"),
    time="at_utc",
)
