"""What stands in clusters that are deleted or left out is closed by the sweep's own look (J23)."""

from dataclasses import replace
from typing import Any

import pytest

from scaudit.model.incidents import Incident, MemberState, Phase
from scaudit.model.places import Place, Subject
from scaudit.queue.bodies import body
from scaudit.queue.messages import OwnLook
from scaudit.store.changes import IncidentChanged
from scaudit.store.items import Kept, Swept
from scaudit.store.keys import itself
from tests.builders import ARN, REGION
from tests.fakes.members import FAIL
from tests.fakes.verify_desk import SUBJECT, Desk

LEFT, GONE = Place(REGION, "other", "web"), Place(REGION, "tutorial", "web")
OWN = itself(REGION)


def sees(desk: Desk, place: Place, subject: Subject = SUBJECT, member: str = FAIL.id) -> None:
    desk.ledger.record(place, subject, replace(FAIL, id=member, observed_at=desk.clock()))


def swept(desk: Desk, *clusters: str) -> None:
    for cluster in clusters:
        desk.ledger.swept(REGION, Swept(cluster, 1, 1, 1, ("SC203",), desk.clock()))


def looks_at_itself(desk: Desk, *known: str, missing: tuple[str, ...] = (), inactive: tuple[str, ...] = ()) -> None:
    """Some seconds later; these are the clusters that are asked for, and what became of them."""
    desk.clock.forward(5)
    shown = [name for name in known if name not in missing]
    answer: dict[str, Any] = {
        "clusters": [
            {"clusterName": name, "status": "INACTIVE" if name in inactive else "ACTIVE", "tags": []} for name in shown
        ],
        "failures": [{"arn": f"{ARN}:cluster/{name}", "reason": "MISSING"} for name in missing],
    }
    if known:
        desk.aws.answer("ecs", "describe_clusters", answer, clusters=sorted(known), include=["TAGS"])
    counts = {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}
    desk.aws.answer("sns", "get_topic_attributes", {"Attributes": counts}, TopicArn="arn:topic")
    assert desk.verify(body(OwnLook(REGION))) == []
    desk.aws.all_asked()


def why(desk: Desk, place: Place, subject: Subject = SUBJECT) -> dict[str, str]:
    """Why its members were closed."""
    members = desk.ledger.members(place, subject)
    return {member.id: member.closed_because for member in members if member.state is MemberState.CLOSED}


def test_J23_what_is_no_longer_in_include_clusters_is_closed_with_that_reason(desk: Desk) -> None:
    swept(desk, "tutorial", "other")
    sees(desk, LEFT), sees(desk, GONE)
    looks_at_itself(desk, "tutorial")
    assert why(desk, LEFT) == {FAIL.id: "cluster other is no longer in IncludeClusters"}
    assert why(desk, GONE) == {}
    assert f"{LEFT.key} touch#" not in str(desk.touches()) and set(desk.ledger.estate(REGION)) == {"tutorial", "other"}
    looks_at_itself(desk, "tutorial")
    assert set(desk.ledger.estate(REGION)) == {"tutorial"}, "nothing stands there any more"


@pytest.mark.parametrize("how", ["missing", "inactive"])
def test_J23_what_was_in_a_deleted_cluster_is_closed_with_that_reason(desk: Desk, how: str) -> None:
    swept(desk, "tutorial", "prod-a")
    sees(desk, GONE), sees(desk, Place(REGION, "prod-a", "web"))
    looks_at_itself(desk, "tutorial", "prod-a", **{how: ("tutorial",)})
    assert why(desk, GONE) == {FAIL.id: "cluster tutorial was deleted"}
    assert why(desk, Place(REGION, "prod-a", "web")) == {}


def test_J23_so_is_what_scaudit_found_wrong_with_itself_there(desk: Desk) -> None:
    swept(desk, "tutorial")
    denied, odd, short = Subject("SC902", "ecs:ListTasks"), Subject("SC901", "ecs:DescribeTasks"), Subject("SC904")
    for subject, member in ((denied, "tutorial"), (odd, "tutorial/web"), (short, "tutorial"), (short, "tutorial-2")):
        sees(desk, OWN, subject, member)
    looks_at_itself(desk, "tutorial", missing=("tutorial",))
    assert all(len(why(desk, OWN, subject)) == 1 for subject in (denied, odd, short))


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_J23_a_cluster_that_cannot_be_described_closes_nothing(desk: Desk, code: str) -> None:
    swept(desk, "tutorial")
    sees(desk, GONE)
    desk.aws.refuse("ecs", "describe_clusters", code)
    looks_at_itself(desk)
    assert why(desk, GONE) == {} and set(desk.ledger.estate(REGION)) == {"tutorial"}


def test_J23_a_cluster_that_fails_for_another_reason_than_that_it_is_gone_closes_nothing(desk: Desk) -> None:
    swept(desk, "tutorial")
    sees(desk, GONE)
    answer = {"clusters": [], "failures": [{"arn": f"{ARN}:cluster/tutorial", "reason": "ACCESS_DENIED"}]}
    desk.aws.answer("ecs", "describe_clusters", answer, clusters=["tutorial"], include=["TAGS"])
    looks_at_itself(desk)
    assert why(desk, GONE) == {}


def test_J23_a_cluster_of_which_nothing_is_said_closes_nothing(desk: Desk) -> None:
    """It is in neither list of the answer, which stands in tests/fakes/answers.py."""
    swept(desk, "tutorial")
    sees(desk, GONE)
    looks_at_itself(desk)
    assert why(desk, GONE) == {}


def test_J23_a_cluster_that_no_sweep_finished_is_found_by_what_is_open_in_it(desk: Desk) -> None:
    noticed = Incident(Phase.OPEN, 1, FAIL.observed_at, noticed_at=FAIL.observed_at)
    sees(desk, LEFT)
    desk.ledger.save(IncidentChanged(LEFT, SUBJECT), Kept(noticed, 1))
    looks_at_itself(desk)
    assert why(desk, LEFT) == {FAIL.id: "cluster other is no longer in IncludeClusters"}
    assert f"{LEFT.key} touch#{SUBJECT.key}" in desk.touches()


def test_J23_a_member_that_is_not_met_again_is_closed_beside_one_that_is(desk: Desk) -> None:
    """The log group of one service is gone, that of another is still refused."""
    refused = Subject("SC902", "logs:FilterLogEvents")
    sees(desk, OWN, refused, "/mesh/gone")
    desk.clock.forward(24 * 3600)
    sees(desk, OWN, refused, "/mesh/there")
    looks_at_itself(desk)
    assert why(desk, OWN, refused) == {"/mesh/gone": "was not met again for 24 hours"}
