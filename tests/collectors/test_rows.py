"""Each record becomes the rows that its type calls for, with an owner, or a reject that says what to do."""

import pytest

from collectors.classads.banner import Banner, parse_banner
from collectors.rows import Outcome, Reject, Skipped, Unowned
from pipeline.errors import SettingsError
from tests.collectors.records import START, by_name, epoch_ad, job_ad, only_row, outcome

JOB_BANNER = Banner("JOB", 0, 1, 0, None, b"ann", START + 110)
SPAWN = f'ClusterId = 1\nProcId = 0\nOwner = "ann"\nRunInstanceID = 2\nShadowBday = {START}\nEpochWriteDate = {START}\n'
SPAWN_BANNER = Banner("SPAWN", None, 1, 0, 2, b"ann", START)
TRANSFER = (
    'ClusterId = 1\nProcId = 0\nGlobalJobId = "ap1.example.org#1.0#5"\nRunInstanceID = 0\n'
    f"EpochWriteDate = {START}\nInputPluginResultList = {{ "
    '[ TransferUrl = "osdf:///a;b"; TransferFileBytes = 5; TransferSuccess = true; ConnectionTimeSeconds = 0.25 ], '
    '[ TransferUrl = "osdf:///c"; TransferSuccess = false; TransferError = "say \\"no\\"" ] }\n'
)
SLOT = f'MyType = "Machine"\nName = "slot1@w"\nMyCurrentTime = {START}\nCpus = 8\nState = "Claimed"\n'


def rejected(found: Outcome) -> Reject:
    assert isinstance(found, Reject), found
    return found


def test_a_final_ad_is_a_job_of_the_access_point_that_its_id_names() -> None:
    row = only_row(outcome(job_ad(1), JOB_BANNER))
    assert (row["pool"], row["ap"], row["record_type"]) == ("pool", "ap1.example.org", "JOB")
    assert (row["wall_s"], row["request_cpus_milli"], row["completion_utc"]) == (100, 1000, START + 110)


def test_with_and_without_banner_a_record_is_the_same() -> None:
    assert only_row(outcome(job_ad(1), JOB_BANNER))["record_id"] == only_row(outcome(job_ad(1)))["record_id"]


def test_any_other_value_is_another_record() -> None:
    one = only_row(outcome(job_ad(1)))
    other = only_row(outcome(job_ad(1, 0, "ap1.example.org", "RemoteWallClockTime = 101.0")))
    assert one["record_id"] != other["record_id"]


def test_a_banner_of_another_job_is_a_fake() -> None:
    fake = parse_banner(b'*** Offset = 0 ClusterId = 2 ProcId = 0 Owner = "ann" CompletionDate = 5\n')
    assert rejected(outcome(job_ad(1), fake)).rule == "false-banner"


@pytest.mark.parametrize("status", [1, 2, 5, 6, 7])
def test_a_job_that_is_still_in_the_queue_is_no_history(status: int) -> None:
    found = rejected(outcome(job_ad(1, 0, "ap1.example.org", f"JobStatus = {status}")))
    assert found.rule == "not-final"
    assert "live queue ads are not history" in found.reason


def test_a_projected_ad_is_rejected() -> None:
    assert rejected(outcome('MyType = "Job"\nClusterId = 1\nProcId = 0\nJobStatus = 4\n')).rule == "unfinished"


def test_a_final_ad_without_any_end_is_rejected_with_a_banner_too() -> None:
    ends = ("EnteredCurrentStatus", "CompletionDate")
    ad = "".join(line + "\n" for line in job_ad(1).splitlines() if not line.startswith(ends))
    assert rejected(outcome(ad, JOB_BANNER)).rule == "unfinished"


def test_a_run_without_any_time_is_rejected() -> None:
    ad = 'ClusterId = 1\nProcId = 0\nGlobalJobId = "ap1.example.org#1.0#5"\nRunInstanceID = 0\n'
    assert rejected(outcome(ad, Banner("EPOCH", None, 1, 0, 0, b"ann", None))).rule == "unfinished"


def test_a_job_without_global_id_needs_the_operator_to_name_its_access_point() -> None:
    ad = "".join(line + "\n" for line in job_ad(7).splitlines() if "GlobalJobId" not in line)
    found = rejected(outcome(ad))
    assert found.rule == "no-owner"
    assert "--ap NAME" in found.reason
    row = only_row(outcome(ad, ap="ap9.example.org"))
    assert (row["ap"], row["global_job_id"]) == ("ap9.example.org", f"ap9.example.org#7.0#{START}")


