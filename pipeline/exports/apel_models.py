"""The fields of APEL's messages, with their names, types and order, as APEL's own loader takes them.

Source: apel.db.records (job, summary, normalised_summary) and the messages of its tests. A field of `None` is left out.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from pipeline.exports.wire import STRICT

Name = Annotated[str, StringConstraints(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Cores = Annotated[int, Field(ge=1)]
Moment = Annotated[int, Field(gt=0)]
Infrastructure = Literal["grid", "local"]


class JobMessage(BaseModel):
    """APEL-individual-job-message, versions 0.3 (service_level_type and a number) and 0.4 (a list). Memory in KiB."""

    model_config = STRICT

    site: Name
    submit_host: Name | None
    machine_name: Name | None
    queue: Name | None
    local_job_id: Name
    local_user_id: Name | None
    global_user_name: Name | None
    fqan: Name | None = None
    vo: Name | None
    vo_group: Name | None = None
    vo_role: Name | None = None
    wall_duration: Count
    cpu_duration: Count
    processors: Cores | None
    node_count: Count | None
    start_time: Moment
    end_time: Moment
    infrastructure_description: Name | None
    infrastructure_type: Infrastructure
    memory_real: Count | None
    memory_virtual: Count | None = None
    service_level_type: Name | None = None
    service_level: Name

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end_time < self.start_time:
            raise ValueError("it ends before it starts")
        return self


class _Monthly(BaseModel):
    model_config = STRICT

    site: Name
    month: Annotated[int, Field(ge=1, le=12)]
    year: Annotated[int, Field(ge=1970, le=9998)]
    global_user_name: Name | None
    vo: Name | None
    vo_group: Name | None = None
    vo_role: Name | None = None
    submit_host: Name | None


class SummaryMessage(_Monthly):
    """APEL-summary-job-message, versions 0.2 and 0.4."""

    infrastructure_type: Infrastructure
    service_level_type: Name | None = None
    service_level: Name
    node_count: Count | None
    processors: Cores | None
    earliest_end_time: Moment | None
    latest_end_time: Moment | None
    wall_duration: Count
    cpu_duration: Count
    number_of_jobs: Count


class NormalisedMessage(_Monthly):
    """A normalised summary: APEL-summary-job-message 0.3, or APEL-normalised-summary-message 0.4."""

    infrastructure: Infrastructure
    node_count: Count | None
    processors: Cores | None
    earliest_end_time: Moment | None
    latest_end_time: Moment | None
    wall_duration: Count
    cpu_duration: Count
    normalised_wall_duration: Name
    normalised_cpu_duration: Name
    number_of_jobs: Count


Message = JobMessage | SummaryMessage | NormalisedMessage
