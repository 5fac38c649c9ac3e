"""The table of worlds: change one fact of the healthy world and see which checks fail, and only these."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.check import Verdict, explain
from scaudit.checks import CATALOGUE
from scaudit.facts import Facts
from scaudit.judge import Rules, Seen, judge_instance, judge_itself, judge_service, judge_task
from scaudit.model import Endpoint, Ghost, Instance, Permission, Service, Severity, Status, Unread
from tests import builders as world
from tests.builders import HEALTHY, NGINX, NOW, TASK_ID, with_definition, with_deployment, with_instance, with_task


def verdicts(seen: Seen) -> list[Verdict]:
    service = judge_service(seen.service, seen.task_definition, seen.at, Rules()) if seen.service else []
    return explain([*service, *judge_task(seen, Rules())])


def by_status(seen: Seen, status: Status) -> set[str]:
    return {f"{v.check.id} {v.endpoint}".strip() for v in verdicts(seen) if v.status is status}


OVERRIDE = replace(NGINX, ingress_port_override=8443)
CLIENT = with_deployment(endpoints=())
BRIDGE = replace(
    with_task(address="", proxy_host_ports=(32768, 49153)),
    task_definition=replace(world.DEFINITION, network_mode="bridge"),
)
YOUNG = replace(world.TASK, started_at=NOW - timedelta(minutes=9))

FAILING = [
    ("the portName names no port mapping", with_definition(ports={"http": 80, "admin": 9901}), {"SC102"}),
    ("no port mapping is named at all", with_definition(ports={}), {"SC102"}),
    ("not registered", world.with_registration(None), {"SC201 nginx"}),
    ("not registered under its second endpoint", world.with_registration(None, "web-admin"), {"SC201 web-admin"}),
    ("another task's address", with_instance(address="172.31.0.11"), {"SC202 nginx"}),
    ("registered without an address", with_instance(address=""), {"SC202 nginx"}),
    ("another port", with_instance(port="9999"), {"SC203 nginx"}),
    ("the ports of two endpoints swapped", with_instance(port="9901"), {"SC203 nginx"}),
    ("registered without a port", with_instance(port=""), {"SC203 nginx"}),
    ("the log's ephemeral listener port", with_instance(port="43727"), {"SC203 nginx"}),
    ("an older deployment's registration", with_instance(deployment=world.TASK_SET[:-1] + "9"), {"SC204 nginx"}),
    (
        "the same deployment id of another service",
        with_instance(deployment=world.TASK_SET.replace("/web/", "/api/")),
        {"SC204 nginx"},
    ),
    (
        "everything about the instance is wrong",
        with_instance(address="10.0.0.1", port="1", deployment="-"),
        {"SC202 nginx", "SC203 nginx", "SC204 nginx"},
    ),
    (
        "an override that is not what is registered",
        with_deployment(endpoints=(OVERRIDE, world.ADMIN)),
        {"SC203 nginx"},
    ),
    (
        "bridge: not the proxy's host port",
        replace(BRIDGE, registrations=world.REGISTERED),
        {"SC203 nginx", "SC203 web-admin"},
    ),
]

HEALTHY_ALL_THE_SAME = [
    ("nothing is wrong", HEALTHY),
    ("client only: serves nothing, so needs no registration", replace(CLIENT, registrations={})),
    (
        "an override that is registered",
        replace(
            with_deployment(endpoints=(OVERRIDE,)),
            registrations={"nginx": replace(world.REGISTERED["nginx"], port="8443")},
        ),
    ),
    (
        "bridge: the proxy's host port, and an address of the host",
        replace(
            BRIDGE,
            registrations={
                "nginx": Instance(TASK_ID, "10.9.9.9", "32768", "", world.TASK_SET),
                "web-admin": Instance(TASK_ID, "10.9.9.9", "49153", "", world.TASK_SET),
            },
        ),
    ),
    ("another zone than the task's is not yet judged", with_instance(zone="ap-northeast-1c")),
    (
        "an old deployment's task beside the new PRIMARY",
        replace(
            HEALTHY,
            service=replace(
                world.SERVICE,
                deployments=(
                    replace(world.DEPLOYMENT, id="ecs-svc/2", endpoints=(Endpoint("other", "nginx"),)),
                    replace(world.DEPLOYMENT, primary=False),
                ),
            ),
        ),
    ),
    ("not registered, 9 minutes after its start", replace(world.with_registration(None), task=YOUNG)),
    (
        "an older deployment's registration, 9 minutes after its start",
        replace(with_instance(deployment="-"), task=YOUNG),
    ),
    ("own deployment replaced", replace(HEALTHY, service=replace(world.SERVICE, deployments=()), registrations={})),
    ("service deleted", replace(HEALTHY, service=None, registrations={})),
]


@pytest.mark.parametrize(("seen", "failing"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING])
def test_this_world_fails(seen: Seen, failing: set[str]) -> None:
    assert by_status(seen, Status.FAIL) == failing


@pytest.mark.parametrize("seen", [row[1] for row in HEALTHY_ALL_THE_SAME], ids=[row[0] for row in HEALTHY_ALL_THE_SAME])
def test_this_world_does_not(seen: Seen) -> None:
    assert by_status(seen, Status.FAIL) == set()
    assert by_status(seen, Status.UNKNOWN) == set()


DENIED = Unread("servicediscovery:GetInstance is refused", action="servicediscovery:GetInstance")
BLIND = [
    ("the registration could not be read", world.with_registration(DENIED), {"SC201", "SC202", "SC203", "SC204"}),
    ("the service could not be read", replace(HEALTHY, service=DENIED), {"SC102", "SC201", "SC202", "SC203", "SC204"}),
    ("the task definition could not be read", replace(HEALTHY, task_definition=DENIED), {"SC102", "SC203"}),
    ("the registration was not asked for", replace(HEALTHY, registrations={}), {"SC201", "SC202", "SC203", "SC204"}),
    ("no private IPv4 address (IPv6 only)", with_task(address=""), {"SC202"}),
    ("bridge without a host port", replace(BRIDGE, task=replace(BRIDGE.task, proxy_host_ports=())), {"SC203"}),
]


@pytest.mark.parametrize(("seen", "unknown"), [row[1:] for row in BLIND], ids=[row[0] for row in BLIND])
def test_what_could_not_be_read_is_unknown_and_never_a_pass(seen: Seen, unknown: set[str]) -> None:
    statuses = {v.check.id: {w.status for w in verdicts(seen) if w.check.id == v.check.id} for v in verdicts(seen)}
    assert {id for id, found in statuses.items() if Status.UNKNOWN in found} == unknown
    nginx = {v.check.id for v in verdicts(seen) if v.status is Status.PASS and v.endpoint in ("nginx", "")}
    assert not nginx & unknown


def test_what_does_not_apply_is_skipped_with_its_reason() -> None:
    told = {v.check.id: v.sentence for v in verdicts(CLIENT) if v.status is Status.SKIPPED}
    assert set(told) == {"SC201", "SC202", "SC203", "SC204"}
    assert all("client only" in sentence for sentence in told.values())


def test_a_replaced_deployment_is_skipped_whatever_cloud_map_says() -> None:
    gone = replace(with_instance(port="1", deployment="-"), service=replace(world.SERVICE, deployments=()))
    assert {v.status for v in verdicts(gone) if v.check.about == "task"} == {Status.SKIPPED}


def test_sentences_give_the_two_values_that_disagree() -> None:
    (wrong,) = [v for v in verdicts(with_instance(port="9999")) if v.status is Status.FAIL]
    assert wrong.sentence == "registered port is 9999, expected 80"
    assert wrong.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "seen", [row[1] for row in FAILING if row[0].startswith(("an override", "bridge"))], ids=["override", "bridge"]
)
def test_a_rule_never_seen_on_aws_raises_no_more_than_a_warning_and_says_so(seen: Seen) -> None:
    wrong = [v for v in verdicts(seen) if v.status is Status.FAIL]
    assert {v.severity for v in wrong} == {Severity.WARNING}
    assert all("not confirmed on AWS" in v.sentence for v in wrong)


GHOST = Ghost(world.REGISTERED["nginx"])
REUSED = replace(GHOST, reused_by="orders (97e7125e4dd341cb8809ebbcac1fd402)")
SHIFTING = replace(world.SERVICE, strategy="BLUE_GREEN", deployments=(replace(world.DEPLOYMENT, in_progress=True),))


@pytest.mark.parametrize(
    ("ghost", "minutes", "service", "status", "severity"),
    [
        (GHOST, 5, world.SERVICE, Status.FAIL, Severity.ERROR),
        (REUSED, 5, world.SERVICE, Status.FAIL, Severity.CRITICAL),
        (GHOST, None, world.SERVICE, Status.FAIL, Severity.ERROR),
        (GHOST, 4.9, world.SERVICE, Status.PENDING, Severity.ERROR),
        (None, 5, world.SERVICE, Status.PASS, Severity.INFO),
        (DENIED, 5, world.SERVICE, Status.UNKNOWN, Severity.INFO),
        (GHOST, 5, SHIFTING, Status.SKIPPED, Severity.INFO),
    ],
    ids=[
        "left over",
        "its address is another service's task's",
        "of a task that ECS forgot",
        "not yet 5 minutes after its end",
        "gone as it should",
        "could not be read",
        "blue/green in progress",
    ],
)
def test_a_registration_of_a_gone_task(
    ghost: Ghost | Unread | None, minutes: float | None, service: Service, status: Status, severity: Severity
) -> None:
    since = None if minutes is None else NOW - timedelta(minutes=minutes)
    (found,) = judge_instance(TASK_ID, service, NGINX, ghost, since, NOW, Rules())
    assert (found.subject, found.status, found.severity) == ("SC206#nginx", status, severity)


def test_missing_registrations_are_not_judged_while_traffic_shifts() -> None:
    shifting = replace(world.with_registration(None), service=SHIFTING)
    assert by_status(shifting, Status.FAIL) == set()
    told = [v.sentence for v in verdicts(shifting) if v.check.id == "SC201"]
    assert all("BLUE_GREEN deployment in progress" in sentence for sentence in told)


def itself(audited: dict, permissions: dict) -> set[str]:
    found = judge_itself(audited, permissions, NOW)
    return {f"{v.check.id} {v.endpoint} {v.member}" for v in found if v.status is Status.FAIL}


def test_a_refused_action_fails_sc902_for_that_action_and_cluster_alone() -> None:
    refused = Permission("ecs:DescribeServices", Unread("no", action="ecs:DescribeServices", resource="arn:x"))
    allowed = Permission("ecs:DescribeTasks")
    found = itself({}, {("tutorial", "ecs:DescribeServices"): refused, ("tutorial", "ecs:DescribeTasks"): allowed})
    assert found == {"SC902 ecs:DescribeServices tutorial"}


def test_a_check_that_raises_fails_sc901_and_is_unknown_itself() -> None:
    broken = replace(HEALTHY, registrations={**world.REGISTERED, "nginx": object()})
    found = verdicts(broken)
    assert {v.check.id for v in found if v.error} == {"SC202", "SC203", "SC204"}
    assert all(v.status is Status.UNKNOWN for v in found if v.error)
    assert itself({"web": found}, {}) == {"SC901 SC202 web", "SC901 SC203 web", "SC901 SC204 web"}
    assert itself({"web": verdicts(HEALTHY)}, {}) == set()


ELSEWHERE = {"SC206", "SC901", "SC902"}
"""Not about a running task: they have tables of their own above."""


def test_every_check_fails_in_a_row_and_passes_in_another() -> None:
    failed = {v.check.id for _, seen, _ in FAILING for v in verdicts(seen) if v.status is Status.FAIL}
    passed = {v.check.id for v in verdicts(HEALTHY) if v.status is Status.PASS}
    assert failed | ELSEWHERE == passed | ELSEWHERE == {check.id for check in CATALOGUE}


def test_facts_nobody_collected_are_unread() -> None:
    assert all(isinstance(getattr(Facts(), name), Unread) for name in Facts.__slots__)