def test_a_job_without_global_id_and_submission_has_no_name() -> None:
    ad = "".join(line + "\n" for line in job_ad(7).splitlines() if "GlobalJobId" not in line and "QDate" not in line)
    assert rejected(outcome(ad, ap="ap9")).rule == "no-job-id"


def test_the_operator_names_access_point_and_pool() -> None:
    row = only_row(outcome(job_ad(1), ap="ap9", pool="prairie"))
    assert (row["ap"], row["pool"]) == ("ap9", "prairie")


def test_a_simulated_job_stays_one_whatever_the_operator_names() -> None:
    row = only_row(outcome(job_ad(1, 0, "ap1.prairie.simulated"), ap="ap9", pool="real"))
    assert (row["ap"], row["pool"]) == ("ap1.prairie.simulated", "prairie (simulated)")


def test_a_real_job_cannot_go_to_a_simulated_pool() -> None:
    with pytest.raises(SettingsError, match="simulated"):
        outcome(job_ad(1), pool="prairie (simulated)")


def test_a_run_is_an_attempt_record() -> None:
    row = only_row(outcome(epoch_ad(1, 3), Banner("EPOCH", None, 1, 0, 3, b"ann", START + 60)))
    assert (row["record_type"], row["run_instance"], row["write_utc"]) == ("EPOCH", 3, START + 60)


def test_an_older_epoch_ad_takes_run_and_time_from_its_banner() -> None:
    ad = job_ad(1, 0, "ap1.example.org", "JobStatus = 2", "NumShadowStarts = 9")
    row = only_row(
        outcome(ad, parse_banner(b'*** ClusterId=1 ProcId=0 RunInstanceId=4 Owner="ann" CurrentTime=1793491260\n'))
    )
    assert (row["record_type"], row["run_instance"], row["write_utc"]) == ("EPOCH", 4, START + 60)


def test_an_epoch_ad_without_banner_and_run_number_counts_shadows() -> None:
    ad = job_ad(1, 0, "ap1.example.org", "JobStatus = 2", "NumShadowStarts = 3", f"EpochWriteDate = {START + 60}")
    row = only_row(outcome(ad))
    assert (row["record_type"], row["run_instance"]) == ("EPOCH", 2)


def test_a_spawn_record_takes_the_access_point_of_its_file() -> None:
    row = only_row(outcome(SPAWN, SPAWN_BANNER, aps=lambda: frozenset({"ap1.example.org"})))
    assert (row["ap"], row["global_job_id"], row["cluster"], row["run_instance"]) == ("ap1.example.org", None, 1, 2)
    assert isinstance(outcome(SPAWN, SPAWN_BANNER), Unowned)
    assert only_row(outcome(SPAWN, SPAWN_BANNER, ap="ap2"))["ap"] == "ap2"


def test_a_spawn_record_in_a_file_of_two_access_points_needs_the_operator() -> None:
    found = rejected(outcome(SPAWN, SPAWN_BANNER, aps=lambda: frozenset({"ap1", "ap2"})))
    assert found.rule == "no-owner"


def test_a_transfer_record_is_one_row_per_file() -> None:
    found = outcome(TRANSFER, Banner("INPUT", None, 1, 0, 0, b"ann", START))
    assert isinstance(found, list)
    one, other = map(by_name, found)
    assert (one["file_index"], one["url"], one["file_bytes"], one["success"], one["connect_us"]) == (
        0,
        "osdf:///a;b",
        5,
        True,
        250_000,
    )
    assert (other["file_index"], other["url"], other["error"]) == (1, "osdf:///c", 'say "no"')
    assert one["record_id"] != other["record_id"]
    assert {row["record_type"] for row in (one, other)} == {"INPUT"}


def test_the_last_try_of_a_file_says_who_served_it_and_since_when_it_had_it() -> None:
    tries = 'Attempts = 2; Endpoint0 = "cache1"; DataAge0 = 7.0; Endpoint1 = "cache2"; DataAge1 = 1.25; Note = "x;]"'
    told = TRANSFER.replace("[ TransferUrl", f"[ DeveloperData = [ {tries} ]; TransferUrl", 1)
    found = outcome(told, Banner("INPUT", None, 1, 0, 0, b"ann", START))
    assert isinstance(found, list)
    one, other = map(by_name, found)
    assert (one["endpoint"], one["cache_age_us"], one["url"]) == ("cache2", 1_250_000, "osdf:///a;b")
    assert (other["endpoint"], other["cache_age_us"]) == (None, None)


