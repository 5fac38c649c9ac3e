"""Queue bodies into our words: events as AWS sends them, our own messages, and everything else."""

import json
from pathlib import Path

import pytest

from scaudit.queue.bodies import body, parse
from scaudit.queue.messages import (
    AlertTest,
    Canary,
    ClusterPage,
    DeploymentEvent,
    Hopeless,
    IncidentLook,
    NotOurs,
    OwnLook,
    RegionSweep,
    ServiceLook,
    TaskNudge,
    TaskNudges,
)

EVENTS = Path(__file__).parents[2] / "events"
EVENT = json.loads((EVENTS / "task-running-service-connect.json").read_text())


def changed(**detail: object) -> str:
    return json.dumps({**EVENT, "detail": {k: v for k, v in {**EVENT["detail"], **detail}.items() if v is not None}})


def test_a_task_event_names_the_task_to_look_at() -> None:
    nudge = parse(json.dumps(EVENT))
    assert isinstance(nudge, TaskNudge)
    assert (nudge.region, nudge.version) == (EVENT["region"], EVENT["detail"]["version"])
    assert EVENT["detail"]["taskArn"].endswith(f"{nudge.cluster}/{nudge.task}")
    assert EVENT["detail"]["group"] == f"service:{nudge.service}"


@pytest.mark.parametrize(
    "message",
    [
        TaskNudge("eu-west-1", "tutorial", "web", "a1", 5, 2, "chain", {"SC203#nginx": "2026-11-23T12:00:00+00:00"}),
        TaskNudges(tuple(TaskNudge("eu-west-1", "tutorial", s, t, fresh=("SC1",)) for s, t in ("xy", "xz", "wz"))),
        ClusterPage("eu-west-1", "tutorial", "token="),
        ServiceLook("eu-west-1", "tutorial", "web"),
        RegionSweep("eu-west-1"),
        OwnLook("eu-west-1"),
        Canary("eu-west-1", "2026-11-25T12:00:00+00:00"),
        AlertTest("eu-west-1", "0123456789abcdef", "user/alice"),
        IncidentLook("eu-west-1/tutorial/web", "SC203#nginx"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_our_own_messages_come_back_as_they_were_sent(message: TaskNudge | ClusterPage | IncidentLook) -> None:
    assert parse(body(message)) == message


def test_of_tasks_together_what_is_alike_is_told_once_and_a_reader_of_one_task_sees_the_first() -> None:
    suspected = {"SC203#nginx": "2026-11-23T12:00:00+00:00"}
    tasks = [TaskNudge("eu-west-1", "tutorial", "web", f"{n:032x}", 5, 1, "m" * 36, suspected) for n in range(1000)]
    text = body(TaskNudges(tasks))
    assert len(text) < 60_000
    first = json.loads(text)
    assert len(first.pop("others")) == 999 and parse(json.dumps(first)) == tasks[0]


@pytest.mark.parametrize(
    "text",
    [
        changed(group=None),
        changed(group="family:batch"),
        (EVENTS / "task-standalone-running.json").read_text(),
        json.dumps({"source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification", "detail": {}}),
        "{}",
    ],
    ids=[
        "no group",
        "standalone group",
        "standalone",
        "another source",
        "empty object",
    ],
)
def test_what_is_not_ours_says_so(text: str) -> None:
    assert isinstance(parse(text), NotOurs)


@pytest.mark.parametrize(
    "text",
    [
        changed(attachments=None, startedBy=None, containers=None),
        changed(lastStatus="HIBERNATING"),
        changed(somethingNew={"deep": [1, 2]}, version="5"),
        changed(padding="x" * 1_000_000),
    ],
    ids=["no attachments, startedBy, containers", "unknown lastStatus", "extra fields", "a body of 1 MB"],
)
def test_an_odd_event_is_a_nudge_all_the_same(text: str) -> None:
    assert isinstance(parse(text), TaskNudge)


@pytest.mark.parametrize(
    "name",
    [
        "service-action-steady-state.json",
        "service-action-task-placement-failure.json",
    ],
)
def test_a_service_event_names_the_service_to_look_at(name: str) -> None:
    event = json.loads((EVENTS / name).read_text())
    look = parse(json.dumps(event))
    assert isinstance(look, ServiceLook) and event["resources"][0].endswith(f"service/{look.cluster}/{look.service}")


@pytest.mark.parametrize("name", ["deployment-completed.json", "deployment-in-progress.json"])
def test_what_ecs_tells_of_a_deployment_is_taken_with_the_time_of_its_event(name: str) -> None:
    event = json.loads((EVENTS / name).read_text())
    told = parse(json.dumps(event))
    assert isinstance(told, DeploymentEvent) and event["resources"][0].endswith(f"/{told.cluster}/{told.service}")
    assert (told.at, told.deployment) == (event["time"], event["detail"]["deploymentId"])
    assert (told.event, told.reason) == (event["detail"]["eventName"], event["detail"]["reason"])


@pytest.mark.parametrize("missing", ["deploymentId", "eventName", "time"])
@pytest.mark.parametrize("value", [None, 5, {}, ""])
def test_what_does_not_tell_of_which_deployment_what_and_when_asks_for_a_look_all_the_same(
    missing: str, value: object
) -> None:
    event = json.loads((EVENTS / "deployment-completed.json").read_text())
    (event if missing == "time" else event["detail"])[missing] = value
    assert isinstance(parse(json.dumps(event)), ServiceLook)


def test_a_reason_of_any_length_and_kind_is_kept_short() -> None:
    event = json.loads((EVENTS / "deployment-completed.json").read_text())
    told = [parse(json.dumps({**event, "detail": {**event["detail"], "reason": r}})) for r in ("x" * 9999, None, [1])]
    assert [len(each.reason) for each in told if isinstance(each, DeploymentEvent)] == [600, 0, 3]


def of_service(*resources: str, **detail: str) -> str:
    return json.dumps(
        {"source": "aws.ecs", "detail-type": "ECS Service Action", "resources": resources, "detail": detail}
    )


def test_an_old_service_arn_takes_the_cluster_from_the_detail() -> None:
    text = of_service("arn:aws:ecs:eu-west-1:1:service/web", clusterArn="arn:aws:ecs:eu-west-1:1:cluster/tutorial")
    assert parse(text) == ServiceLook("eu-west-1", "tutorial", "web")


@pytest.mark.parametrize("text", [of_service(), of_service("arn:aws:ecs:eu-west-1:1:service/web"), of_service("x")])
def test_a_service_event_without_service_and_cluster_is_hopeless(text: str) -> None:
    with pytest.raises(Hopeless, match="names no service and cluster"):
        parse(text)


def nudge(suspected: dict[str, object]) -> str:
    named = {"kind": "task", "region": "r", "cluster": "c", "service": "s", "task": "t"}
    return json.dumps({**named, "suspected": suspected})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"kind":"mystery"}', "unknown kind 'mystery'"),
        ('{"kind":["task"]}', "unknown kind"),
        ('{"kind":"task","region":"r"}', "missing"),
        ('{"kind":"cluster","region":"r","cluster":5}', "cluster is not str"),
        ('{"kind":"task","region":"r","cluster":"c","service":"s","task":"t","suspected":[]}', "suspected is not dict"),
        ('{"kind":"cluster","region":"r","cluster":"c","services":"web"}', "services is not list"),
        ('{"kind":"cluster","region":"r","cluster":"c","services":["web",5]}', "services is not list"),
        (nudge({"SC203#web": "yesterday"}), "suspected cannot be read"),
        (nudge({"SC203#web": "2026-11-23T12:00:00"}), "does not say in which zone"),
        (nudge({"SC203#web": 7}), "suspected cannot be read"),
        (nudge({"SC203": "2026-11-23T12:00:00+00:00"}), "is no check and endpoint"),
        (nudge({"port#web": "2026-11-23T12:00:00+00:00"}), "is no check and endpoint"),
        ('{"kind":"canary","region":"r","sent_at":""}', "sent_at cannot be read"),
        ('{"kind":"canary","region":"r","sent_at":"2026-11-23"}', "does not say in which zone"),
        ('{"kind":"incident","key":"web","subject":"SC203#web"}', "key cannot be read"),
        ('{"kind":"incident","key":"r/c/web","subject":"a#b#c"}', "is no check and endpoint"),
        (json.dumps({**EVENT, "detail": None}), "no detail"),
        (changed(taskArn=None), "names no task"),
        (changed(clusterArn=""), "names no task and cluster"),
        (changed(taskArn=7), "names no task"),
    ],
)
def test_what_no_retry_can_mend_is_hopeless_and_says_why(text: str, reason: str) -> None:
    with pytest.raises(Hopeless, match=reason):
        parse(text)
