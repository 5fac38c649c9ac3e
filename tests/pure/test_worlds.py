"""The table of worlds: change one fact of the healthy world and see which checks fail, and only these."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.causes import explain
from scaudit.check import Verdict
from scaudit.checks import CATALOGUE
from scaudit.facts import Facts, Ghost, Permission
from scaudit.judge import (
    LOOKED_AT,
    Rules,
    Seen,
    judge_instance,
    judge_itself,
    judge_service,
    judge_task,
    judge_unstarted,
)
from scaudit.model import Endpoint, Instance, Service, Severity, Status, Unread
from scaudit.proxylog import ControlPlane, Exit, Outcome
from scaudit.service_facts import ServiceSeen
from tests import builders as world
from tests.builders import (
    HEALTHY,
    LISTENERS,
    NGINX,
    NOW,
    TASK_ID,
    unstarted,
    with_definition,
    with_deployment,
    with_instance,
    with_log,
    with_task,
)


def verdicts(seen: Seen) -> list[Verdict]:
    known = ServiceSeen(seen.service, seen.task_definition) if seen.service else None
    service = judge_service(known, "T", seen.at, Rules()) if known else []
    return explain([*service, *judge_task(seen, Rules())])


def by_status(seen: Seen, status: Status) -> set[str]:
    return {f"{v.check.id} {v.endpoint}".strip() for v in verdicts(seen) if v.status is status}


OVERRIDE = replace(NGINX, ingress_port_override=8443)
EGRESS_ONLY = replace(world.PROXY_LOG, listeners=replace(LISTENERS, wanted={"egress": 1}))
CLIENT = replace(with_deployment(endpoints=()), log=EGRESS_ONLY)
BRIDGE = replace(
    with_task(address="", proxy_host_ports=(32768, 49153)),
    task_definition=replace(world.DEFINITION, network_mode="bridge"),
)
ILL = replace(world.TASK, proxy_health="UNHEALTHY")
NO_ANSWER = ControlPlane(closed=3, refused="Unauthorized to perform ecs:Poll for ARN")
REFUSED = replace(
    with_log(verdict=Outcome.NOT_READY, why="never ready", ready=False, control_plane=NO_ANSWER),
    task=replace(world.TASK, proxy_health="UNHEALTHY", started_at=NOW - timedelta(minutes=4)),
)
TIMED_OUT = ControlPlane(clusters_answered=True, timeouts=("Listener",))
LOST = ControlPlane(clusters_answered=True, listeners_answered=True, closed=1, refused="gone", lost=True)
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
    ("another zone than the task's", with_instance(zone="ap-northeast-1c"), {"SC205 nginx"}),
    ("no proxy container in the task", with_task(proxy="", proxy_status=""), {"SC301"}),
    ("the proxy container has stopped", with_task(proxy_status="STOPPED"), {"SC301"}),
    ("ECS calls the proxy UNHEALTHY", with_task(proxy_health="UNHEALTHY"), {"SC302"}),
    (
        "Envoy exited and its restarts are used up",
        with_log(verdict=Outcome.EXITED, why="exit 4 of 4", exits=(Exit(9, "14", -1, "killed"),) * 4, ready=False),
        {"SC303", "SC306"},
    ),
    (
        "Envoy was ready, and exited for good since",
        with_log(verdict=Outcome.EXITED, why="exited", exits=(Exit(300, "14", 1),)),
        {"SC303", "SC306"},
    ),
    (
        "never ready, and ECS agrees",
        replace(with_log(verdict=Outcome.NOT_READY, why="no ready line", ready=False), task=ILL),
        {"SC302", "SC303"},
    ),
    ("the control plane refuses", REFUSED, {"SC303", "SC304"}),
    ("listeners never came before the time-out", with_log(control_plane=TIMED_OUT), {"SC304"}),
    ("the control plane was lost after Envoy was ready", with_log(control_plane=LOST), {"SC304"}),
    ("a listener is rejected", with_log(listeners=replace(LISTENERS, rejected={"egress": "no cluster"})), {"SC305"}),
    (
        "a listener's port is taken",
        with_log(listeners=replace(LISTENERS, unbound={"ingress-nginx": "Address already in use"})),
        {"SC305"},
    ),
    ("a listener is missing by count", with_log(listeners=replace(LISTENERS, missing=("egress",))), {"SC305"}),
    (
        "Envoy crashed once and came back",
        with_log(verdict=Outcome.RECOVERED, exits=(Exit(9, "14", -1, "killed"),), envoy_starts=2),
        {"SC306"},
    ),
    ("another deployment's proxy", with_log(identity=world.TASK_SET[:-1] + "9"), {"SC307"}),
    (
        "a listener named after the port mapping",
        with_log(listeners=replace(LISTENERS, wanted={"egress": 1, "ingress-nginx": 2, "ingress-admin": 3})),
        {"SC307"},
    ),
    ("the metadata endpoint was not reached", with_log(metadata_problems=("refused",)), {"SC308"}),
    ("a setting was not accepted", with_log(complaints=("level doomsday is not supported",)), {"SC308"}),
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
    (
        "ECS calls the proxy UNHEALTHY, 4 minutes after its start",
        replace(with_task(proxy_health="UNHEALTHY", started_at=NOW - timedelta(minutes=4))),
    ),
    ("drained and stopped", with_log(verdict=Outcome.STOPPED, why="draining")),
    (
        "with an override the log names no ingress listener",
        replace(
            with_deployment(endpoints=(OVERRIDE,)),
            registrations={"nginx": replace(world.REGISTERED["nginx"], port="8443")},
            log=EGRESS_ONLY,
        ),
    ),
    ("its log was judged before", with_log(LOOKED_AT)),
    ("start-up lines no longer kept", with_log(dump_seen=False, ready=False, verdict=Outcome.UNKNOWN, why="cut")),
    ("registered without a zone", with_instance(zone="")),
    ("another zone than the task's, 9 minutes after its start", replace(with_instance(zone="x"), task=YOUNG)),
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
    (
        "the registration could not be read",
        world.with_registration(DENIED),
        {"SC201", "SC202", "SC203", "SC204", "SC205"},
    ),
    (
        "the service could not be read",
        replace(HEALTHY, service=DENIED),
        {"SC102", "SC103", "SC201", "SC202", "SC203", "SC204", "SC205", "SC301", "SC307"},
    ),
    (
        "the task definition could not be read",
        replace(HEALTHY, task_definition=DENIED),
        {"SC102", "SC103", "SC203", "SC207", "SC307"},
    ),
    (
        "the registration was not asked for",
        replace(HEALTHY, registrations={}),
        {"SC201", "SC202", "SC203", "SC204", "SC205"},
    ),
    ("no private IPv4 address (IPv6 only)", with_task(address=""), {"SC202"}),
    ("the log could not be read", with_log(DENIED), {"SC303", "SC304", "SC305", "SC306", "SC307", "SC308"}),
    (
        "the log hides what it is asked",
        with_log(verdict=Outcome.UNKNOWN, why="log level error", ready=False, control_plane=ControlPlane()),
        {"SC303", "SC304", "SC305", "SC307"},
    ),
    (
        "no ready line, and ECS says HEALTHY: lines may be lost",
        with_log(verdict=Outcome.NOT_READY, why="no ready line", ready=False),
        {"SC303", "SC305", "SC307"},
    ),
    (
        "no answer of the control plane, and ECS says HEALTHY",
        with_log(control_plane=ControlPlane()),
        {"SC304"},
    ),
    ("ECS does not know the proxy's health", with_task(proxy_health="UNKNOWN"), {"SC302"}),
    ("bridge without a host port", replace(BRIDGE, task=replace(BRIDGE.task, proxy_host_ports=())), {"SC203"}),
]


@pytest.mark.parametrize(("seen", "unknown"), [row[1:] for row in BLIND], ids=[row[0] for row in BLIND])
def test_what_could_not_be_read_is_unknown_and_never_a_pass(seen: Seen, unknown: set[str]) -> None:
    statuses = {v.check.id: {w.status for w in verdicts(seen) if w.check.id == v.check.id} for v in verdicts(seen)}
    assert {id for id, found in statuses.items() if Status.UNKNOWN in found} == unknown
    nginx = {v.check.id for v in verdicts(seen) if v.status is Status.PASS and v.endpoint in ("nginx", "")}
    assert not nginx & unknown


UNSTARTED = [
    ("refused by the control plane", unstarted(REFUSED.log), {"SC209": "SC304", "SC303": "SC304", "SC304": ""}),
    (
        "Envoy crashed until its restarts were used up",
        unstarted(
            replace(world.PROXY_LOG, verdict=Outcome.EXITED, why="exited", exits=(Exit(1, "9", -1),), ready=False)
        ),
        {"SC209": "SC303", "SC303": "", "SC306": "SC303"},
    ),
    (
        "the log group of the proxy is gone",
        unstarted(Unread("The specified log group does not exist", code="ResourceNotFoundException")),
        {"SC209": ""},
    ),
    ("registration is refused", unstarted(registration_reason="not authorized: RegisterInstance"), {"SC209": ""}),
    (
        "stuck in PENDING: the control plane keeps silent",
        unstarted(replace(REFUSED.log, control_plane=ControlPlane(silent=True)), last_status="PENDING"),
        {"SC209": "SC304", "SC303": "SC304", "SC304": ""},
    ),
    (
        "stopped a second after it was created: nothing of it has still to settle",
        unstarted(REFUSED.log, created_at=NOW - timedelta(seconds=1)),
        {"SC209": "SC304", "SC303": "SC304", "SC304": ""},
    ),
    ("the image could not be pulled", unstarted(LOOKED_AT, reasons=("CannotPullContainerError",)), {}),
    ("its proxy was fine, the application was not", unstarted(reasons=("exit 1",)), {}),
    ("an application's log group is gone", unstarted(Unread("no line"), reasons=("log group does not exist",)), {}),
]


@pytest.mark.parametrize(("seen", "failing"), [row[1:] for row in UNSTARTED], ids=[row[0] for row in UNSTARTED])
def test_a_task_that_does_not_run_fails_only_for_what_service_connect_did(seen: Seen, failing: dict[str, str]) -> None:
    found = explain(judge_unstarted(seen))
    assert {v.check.id: v.caused_by for v in found if v.status is Status.FAIL} == failing


def test_what_does_not_apply_is_skipped_with_its_reason() -> None:
    told = {v.check.id: v.sentence for v in verdicts(CLIENT) if v.status is Status.SKIPPED}
    assert set(told) == {"SC201", "SC202", "SC203", "SC204", "SC205"}
    assert all("client only" in sentence for sentence in told.values())


def test_a_replaced_deployment_is_skipped_whatever_cloud_map_says() -> None:
    gone = replace(with_instance(port="1", deployment="-"), service=replace(world.SERVICE, deployments=()))
    assert {v.status for v in verdicts(gone) if v.check.about == "task"} == {Status.SKIPPED}


def test_sentences_give_the_two_values_that_disagree() -> None:
    (wrong,) = [v for v in verdicts(with_instance(port="9999")) if v.status is Status.FAIL]
    assert wrong.sentence == "registered port is 9999, expected 80"
    assert wrong.severity is Severity.CRITICAL


TAKEN = "cannot bind '0.0.0.0:43727': Address already in use"


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (with_task(proxy="", proxy_status=""), "the task runs without a proxy container (ecs-service-connect-...)"),
        (with_task(proxy_status="STOPPED"), "ecs-service-connect-oRK9o is STOPPED, expected RUNNING"),
        (
            with_log(listeners=replace(LISTENERS, unbound={"ingress-nginx": TAKEN}, rejected={"ingress-nginx": TAKEN})),
            f"listener ingress-nginx is not bound: {TAKEN}",
        ),
        (with_log(control_plane=TIMED_OUT), "the control plane let Listener time out; it gave no listeners"),
    ],
)
def test_a_fault_is_told_once_and_in_its_own_words(seen: Seen, sentence: str) -> None:
    (wrong,) = [v for v in verdicts(seen) if v.status is Status.FAIL]
    assert sentence in wrong.sentence and "rejected" not in wrong.sentence


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
    assert {v.check.id for v in found if v.error} == {"SC202", "SC203", "SC204", "SC205"}
    assert all(v.status is Status.UNKNOWN for v in found if v.error)
    assert itself({"web": found}, {}) == {f"SC901 SC20{n} web" for n in (2, 3, 4, 5)}
    assert itself({"web": verdicts(HEALTHY)}, {}) == set()


ELSEWHERE = {"SC206", "SC209", "SC901", "SC902"}
"""Not about a running task: they have tables of their own above."""


def test_every_check_fails_in_a_row_and_passes_in_another() -> None:
    failed = {v.check.id for _, seen, _ in FAILING for v in verdicts(seen) if v.status is Status.FAIL}
    passed = {v.check.id for v in verdicts(HEALTHY) if v.status is Status.PASS}
    assert failed | ELSEWHERE == passed | ELSEWHERE == {check.id for check in CATALOGUE}


def test_facts_nobody_collected_are_unread() -> None:
    assert all(isinstance(getattr(Facts(), name), Unread) for name in Facts.__slots__)
