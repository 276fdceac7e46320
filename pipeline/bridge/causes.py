"""Why two totals differ: each cause with its name and its sentence, in the order in which a bridge walks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """One kind of step; `leg` is the part of the way on which it stands."""

    name: str
    label: str
    text: str
    leg: str


CAUSES: tuple[Cause, ...] = (
    Cause(
        "no_final_ad", "Jobs without a final ad", "They run, wait or were lost: as ended they count nothing.", "ended"
    ),
    Cause("ended_later", "Jobs that ended later", "Used in these days, booked on a later end day.", "ended"),
    Cause("ended_earlier", "Jobs that ended earlier", "Used in these days, booked on an earlier end day.", "ended"),
    Cause("used_earlier", "Used before these days", "Booked now, on the end day, with what was used before.", "ended"),
    Cause("used_later", "Used after these days", "Booked now, on the end day, with runs that ended later.", "ended"),
    Cause("venue", "Venue", "The final ad says another venue than the run's own record.", "ended"),
    Cause(
        "evictions", "Evicted and lost runs", "Used at another place than the job's last one, which gets all.", "ended"
    ),
    Cause("earlier_runs", "Other runs elsewhere", "Earlier runs and retries at another place than the last.", "ended"),
    Cause("residual_place", "Residual", "Time without a place as used; as ended the job's last site gets it.", "ended"),
    Cause("renamed", "Renamed", "The run's own record names another project or user than the final ad.", "ended"),
    Cause("cores", "Cores", "Runs had other cores than the final ad says of the last one.", "ended"),
    Cause("cores_unknown", "Cores not known", "Cores are known in the one booking only.", "ended"),
    Cause("wall_unknown", "Wall time not known", "The final ad does not say its wall time.", "ended"),
    Cause(
        "schedd_restart", "Forgotten by the schedd", "The schedd restarted, and its wall time lacks run time.", "ended"
    ),
    Cause("forced_removal", "Removed by force", "The final ad of a forced removal says no wall time.", "ended"),
    Cause("shorter_ad", "Final ad says less", "Less than the runs' records, for no reason that is known.", "ended"),
    Cause("rounding", "Rounding", "Runs are rounded to whole seconds one by one.", "ended"),
    Cause("access_point", "Local and scheduler universe", "Universes 7 and 12 run on the access point.", "published"),
    Cause("pilot", "Pilots", "Jobs at a CE, or routed by one: not added to the jobs in them.", "published"),
    Cause("routed", "Routed jobs", "Told twice, by the CE and by the batch system.", "published"),
    Cause("removed", "Removed jobs", "They have no completion date, and fall out.", "published"),
    Cause(
        "duplicates", "Jobs twice in history", "Each final ad is added, also that of a job told before.", "published"
    ),
    Cause("requested", "Cores asked for", "Cores asked for instead of those that the slot gave.", "published"),
    Cause("quarantine", "Rejected records", "What rejected records say, as far as it can be read.", "published"),
)
BY_NAME = {cause.name: cause for cause in CAUSES}
