"""How Elasticsearch is reached: no secret in the clear, none in a message, and no waiting for what will not pass."""

from pathlib import Path
from typing import Any

import elasticsearch
import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig

from pipeline.elastic.connection import Patience, connected, spoken
from pipeline.elastic.settings import API_KEY, PASSWORD, ElasticSettings
from pipeline.errors import SettingsError, SourceError

SECRET = "open-sesame"
HURRY = Patience(all_s=60, wait_s=0.001)


def answered(status: int) -> elasticsearch.ApiError:
    node = NodeConfig("http", "127.0.0.1", 9200)
    return elasticsearch.ApiError("it says no", ApiResponseMeta(status, "1.1", HttpHeaders(), 0.1, node), {})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({}, "no Elasticsearch is set", id="nothing"),
        pytest.param({"elastic_url": "search.example.org"}, "is no address", id="no scheme"),
        pytest.param({"elastic_url": "file:///etc/passwd"}, "is no address", id="a file"),
        pytest.param({"elastic_url": f"https://u:{SECRET}@example.org"}, "holds an account", id="secret in it"),
        pytest.param(
            {"elastic_url": "http://example.org:9200", "elastic_user": "u"}, "in the clear", id="in the clear"
        ),
        pytest.param({"elastic_url": "https://example.org", "elastic_user": "u"}, "no password", id="no password"),
        pytest.param(
            {"elastic_url": "https://example.org", "elastic_api_key_file": "/not/there"}, "cannot be read", id="no file"
        ),
    ],
)
def test_settings_that_cannot_be_used_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused, connected(ElasticSettings(**given)):
        pass
    assert SECRET not in f"{refused.value.what} {refused.value.hint}"


def test_an_api_key_of_the_environment_is_not_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(API_KEY, SECRET)
    settings = ElasticSettings(elastic_url="http://example.org:9200")
    with pytest.raises(SettingsError, match="in the clear"), connected(settings):
        pass


def test_the_environment_s_password_goes_before_the_file_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("of-the-file\n", "utf-8")
    settings = ElasticSettings(
        elastic_url="https://localhost:1", elastic_user="u", elastic_password_file=str(tmp_path / "password")
    )
    assert sent_account(settings) == "Basic dTpvZi10aGUtZmlsZQ=="  # u:of-the-file
    monkeypatch.setenv(PASSWORD, SECRET)
    assert sent_account(settings) == "Basic dTpvcGVuLXNlc2FtZQ=="  # u:open-sesame


def sent_account(settings: ElasticSettings) -> str:
    with connected(settings) as client:
        headers: Any = client._headers
        return str(headers["authorization"])


def test_a_server_that_is_not_there_is_a_source_error() -> None:
    settings = ElasticSettings(elastic_url="http://127.0.0.1:1")
    said = r"http://127\.0\.0\.1:1 cannot be reached"
    with pytest.raises(SourceError, match=said) as error, connected(settings) as client:
        client.cluster.health()
    assert "elastic_url" in error.value.hint


def test_a_refused_account_says_where_the_account_is_set() -> None:
    with pytest.raises(SourceError, match="refused: 401") as error, spoken("https://example.org"):
        raise answered(401)
    assert "elastic_user" in error.value.hint


@pytest.mark.parametrize(
    "error", [answered(429), answered(503), elasticsearch.ConnectionError("gone"), elasticsearch.ConnectionTimeout("?")]
)
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    tried = list[int]()

    def third_time_lucky() -> str:
        tried.append(1)
        if len(tried) < 3:
            raise error
        return "done"

    assert HURRY.tries(third_time_lucky) == "done"
    assert len(tried) == 3


@pytest.mark.parametrize("error", [answered(400), answered(403), ValueError("a bug")])
def test_what_will_not_pass_is_not_tried_again(error: Exception) -> None:
    tried = list[int]()

    def fails() -> None:
        tried.append(1)
        raise error

    with pytest.raises(type(error)):
        HURRY.tries(fails)
    assert len(tried) == 1
