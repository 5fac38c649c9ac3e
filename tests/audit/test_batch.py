"""A batch of queue messages: every kind of them is taken, each once, and a bad one holds up nobody."""

import json
from typing import Any

from scaudit.model.incidents import Incident, Phase
from scaudit.model.places import Place, Subject
from scaudit.queue.bodies import body
from scaudit.queue.messages import ClusterPage, IncidentLook, OwnLook, TaskNudge
from scaudit.store.changes import IncidentChanged
from scaudit.store.items import Kept
from scaudit.store.keys import itself
from tests.builders import REGION
from tests.fakes import answers
from tests.fakes.stubbed import TABLE
from tests.fakes.verify_desk import PLACE, SUBJECT, Desk, nudge, service_look


def test_duplicates_and_older_nudges_of_one_task_are_one_look(desk: Desk) -> None:
    desk.sees(first=True)
    desk.verify(nudge(), nudge(), nudge(version=3))
    assert len(desk.records()) == 1


def test_bad_messages_are_buried_with_their_reason_and_hold_up_nobody(desk: Desk) -> None:
    desk.sees(first=True)
    look = '{"kind":"incident","key":"r/c/web","subject":"yesterday"}'
    assert desk.verify("{", nudge(), '{"kind":"mystery"}', "", "{}", look) == []
    reasons = [m["MessageAttributes"]["reason"]["StringValue"] for m in desk.sent(desk.dead)]
    assert len(reasons) == 4 and "unknown kind 'mystery'" in reasons
    assert len(desk.records()) == 1


def test_what_could_not_be_recorded_is_not_acknowledged(desk: Desk, dynamodb: Any) -> None:
    desk.describes(0)
    desk.knows_the_service()
    desk.knows_the_definition()
    desk.registers()
    dynamodb.delete_table(TableName=TABLE)
    assert "0" in desk.verify(nudge(), "{}")


def test_clusters_that_are_not_included_and_other_regions_are_left_alone(desk: Desk) -> None:
    elsewhere = body(TaskNudge("eu-west-1", "tutorial", "web", "a"))
    assert desk.verify(body(TaskNudge(REGION, "dev", "web", "a")), elsewhere, body(ClusterPage(REGION, "dev"))) == []
    assert desk.records() == []


def test_an_incident_message_touches_the_incident(desk: Desk) -> None:
    assert desk.verify(body(IncidentLook(PLACE.key, SUBJECT.key))) == []
    assert desk.touches() == {f"{PLACE.key} touch#{SUBJECT.key}"}


def test_an_event_as_eventbridge_sends_it_is_audited(desk: Desk) -> None:
    event = {
        "source": "aws.ecs",
        "detail-type": "ECS Task State Change",
        "region": REGION,
        "detail": {
            "group": "service:web",
            "version": 5,
            "clusterArn": answers.CLUSTER_ARN,
            "taskArn": answers.task()["taskArn"],
            "new": [1],
        },
    }
    desk.sees(first=True)
    assert desk.verify(json.dumps(event)) == [] and len(desk.records()) == 1


def test_a_task_and_its_service_in_one_batch_are_both_judged_in_full(desk: Desk) -> None:
    desk.sees(first=True)
    desk.knows_the_service()
    desk.finds(0)
    desk.describes(0)
    desk.aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")
    desk.leaves()
    assert desk.verify(nudge(), service_look()) == []
    (record,) = desk.records("service")
    assert "SC106" in record["failed"] and {"SC101", "SC104"} <= set(record["passed"])


def test_the_same_service_look_twice_in_a_batch_is_one(desk: Desk) -> None:
    desk.looks_in_full()
    assert desk.verify(service_look(), service_look()) == []
    assert len(desk.records()) == 1


def test_looks_touch_every_incident_that_is_not_at_rest(desk: Desk) -> None:
    own = itself(REGION)
    desk.ledger.save(IncidentChanged(PLACE, SUBJECT), Kept(Incident(Phase.CLEAR, 1), 1))
    desk.ledger.save(IncidentChanged(PLACE, Subject("SC204", "nginx")), Kept(Incident(Phase.QUIET, 1), 1))
    desk.ledger.save(IncidentChanged(own, Subject("SC902", "ecs:ListTasks")), Kept(Incident(Phase.OPEN, 1), 1))
    desk.looks_in_full()
    counts = {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}
    desk.aws.answer("sns", "get_topic_attributes", {"Attributes": counts}, TopicArn="arn:topic")
    assert desk.verify(service_look(), body(OwnLook(REGION))) == []
    storm = Place(REGION, "", "storm")
    assert desk.touches() == {
        f"{PLACE.key} touch#{SUBJECT.key}",
        f"{own.key} touch#SC902#ecs:ListTasks",
        f"{storm.key} touch#reminder",
    }
