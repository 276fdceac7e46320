"""Campaigns are known by the markers of the systems that submit jobs."""

import pytest

from tests.collectors.records import job_ad, value_of


@pytest.mark.parametrize(
    ("lines", "campaign"),
    [
        (('POMS4_CAMPAIGN_NAME = "run3"', 'JobsubUUID = "0-1"'), "run3"),
        (('CRAB_ReqName = "240101_ann:task"', 'CMS_CampaignName = "Run3"'), "240101_ann:task"),
        (('WMAgent_RequestName = "pdmvserv_task"',), "pdmvserv_task"),
        (('bps_run = "u_ann_DM-1_2026"',), "u_ann_DM-1_2026"),
        (('pegasus_wf_name = "montage-0"',), "montage-0"),
        (("POMS_CAMPAIGN_ID = 45",), None),
    ],
)
def test_the_most_telling_marker_of_an_ad_counts(lines: tuple[str, ...], campaign: str | None) -> None:
    assert value_of(job_ad(1, 0, "ap1.x", *lines), "campaign") == campaign
