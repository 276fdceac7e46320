"""Rules and findings for tests of alerts."""

from pipeline.alerts.destination import Destination
from pipeline.alerts.due import Due
from pipeline.alerts.rule import AlertRule
from pipeline.triage.finding import Asked
from tests.pipeline.desk.found import DAY, FULL, NOW

ASKED = Asked("pool", NOW - DAY, NOW, NOW - 8 * DAY)


def rule(**given: object) -> AlertRule:
    return AlertRule.model_validate({"name": "disks", "to": ["ops@example.org"], **given})


def due(to: Destination, **given: object) -> Due:
    return Due(rule(**given), ASKED, FULL, to, "due")
