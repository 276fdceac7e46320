"""Each kind of source that can be configured can be polled."""

from typing import get_args

from collectors.pollers import COLLECTORS
from pipeline.source_settings import KINDS


def test_every_kind_that_can_be_configured_has_a_poller() -> None:
    configured = [get_args(model.model_fields["kind"].annotation)[0] for model in KINDS]
    assert sorted(poller.kind for poller in COLLECTORS) == sorted(configured)
