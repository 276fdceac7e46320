"""A record that came over the network is the one that its file holds, whatever its job's user put into it."""

from collectors.asking.ad_text import long_form
from collectors.asking.histories import HISTORIES
from collectors.asking.records import Asked, Records
from collectors.classads.banner import Banner, parse_banner
from tests.collectors.records import START, epoch_ad, job_ad

TRANSFER_OF_23 = f"""\
GlobalJobId = "ap1.example.org#7.3#{START}"
EpochWriteDate = {START + 60}
NumShadowStarts = 2
InputPluginResultList = {{ [ TransferUrl = "osdf:///x" ] }}
"""
STARTER_OF_23 = f'Cpus = 1\nName = "slot1_3@e1"\nEpochWriteDate = {START + 60}\n'
SPAWN = f"ClusterId = 7\nProcId = 3\nNumShadowStarts = 1\nShadowBday = {START}\nEpochWriteDate = {START}\n"


def asked(text: str, kind: str = "epochs") -> Asked:
    return Records(HISTORIES[kind]).made(text.encode())  # type: ignore[index]


def banner(text: str, kind: str = "epochs") -> Banner:
    found = parse_banner(asked(text, kind).record.banner or b"")
    assert found is not None
    return found


def test_a_final_ad_is_one_whatever_its_user_says_it_is() -> None:
    text = job_ad(1, 0, "ap1.example.org", 'EpochAdType = "INPUT"', "EpochWriteDate = 5", 'MyType = "Machine"')
    assert banner(text, "history") == Banner("JOB")
    assert asked(text, "history").record.body == text.encode()


def test_the_ad_of_a_run_is_of_the_run_that_its_shadows_count() -> None:
    text = epoch_ad(1, 77, 'EpochAdType = "INPUT"', "NumShadowStarts = 3", 'InputPluginResultList = { [ a = "b" ] }')
    assert banner(text) == Banner("EPOCH", None, 1, 0, 2, b"?", None)


def test_a_transfers_ad_of_23_9_says_by_its_job_id_which_job_it_is_of() -> None:
    assert banner(TRANSFER_OF_23) == Banner("INPUT", None, 7, 3, 1, b"?", None)


def test_a_shadows_beginning_is_known_by_its_birthday() -> None:
    assert banner(SPAWN) == Banner("SPAWN", None, 7, 3, 0, b"?", None)
    assert banner(SPAWN + 'EpochAdType = "INPUT"\n').word == "SPAWN"


def test_a_starters_ad_that_names_no_job_has_no_place() -> None:
    assert not asked(STARTER_OF_23).is_placed
    assert asked(STARTER_OF_23).time_utc == START + 60


def test_a_kind_that_is_not_known_yet_keeps_its_word() -> None:
    text = f'ClusterId = 7\nProcId = 3\nEpochAdType = "Future"\nEpochWriteDate = {START}\n'
    assert banner(text).word == "FUTURE"
    assert not asked(text.replace("Future", "no word")).is_placed


def test_records_are_told_apart_by_time_job_run_and_kind() -> None:
    assert asked(SPAWN).values == (START, 7, 3, 0, "", "")
    assert asked(epoch_ad(1, 2)).values == (START + 60, 1, 0, 2, "", f"ap1.example.org#1.0#{START}")
    assert asked(job_ad(1, 4), "history").key == (START + 110, 1, 4)


def test_a_record_that_cannot_be_parsed_is_not_lost() -> None:
    found = asked("this is no ad\n", "history")
    assert found.is_placed
    assert found.record.body == b"this is no ad\n"


def test_a_line_break_in_a_string_does_not_make_an_attribute() -> None:
    import classad2

    text = long_form(classad2.ClassAd({"A": "x\nClusterId = 5", "B": ["p\nq"], "C": 1}))
    assert text == b'A = "x\\nClusterId = 5"\nB = { "p\\nq" }\nC = 1\n'
