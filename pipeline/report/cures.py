"""What can be done about each kind of waste, in a sentence: where a project's runs, or a site, lost hours."""

from collections.abc import Mapping

OF_PROJECT: Mapping[str, str] = {
    "suspended": "Nothing in the job does it: ask the facility why slots suspend jobs.",
    "transfer_queue": "Move fewer and smaller files by the access point; send what many jobs share through OSDF.",
    "transfer_in": "Send input that many jobs share through OSDF, and pack many small files into one.",
    "transfer_out": "Bring back what is needed alone, and compress it.",
    "lost": "Shorter jobs, or checkpoints, lose less when contact to a machine is lost.",
    "evicted": "Write checkpoints, or cut the work into shorter jobs: what is not saved is done again.",
    "held": "See why jobs are held (htc-ledger classify), mend that first, then release them.",
    "removed": "Try a few jobs before the many: what is removed while it runs brought nothing.",
    "signal": "A crash or a limit: try the same input by hand; ask for more memory if it was that.",
    "failed": "See the exit codes: wrong input is no reason to try again, a passing fault is (max_retries).",
    "idle": "Ask for as many cores as the program keeps busy.",
}
"""By bucket; of every bucket that is known to be waste."""

OF_SITE: Mapping[str, str] = {
    "suspended": "Its startds suspend jobs: is that wanted?",
    "transfer_queue": "Waits at access points: not the site's doing.",
    "transfer_in": "Is there a cache nearby, and is the way to it fast?",
    "transfer_out": "How fast is the way out of the site?",
    "lost": "Contact is lost: networks, firewalls with short timeouts, machines that stop.",
    "evicted": "Glideins end before their jobs, or owners take machines back: are their lifetimes long enough?",
    "held": "Limits of the site (memory, disk, time) stop jobs: are they those that slots advertise?",
    "removed": "Removed by their owners: rarely the site's doing.",
    "signal": "Killed: does the site's batch system enforce limits that slots do not advertise?",
    "failed": "Do jobs fail here that succeed elsewhere? See failures.",
    "idle": "Jobs ask for more cores than they use: not the site's doing.",
}
