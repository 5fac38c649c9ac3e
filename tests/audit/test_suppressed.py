"""What a tag of the service, or of its whole cluster, silences is judged and recorded, and told again afterwards."""

import pytest

from scaudit.model.incidents import Member
from scaudit.model.places import Subject
from scaudit.store.keys import itself
from tests.builders import ARN, REGION
from tests.fakes import answers
from tests.fakes.verify_desk import PLACE, SUBJECT, Desk, nudge

HOURS = "until=2026-11-23T14:00 owner=team-a reason=outage"


def tagged(desk: Desk, value: str) -> None:
    """What the cluster is tagged with when it is asked for."""
    tags = [{"key": "scaudit:ignore:SC203", "value": value}] if value else []
    cluster = {"clusterName": "tutorial", "status": "ACTIVE", "tags": tags}
    asked = {"clusters": ["tutorial"], "include": ["TAGS"]}
    desk.aws.answer("ecs", "describe_clusters", {"clusters": [cluster]}, **asked)


def sees_twice(desk: Desk, value: str | None) -> Member:
    """The wrong port, in two looks a minute apart; None where the cluster's tags are refused."""
    for first in (True, False):
        desk.sees(first=first, confirms=not first, AWS_INSTANCE_PORT="9999")
        if value is None:
            desk.aws.refuse("ecs", "describe_clusters", "AccessDeniedException")
        else:
            tagged(desk, value)
        if first:
            desk.verify(nudge())
            desk.clock.forward(61)
    suspected = {SUBJECT.key: "2026-11-23T12:00:00+00:00"}
    desk.verify(nudge(look=1, chain="0", suspected=suspected))
    return desk.ledger.standing(PLACE)[SUBJECT][answers.task_id(0)]


@pytest.mark.parametrize(
    ("value", "silent"),
    [(HOURS, True), ("until=2026-11-23T12:00", False), ("owner=team-a", False), ("", False)],
)
def test_a_tag_of_the_cluster_silences_until_its_hour(desk: Desk, value: str, silent: bool) -> None:
    seen = sees_twice(desk, value)
    assert (seen.suppressed, seen.until) == (silent, value.split()[0].removeprefix("until=") if silent else "")
    (finding,) = [f for f in desk.records()[-1]["findings"] if f["check"] == "SC203"]
    assert (finding["status"], finding.get("suppressed", False)) == ("fail", silent)


def test_a_cluster_whose_tags_cannot_be_read_silences_nothing(desk: Desk) -> None:
    assert not sees_twice(desk, None).suppressed
    assert Subject("SC902", "ecs:DescribeClusters") in desk.ledger.standing(itself(REGION))


def test_a_cluster_is_asked_for_only_when_something_fails_and_once_a_batch(desk: Desk) -> None:
    desk.sees(first=True)
    desk.verify(nudge())
    assert all("ecs:DescribeClusters" not in record["calls_by_api"] for record in desk.records("batch"))
    desk.sees(AWS_INSTANCE_PORT="9999")
    tagged(desk, HOURS)
    desk.verify(nudge())
    assert desk.records("batch")[-1]["calls_by_api"]["ecs:DescribeClusters"] == 1


def test_when_its_hour_is_over_the_sweep_has_it_told(desk: Desk) -> None:
    assert sees_twice(desk, HOURS).suppressed
    desk.clock.forward(2 * 3600)
    desk.sees(AWS_INSTANCE_PORT="9999")
    tagged(desk, HOURS)
    desk.verify(nudge())
    assert not desk.ledger.standing(PLACE)[SUBJECT][answers.task_id(0)].suppressed


def throttled(desk: Desk) -> None:
    """ECS does not describe the cluster this once."""
    failures = [{"arn": f"{ARN}:cluster/tutorial", "reason": "THROTTLED"}]
    asked = {"clusters": ["tutorial"], "include": ["TAGS"]}
    desk.aws.answer("ecs", "describe_clusters", {"clusters": [], "failures": failures}, **asked)


@pytest.mark.parametrize(("hours", "silent"), [(1, True), (2, False)])
@pytest.mark.parametrize("remembered", [True, False])
def test_a_cluster_that_cannot_be_read_this_once_silences_until_the_hour_that_is_known(
    desk: Desk, remembered: bool, hours: int, silent: bool
) -> None:
    """Also where the tags of the cluster were read too long ago: the failure keeps until when it is silenced."""
    assert sees_twice(desk, HOURS).suppressed
    if not remembered:
        desk.memory.forget("tags of tutorial")
    desk.clock.forward(hours * 3600)
    desk.sees(AWS_INSTANCE_PORT="9999")
    throttled(desk)
    desk.verify(nudge())
    assert desk.ledger.standing(PLACE)[SUBJECT][answers.task_id(0)].suppressed is silent


def test_a_tag_that_was_taken_away_silences_nothing_when_the_cluster_cannot_be_read(desk: Desk) -> None:
    assert sees_twice(desk, HOURS).suppressed
    for read in (lambda: tagged(desk, ""), lambda: throttled(desk)):
        desk.clock.forward(60)
        desk.sees(AWS_INSTANCE_PORT="9999")
        read()
        desk.verify(nudge())
        assert not desk.ledger.standing(PLACE)[SUBJECT][answers.task_id(0)].suppressed
