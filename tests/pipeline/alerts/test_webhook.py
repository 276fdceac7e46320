"""A webhook is told by a real HTTP server what it was sent; its address, which may be a secret, is told to nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipeline.alerts.destination import Destination, destination
from pipeline.alerts.webhook import post
from pipeline.alerts.wording import payload
from pipeline.errors import SettingsError, SourceError
from tests.mail_server import Hook, webhook
from tests.pipeline.alerts.rules import due
from tests.pipeline.desk.found import FULL, NOW


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as serving:
        yield serving


def test_it_is_sent_the_finding_as_json_with_its_key(hook: Hook) -> None:
    to = destination(hook.url)
    one = due(to)
    sent = payload(one, "https://ledger.example.org/", datetime.fromtimestamp(NOW, UTC))
    assert post(hook.url, to.shown, sent, one.id, 0) == "status 204"
    assert hook.posts == [sent]
    assert hook.keys == [one.id] == [sent["id"]]
    assert sent["text"] == FULL.sentence
    assert sent["finding"]["places"] == ["Alpha"]
    assert sent["finding"]["since_utc"] == "2026-11-21T01:00:00Z"
    assert sent["window"] == {"from_utc": "2026-11-21T00:00:00Z", "to_utc": "2026-11-22T00:00:00Z"}
    assert sent["link"] == f"https://ledger.example.org/triage?pool=pool&hours=24&until={NOW}"


def test_what_may_pass_is_tried_again_with_the_same_key(hook: Hook) -> None:
    hook.answers = [503, 429, 200]
    assert post(hook.url, "shown", {}, "key", 0) == "status 200"
    assert hook.keys == ["key"] * 3
    hook.answers = [500]
    with pytest.raises(SourceError, match="webhook shown: it answered with status 500") as told:
        post(hook.url, "shown", {}, "key", 0)
    assert len(hook.posts) == 6
    assert "secret" not in str(told.value) + told.value.hint


@pytest.mark.parametrize("status", [302, 400, 404])
def test_what_will_not_pass_is_not_tried_again_and_no_redirect_is_followed(hook: Hook, status: int) -> None:
    hook.answers = [status]
    with pytest.raises(SourceError, match=f"status {status}"):
        post(hook.url, "shown", {}, "key", 0)
    assert len(hook.posts) == 1


def test_a_server_that_is_not_there_is_an_error_without_its_address() -> None:
    with pytest.raises(SourceError, match="cannot be reached") as told:
        post("http://127.0.0.1:1/secret-path", "shown", {}, "key", 0)
    assert "secret" not in str(told.value) + str(told.value.__cause__)


def test_a_secret_address_comes_from_environment_or_file_and_is_shown_as_its_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPS_WEBHOOK", "https://hooks.example.org/T1/secret-path\n")
    to = destination("env:OPS_WEBHOOK")
    assert to.url == "https://hooks.example.org/T1/secret-path"
    assert to.shown.startswith("hooks.example.org #")
    assert "secret" not in repr(to)
    assert destination("ops@example.org") == Destination("ops@example.org")
    for given in ("env:NOT_SET_ANYWHERE", "file:/nowhere"):
        with pytest.raises(SettingsError):
            destination(given)
    monkeypatch.setenv("OPS_WEBHOOK", "secret without a scheme")
    with pytest.raises(SettingsError, match="no address of a webhook") as told:
        destination("env:OPS_WEBHOOK")
    assert "secret" not in str(told.value)
