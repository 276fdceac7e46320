"""A usage record as an XML element, as Gratia's probes write it, checked against `usage_record.xsd`."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lxml import etree

from pipeline.errors import CheckFailed
from pipeline.exports.plain import xml_text
from pipeline.exports.wire import wire_name
from pipeline.schema.usage_formats import NAMESPACES

if TYPE_CHECKING:
    from pipeline.exports.usage_record import UsageRecord

NAMESPACE = NAMESPACES[0]
_JOB = ("global_job_id", "local_job_id")
_USER = ("local_user_id", "global_username", "vo_name", "reportable_vo_name", "common_name")
_THEN = (
    "status",
    "wall_duration",
    "cpu_duration",
    "node_count",
    "processors",
    "gpus",
    "start_time",
    "end_time",
    "machine_name",
    "host",
    "site_name",
    "submit_host",
    "project_name",
    "probe_name",
    "grid",
    "njobs",
)
RESOURCES = {"resource_type": "ResourceType", "outcome": "Outcome", "cores_milli": "CoresMilli"}
"""Resources and their descriptions. Ours alone: how the run ended, and its cores x 1000, which can be a part of one."""
TOGETHER = "user and system together"


@cache
def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


_METRIC = {_tag("metric"): "total"}
_STATUS = {_tag("description"): "0: succeeded, 1: not"}
_ATTRIBUTES = {"node_count": _METRIC, "processors": _METRIC, "status": _STATUS}
_CPU_USER = {_tag("usageType"): "user", _tag("description"): TOGETHER}
_CPU_SYSTEM = {_tag("usageType"): "system"}


def element(record: "UsageRecord") -> bytes:
    """The element and a line end. Raises CheckFailed if it is not as the schema wants it."""
    root = etree.Element(_tag("JobUsageRecord"), nsmap={None: NAMESPACE, "urwg": NAMESPACE})
    etree.SubElement(
        root,
        _tag("RecordIdentity"),
        {_tag("recordId"): xml_text(record.record_id), _tag("createTime"): record.create_time},
    )
    for name, inner in (("JobIdentity", _JOB), ("UserIdentity", _USER)):
        part = etree.SubElement(root, _tag(name))
        for field in inner:
            _add(part, record, field)
    for field in _THEN:
        _add(root, record, field)
    for field, description in RESOURCES.items():
        value = getattr(record, field)
        if value is not None:
            _put(root, "Resource", value, {_tag("description"): description})
    _check(root, record.record_id)
    written: bytes = etree.tostring(root, encoding="utf-8")
    return written + b"\n"


def _add(parent: Any, record: "UsageRecord", field: str) -> None:
    value = getattr(record, field)
    if value is None:
        return
    if field == "cpu_duration":
        _put(parent, wire_name(field), _duration(value), _CPU_USER)
        _put(parent, wire_name(field), "PT0S", _CPU_SYSTEM)
    else:
        shown = _duration(value) if field == "wall_duration" else value
        _put(parent, wire_name(field), shown, _ATTRIBUTES.get(field, {}))


def _put(parent: Any, name: str, value: Any, attributes: dict[str, str]) -> None:
    etree.SubElement(parent, _tag(name), attributes).text = xml_text(str(value))


def _duration(seconds: Any) -> str:
    return f"PT{seconds:f}S" if not isinstance(seconds, int) else f"PT{seconds}S"


@cache
def schema() -> Any:
    """Our XML schema of a usage record."""
    content = files("pipeline.exports").joinpath("usage_record.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(content))


def _check(root: Any, record_id: str) -> None:
    known = schema()
    if not known.validate(root):
        said = str(known.error_log.last_error)
        raise CheckFailed(f"{record_id} is no usage record: {said[:300]}", "Nothing of its file was handed over.")
