"""What each rule says to people: rule id -> sentence. Names in braces are filled with the record's values.

Every id that code uses stands here, and every one that stands here is used: a test holds both.
"""

SENTENCES: dict[str, str] = {
    # how a run ended
    "ended.succeeded": "It ran to its end with exit code {exit_code}, which its user calls a success.",
    "ended.failed": "It ran to its end with exit code {exit_code}; its user calls {success_exit_code} a success.",
    "ended.signal": "It died of signal {exit_signal}.",
    "ended.held": "It was held (code {code}): {reason}.",
    "ended.removed": "It was removed while it ran: {reason}.",
    "ended.evicted": "HTCondor took the slot away from it (code {code}): {reason}; its hours were used all the same.",
    "ended.evicted.before_removal": (
        "It lost its slot and waited when the job was removed; no record of its own says why."
    ),
    "ended.lost.contact": "The access point lost contact with its execution point (code {code}): {reason}.",
    "ended.lost.no_end": (
        "A shadow was started for it and no record tells how it ended: the shadow or the schedd died. Its time is not "
        "known; what the job's wall time holds of it is in the residual."
    ),
    "ended.running": "It runs, or ran when the records were last read: no record of its end is there yet.",
    "ended.unknown": "Its record does not say how it ended.",
    # what of a run is estimated
    "estimate.cores.requested": "The record does not say how many cores the slot gave: those asked for are counted.",
    "estimate.cores.slot": "The record says neither cores given nor asked for: those of the slot are counted.",
    "estimate.cores.unknown": "No record says how many cores it had: its core hours are not known, and in no total.",
    "estimate.final": "The run has no record of its own: its times are what the job's final ad says of its last run.",
    "estimate.cpu.bound": "Its CPU time is the last sample before it lost the slot: a lower bound.",
    # the residual
    "residual.run_lost": (
        "{seconds} s of the job's wall time belong to {runs} without an end (shadow or schedd died): "
        "charged without a site, spread over the job's time."
    ),
    "residual.run_unrecorded": (
        "{seconds} s of the job's wall time belong to runs of which no record was read: the job was started "
        "{starts} times. They are charged without a site, spread over the job's time."
    ),
    "residual.slot_kept": (
        "The job kept a slot for {seconds} s after a run's record was written: HTCondor counts them as wall time, "
        "no record says where; they are charged without a site."
    ),
    "residual.rounding": "HTCondor rounds each run to whole seconds: {seconds} s differ, at most one for each run.",
    "residual.schedd_restart": (
        "The schedd was restarted and forgot {seconds} s of run time; the runs' own records have them, and count."
    ),
    "residual.forced_removal": (
        "The job was removed by force, so its final ad says no wall time; the {seconds} s of its runs' records count."
    ),
    "residual.shorter_ad": (
        "The final ad says {seconds} s less than the runs' own records, for no reason that the records tell; the runs "
        "count."
    ),
    # what is odd about the job
    "twice": (
        "The job is in history {times}, because its schedd was killed before it had forgotten the job: the "
        "newest ad counts, what the others say is added nowhere."
    ),
    "twice.wall": (
        "The newest final ad says {newest} s of wall time, one before it {largest} s: the schedd had forgotten a run, "
        "so the larger counts."
    ),
    "two_epochs": "Run {run} has {times} EPOCH ads, because it was held as it exited: the newest counts, once.",
    "taken_over": (
        "Run {run} is no attempt of its own: the schedd was restarted, and the shadow of run {later} took the same "
        "execution over; its time is in run {later}."
    ),
    "shadow_waited": (
        "The access point lost its execution point on {when}: the shadow waited for it, and HTCondor counts the wait "
        "as wall time, so the residual is longer than the job ran."
    ),
    "no_final_ad": "No final ad was read: the job is in the queue, or its ad was lost. As ended it counts nothing.",
    "never_ran": "It never held a slot: there is nothing to charge.",
    "venue.access_point": "It ran on the access point itself (local or scheduler universe): it is in no pool's hours.",
    "venue.pilot": "It is a pilot, at a CE or routed by one: its hours are not added to those of the jobs in it.",
    "venue.routed": "A CE made another job of it, and that one is counted: the same hours, told twice.",
    "rejected": "Of this job {counted} rejected, and in no total: see the list of records.",
    # why a record counts, or does not
    "record.final": "The newest final ad: the job as ended is made of it.",
    "record.final.run": "The newest final ad: the job as ended is made of it, and its last run, too.",
    "record.final.older": "An older final ad of the same job: a job counts once.",
    "record.epoch": "The record of the run: its interval, place and size are counted from it.",
    "record.epoch.older": "Another record of the same run, which a later one replaces: a run counts once.",
    "record.spawn": "The only record of the run: it says that a shadow was started, and when.",
    "record.spawn.has_end": "Says that the run began; the record of its end counts.",
    "record.spawn.taken_over": "Its run was taken over by a later shadow, and is counted there.",
    "record.startd": "The execution point's own view of a run: kept, and not counted beside the access point's.",
    "record.transfer": "Tells of files that were moved: no time is counted from it.",
    "record.other": "Kept, and not counted: other records tell the same run better.",
    "record.new": "It was read after the ledger was built: htc-ledger build counts it.",
    "record.rejected": "Rejected ({rule}): {reason}",
    # from what was used to what is booked when the job ends
    "step.cores": "Attempts had other cores than the final ad says.",
    "step.cores_unknown": "Cores are known in the one booking only.",
    "step.wall_unknown": "The final ad does not say its wall time.",
    "step.no_final_ad": "There is no final ad: as ended the job counts nothing.",
}

NOT_SAID = "not said"


def say(rule: str, /, **values: object) -> str:
    """The sentence of a rule with the values in their places. KeyError for a rule that has none."""
    return SENTENCES[rule].format(**{name: NOT_SAID if value is None else value for name, value in values.items()})
