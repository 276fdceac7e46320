"""A job's ad becomes the commands that make it again, or a sentence about what is missing."""

import pytest

from pipeline.recover.describing import Description, Missing, describe
from tests.pipeline.recover.ads import ad


def commands(**more: str | None) -> dict[str, str]:
    found = describe(ad(**more))
    assert isinstance(found, Description)
    return dict(found.commands)


def missing(**more: str | None) -> str:
    found = describe(ad(**more))
    assert isinstance(found, Missing)
    return "; ".join(found.reasons)


def test_a_whole_ad_says_all_that_is_needed() -> None:
    assert commands() == {
        "universe": "vanilla",
        "executable": "/home/ann/run.sh",
        "arguments": '"1 two"',
        "environment": '"A=1"',
        "initialdir": "/home/ann",
        "output": "out.1",
        "log": "/home/ann/1.log",
        "request_cpus": "1",
        "request_memory": "64",
        "request_disk": "1024",
        "MY.Requirements": '(TARGET.Arch == "X86_64") && (TARGET.Memory >= RequestMemory)',
    }


def test_what_its_user_said_is_carried_and_what_htcondor_said_is_not() -> None:
    found = describe(ad(ProjectName='"Bio"', MyTag="1 + 2", NumShadowStarts="3", LastRemoteHost='"x"', ExitCode="1"))
    assert isinstance(found, Description)
    assert found.own == ("MyTag",)
    assert [name for name, _ in found.commands if name.startswith("MY.")] == [
        "MY.MyTag",
        "MY.ProjectName",
        "MY.Requirements",
    ]


def test_arguments_of_the_old_syntax_stay_of_it() -> None:
    assert commands(Arguments=None, Args='"a \\"b\\""')["arguments"] == 'a \\"b\\"'


def test_an_environment_of_the_old_syntax_is_written_in_the_new_one() -> None:
    assert commands(Environment=None, Env='"A=1;B=x y"')["environment"] == "\"A=1 'B=x y'\""


def test_a_job_that_was_to_send_no_files_back_sends_none_again() -> None:
    assert commands(TransferOutput='""')["transfer_output_files"] == '""'
    assert "log" not in commands(UserLog='""')


def test_a_container_is_its_universe() -> None:
    assert commands(ContainerImage='"/images/a.sif"')["universe"] == "container"


def test_the_image_that_condor_submit_adds_to_the_input_files_is_not_listed_twice() -> None:
    image = '"/images/a.sif"'
    assert commands(ContainerImage=image, TransferInput='"in,/images/a.sif"')["transfer_input_files"] == "in"
    assert "transfer_input_files" not in commands(ContainerImage=image, TransferInput=image)
    assert commands(ContainerImage='"a.sif"', TransferInput='"in,/x/a.sif"')["transfer_input_files"] == "in,/x/a.sif"


def test_a_retry_with_more_memory_is_carried_with_its_record_separator() -> None:
    body = '"REQUIREMENTS x\x1eSET RequestMemory 1024"'
    assert commands(TransformBody_RequestMemory=body)["MY.TransformBody_RequestMemory"] == body


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"Cmd": None, "Iwd": None}, "the record lacks Cmd, Iwd: only a part of the ad was read"),
        ({"Arguments": None}, "lacks Arguments or Args"),
        ({"StageInFinish": "1", "SUBMIT_Iwd": '"/home/far"'}, "spooled) and is not kept there. It was submitted from"),
        ({"JobUniverse": "9"}, "jobs of universe 9 are not written"),
        ({"RoutedFromJobId": '"1.0"'}, "a router made it"),
        ({"JobUniverse": "7", "DAG_NodesTotal": "4"}, "ask with --dag"),
        ({"Cmd": 'strcat("/bin/", "sh")'}, "Cmd is no string"),
        ({"Out": '"a\\"'}, "Out is no string"),
        ({"Out": '"$(DOLLAR)"'}, "Out holds $(DOLLAR)"),
        ({"Args": '"a\\"', "Arguments": None}, "is no string"),
        ({"MyTag": '"open'}, "MyTag is no whole expression"),
    ],
)
def test_what_cannot_be_submitted_again_says_what_is_missing(more: dict[str, str | None], says: str) -> None:
    assert says in missing(**more)