def test_a_last_try_that_does_not_say_it_has_no_age_of_the_first() -> None:
    tries = 'Endpoint0 = "cache1"; DataAge0 = 7.0; Endpoint1 = "cache2"'
    told = TRANSFER.replace("[ TransferUrl", f"[ DeveloperData = [ {tries} ]; TransferUrl", 1)
    found = outcome(told, Banner("INPUT", None, 1, 0, 0, b"ann", START))
    assert isinstance(found, list)
    assert (by_name(found[0])["endpoint"], by_name(found[0])["cache_age_us"]) == ("cache2", None)


def test_the_plugin_s_own_word_for_the_server_counts_before_that_of_its_tries() -> None:
    tries = 'DeveloperData = [ Endpoint0 = "cache1" ]; TransferHostName = "files.example"'
    told = TRANSFER.replace("[ TransferUrl", f"[ {tries}; TransferUrl", 1)
    found = outcome(told, Banner("INPUT", None, 1, 0, 0, b"ann", START))
    assert isinstance(found, list)
    assert by_name(found[0])["endpoint"] == "files.example"


@pytest.mark.parametrize("tries", ["undefined", '"text"', "[ ]", "[ Endpoint99999 = 1 ]", "[ [ ] ]", "{ }"])
def test_tries_that_tell_nothing_leave_the_file_as_it_is(tries: str) -> None:
    told = TRANSFER.replace("[ TransferUrl", f"[ DeveloperData = {tries}; TransferUrl", 1)
    found = outcome(told, Banner("INPUT", None, 1, 0, 0, b"ann", START))
    assert isinstance(found, list)
    one = by_name(found[0])
    assert (one["url"], one["endpoint"], one["cache_age_us"]) == ("osdf:///a;b", None, None)


def test_a_transfer_record_without_files_is_one_row() -> None:
    row = only_row(outcome(TRANSFER.split("InputPluginResultList")[0], Banner("OUTPUT", None, 1, 0, 0, b"ann", START)))
    assert (row["record_type"], row["file_index"], row["url"]) == ("OUTPUT", None, None)


def test_a_startd_record_is_no_final_ad_even_if_it_says_completed() -> None:
    marks = [
        'RemoteHost = "slot1@w"',
        f"ShadowBday = {START}",
        "BadputCausedByPreemption = true",
        "NumShadowStarts = 2",
    ]
    row = only_row(outcome(job_ad(1, 0, "ap1.example.org", *marks), JOB_BANNER))
    assert (row["record_type"], row["run_instance"], row["write_utc"]) == ("STARTD", 1, START + 110)


def test_a_user_cannot_pass_a_job_off_as_a_startd_record() -> None:
    # the schedd takes the attributes of a run away when the run ends: a user can set the others only
    signs = ["StarterExitStatus = 0", "BadputCausedByDraining = true", "BadputCausedByPreemption = true", "JobPid = 5"]
    assert only_row(outcome(job_ad(1, 0, "ap1.example.org", *signs), JOB_BANNER))["record_type"] == "JOB"


@pytest.mark.parametrize(
    ("ad", "word"),
    [
        ('MyType = "DaemonMaster"\nName = "x"\n', "MyType DaemonMaster"),
        ("JobCount = 3\n", "no MyType, no job id"),
        ('MyType = "Job"\nClusterId = 5\nJobStatus = 1\n', "cluster without a job"),
        ('MyType = "Job"\nEpochAdType = "HOLOGRAM"\n', "HOLOGRAM"),
    ],
)
def test_types_that_are_not_kept_are_skipped_by_their_word(ad: str, word: str) -> None:
    assert outcome(ad) == Skipped(word)


def test_an_unknown_type_of_epoch_record_is_skipped() -> None:
    assert outcome(epoch_ad(1, 0), Banner("HOLOGRAM", None, 1, 0, 0)) == Skipped("HOLOGRAM")


def test_a_slot_is_seen_in_a_pool_at_a_moment() -> None:
    row = only_row(outcome(SLOT, pool="prairie"))
    assert (row["pool"], row["ap"], row["record_type"], row["seen_utc"], row["cpus_milli"]) == (
        "prairie",
        None,
        "SLOT",
        START,
        8000,
    )


def test_a_schedd_names_itself_as_access_point() -> None:
    ad = f'MyType = "Scheduler"\nName = "ap1.prairie.simulated"\nMyCurrentTime = {START}\n'
    row = only_row(outcome(ad))
    assert (row["ap"], row["pool"], row["record_type"]) == ("ap1.prairie.simulated", "prairie (simulated)", "SCHEDD")


def test_a_pool_ad_without_time_is_rejected() -> None:
    assert rejected(outcome('MyType = "Machine"\nName = "slot1@w"\n')).rule == "unreadable"
