"""What HTCondor says when something fails, as it was seen, becomes a sentence and something to do."""

import pytest

from collectors.asking.failures import failure

DENIED = (
    'Received "DENIED" from server for user unauthenticated@unmapped using no authentication method, which may imply '
    "host-based security.  Our address was '127.0.0.1', and server's address was '127.77.2.12'.  Check your ALLOW "
    "settings and IP protocols."
)
SILENT = (
    "Failed to fetch ads from schedd, errmsg=SECMAN:2007:This service is running, but did not respond in a reasonable "
    "time. It may be overloaded. Please try again in a few minutes."
)
REFUSED = "Failed to fetch ads from schedd, errmsg=CEDAR:6001:Failed to connect to <127.77.2.11:9620?addrs=1&alias=a>"
NO_TOKEN = (
    "Failed to fetch ads from schedd, errmsg=AUTHENTICATE:1003:Failed to authenticate with any "
    "method|AUTHENTICATE:1004:Failed to authenticate using IDTOKENS"
)


@pytest.mark.parametrize(
    ("said", "what", "knob"),
    [
        (DENIED, "refused (not authorised as unauthenticated@unmapped)", "ALLOW_READ"),
        (NO_TOKEN, "refused (not authenticated)", "SEC_TOKEN_DIRECTORY"),
        ("Failed to authenticate with any method", "refused (not authenticated)", "SEC_TOKEN_DIRECTORY"),
        (SILENT, "takes connections, but does not answer", "overloaded"),
        (REFUSED, "cannot be reached at <127.77.2.11:9620>", "firewalls"),
        ("Unable to connect to schedd", "cannot be reached", "firewalls"),
        (
            "JOB_EPOCH_HISTORY undefined in remote configuration. No such related history to be queried.",
            "it keeps none",
            "JOB_EPOCH_HISTORY",
        ),
        ("Remote history has been disabled on this schedd", "switched off", "HISTORY_HELPER_MAX_CONCURRENCY"),
        ("Failed to launch history helper process", "cannot be started", "HISTORY_HELPER"),
        ("Failed to receive history ad.", "broke off", "log"),
        ("Unable to determine collector host.", "no collector is named", "COLLECTOR_HOST"),
        ("Unable to locate remote schedd (name=x, pool=y).", "cannot find that schedd", "COLLECTOR_HOST"),
    ],
)
def test_a_known_failure_names_the_knob(said: str, what: str, knob: str) -> None:
    error = failure("history of ap1", said)
    assert error.what.startswith("history of ap1: ")
    assert what in error.what
    assert knob in error.hint


def test_what_is_not_known_is_passed_on_on_one_line() -> None:
    error = failure("history of ap1", "Something\n  new " + "x" * 1000)
    assert error.what.startswith("history of ap1: Something new xxx")
    assert len(error.what) < 600
    assert failure("history of ap1", "").what == "history of ap1: failed, and says nothing"
