"""What could not be read is unknown and never a pass; what does not apply is skipped, and says why."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from scaudit.checks import CATALOGUE
from scaudit.checks.check import Trigger, Verdict
from scaudit.checks.facts import ORIGINS, Facts
from scaudit.judge.proxy import facts_of_proxy
from scaudit.judge.services import judge_service
from scaudit.judge.tasks import judge_unstarted
from scaudit.model import Severity, Status, Unread
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.places import Subject
from scaudit.model.seen import ServiceSeen
from scaudit.proxylog import ControlPlane, Outcome
from tests import builders as world
from tests.builders import HEALTHY, NOW, WEB, audited, declared, with_instance, with_log, with_registration, with_task
from tests.checks.worlds.clients import AS_OLD, UNDATED, calling
from tests.checks.worlds.control_plane import UNCLEAR
from tests.checks.worlds.instances import GHOST, of_registration
from tests.checks.worlds.names import SHARED, beside, in_shared_namespace
from tests.checks.worlds.registration import BRIDGE, CLIENT, SHIFTING
from tests.checks.worlds.rows import DENIED, Rules, of_service, of_task
from tests.checks.worlds.shifts import of_blue, shifting

MISSING = Subject("SC201", "nginx")
GOLDEN = Path(__file__).parents[1] / "golden" / "blind.json"
TASKS = {
    "the registration could not be read": with_registration(DENIED),
    "the service could not be read": replace(HEALTHY, service=DENIED),
    "the task definition could not be read": replace(HEALTHY, task_definition=DENIED),
    "the registration was not asked for": replace(HEALTHY, registrations={}),
    "no private IPv4 address (IPv6 only)": with_task(address=""),
    "the log could not be read": with_log(DENIED),
    "the log hides what it is asked": with_log(
        verdict=Outcome.UNKNOWN, why="log level error", ready=False, control_plane=ControlPlane()
    ),
    "an update of routes was refused, and no line tells what came later": with_log(UNCLEAR),
    "the same, while something else is wrong": with_log(replace(UNCLEAR, verdict=Outcome.DEGRADED)),
    "R6: the start-up lines of a fresh log were dropped": with_log(dump_seen=False, verdict=Outcome.UNKNOWN, why="cut"),
    "no ready line, and ECS says HEALTHY: lines may be lost": with_log(
        verdict=Outcome.NOT_READY, why="no ready line", ready=False
    ),
    "no answer of the control plane, and ECS says HEALTHY": with_log(control_plane=ControlPlane()),
    "ECS does not know the proxy's health": with_task(proxy_health="UNKNOWN"),
    "bridge without a host port": replace(BRIDGE, task=replace(BRIDGE.task, proxy_host_ports=())),
}
SERVICES = {
    "the service could not be read": audited(service=DENIED),
    "the task definition could not be read": audited(task_definition=DENIED),
    "the namespace could not be read": audited(namespace=DENIED),
    "the Cloud Map services could not be read": audited(
        cloud_map_services=dict.fromkeys(WEB.cloud_map_services, DENIED)
    ),
    "the Cloud Map services were not asked for": audited(cloud_map_services={}),
    "the log group could not be read": audited(log_group=DENIED),
    "the neighbours could not be read": audited(neighbours=DENIED),
    "a namespace that another account shares hides its services": in_shared_namespace(),
    "when an endpoint that it names was created is not known": calling(*UNDATED),
    "the task definition has too many words": audited(task_definition=replace(world.DEFINITION, words=None)),
}
ABOUT_SERVICES = [check for check in CATALOGUE if check.about in ("service", "endpoint")]
TOLD = {f"a task: {name}": of_task(seen) for name, seen in TASKS.items()}
TOLD |= {f"a service: {name}": of_service(known) for name, known in SERVICES.items()}


def unknown(told: list[Verdict]) -> set[str]:
    return {verdict.check.id for verdict in told if verdict.status is Status.UNKNOWN}


def test_what_could_not_be_read_is_unknown_to_these_checks(golden) -> None:
    golden(GOLDEN, json.dumps({name: sorted(unknown(told)) for name, told in TOLD.items()}, indent=2) + "\n")


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_what_could_not_be_read_is_neither_a_pass_nor_a_failure(told: list[Verdict]) -> None:
    passed = {v.check.id for v in told if v.status is Status.PASS and v.endpoint in ("nginx", "")}
    assert unknown(told) and not passed & unknown(told)
    assert not {v.check.id for v in told if v.status is Status.FAIL and v.severity > Severity.INFO}


@pytest.mark.parametrize("fact", sorted({field.name for field in fields(ServiceSeen)} & ORIGINS.keys()))
def test_a_fact_of_a_service_that_could_not_be_read_lets_none_of_its_checks_pass(fact: str) -> None:
    about_it = [v for v in of_service(audited(**{fact: DENIED})) if fact in v.check.inputs]
    assert about_it and {v.status for v in about_it} <= {Status.UNKNOWN, Status.SKIPPED}


@pytest.mark.parametrize(
    ("known", "revoked"),
    [(declared(namespace=SHARED), True), (WEB, False)],
    ids=["another account's namespace", "its own account's namespace"],
)
def test_a_refused_namespace_names_the_revoked_share_where_there_can_be_one(known: ServiceSeen, revoked: bool) -> None:
    (found,) = [v for v in of_service(replace(known, namespace=DENIED)) if v.check.id == "SC101"]
    assert found.status is Status.UNKNOWN and found.unread[0].action == DENIED.action
    assert ("the share of the namespace (AWS RAM) was revoked" in found.sentence) is revoked


def test_what_a_log_driver_cannot_have_need_not_be_read() -> None:
    """A log that goes nowhere is a fault whether or not log groups can be read."""
    blind = replace(declared(log=replace(world.DEPLOYMENT.log, driver="splunk")), log_group=DENIED)
    assert {v.check.id for v in of_service(blind) if v.status is Status.FAIL} == {"SC106"}


def test_a_collision_in_a_shared_namespace_says_that_more_may_be_hidden() -> None:
    (one,) = beside(*calling(*UNDATED).neighbours[0].endpoints, namespace=SHARED)
    clash = replace(one, endpoints=(replace(one.endpoints[0], name="nginx"),))
    told = [v.sentence for v in of_service(in_shared_namespace(clash)) if v.subject == Subject("SC105", "nginx")]
    assert told == [
        "discovery name nginx is also that of endpoint nginx of service tutorial/orders "
        "(services of other accounts in the namespace that account 999999999999 shares are not seen)"
    ]


def test_R11_a_name_that_nobody_seen_serves_is_unknown_where_not_all_are_seen() -> None:
    known = calling(*AS_OLD, says="orders.shop:80", namespace=SHARED)
    shared = replace(in_shared_namespace(*known.neighbours), task_definition=known.task_definition)
    (found,) = [v for v in of_service(shared) if v.check.id == "SC403"]
    assert found.status is Status.UNKNOWN and "services of other accounts" in found.sentence


def test_a_client_has_no_registration_to_judge() -> None:
    told = {v.check.id: v.sentence for v in of_task(CLIENT) if v.status is Status.SKIPPED}
    assert set(told) == {check.id for check in CATALOGUE if check.about == "task" and "endpoint" in check.inputs}
    assert all("client only" in sentence for sentence in told.values())


def test_a_client_has_no_endpoint_to_judge() -> None:
    found = of_service(declared(endpoints=()))
    assert {v.check.id for v in found if "client only" in v.sentence} == {
        check.id for check in ABOUT_SERVICES if "endpoint" in check.inputs
    }


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (declared(service_connect=False), "Service Connect is switched off in the PRIMARY deployment"),
        (declared(primary=False), "the service has no PRIMARY deployment"),
    ],
    ids=["switched off", "no PRIMARY deployment"],
)
def test_a_service_without_service_connect_is_skipped(known: ServiceSeen, reason: str) -> None:
    assert {(v.status, v.sentence) for v in of_service(known)} == {(Status.SKIPPED, reason)}


def test_a_replaced_deployment_is_skipped_whatever_cloud_map_says() -> None:
    gone = replace(with_instance(port="1", deployment="-"), service=replace(world.SERVICE, deployments=()))
    of_deployment = {"deployment", "endpoint", "expected_port", "instance", *facts_of_proxy(HEALTHY, 1)}
    about_it = [v for v in of_task(gone) if not of_deployment.isdisjoint(v.check.inputs)]
    assert about_it and [(v.check.id, v.status) for v in about_it if v.status is not Status.SKIPPED] == []


def test_J9_both_sets_are_judged_while_traffic_shifts_and_one_of_them_as_a_warning() -> None:
    primary = of_task(replace(with_registration(None), service=shifting()))
    second = of_task(of_blue(with_registration(None)))
    told = [(v.severity, v.sentence) for found in (primary, second) for v in found if v.subject == MISSING]
    assert [severity for severity, _ in told] == [Severity.CRITICAL, Severity.WARNING]
    assert ["not confirmed on AWS" in sentence for _, sentence in told] == [False, True]


def test_J9_only_what_a_shift_makes_ambiguous_waits() -> None:
    ghost = of_registration(GHOST, 5, shifting())
    found = [*of_task(of_blue(HEALTHY)), *ghost]
    waiting = [v for v in found if v.status is Status.SKIPPED and "deployment in progress" in v.sentence]
    assert {v.check.id for v in waiting} == {"SC204", "SC206"}


def test_a_registration_of_a_gone_task_is_told_only_when_it_is_certain() -> None:
    ghost = [of_registration(DENIED, 5), of_registration(GHOST, 4.9), of_registration(GHOST, 5, SHIFTING)]
    assert [found[0].status for found in ghost] == [Status.UNKNOWN, Status.PENDING, Status.SKIPPED]


@pytest.mark.parametrize(
    ("on", "one", "not_one"),
    [
        (Trigger.TASK, "SC102", "SC101"),
        (Trigger.SERVICE, "SC101", "SC105"),
        (Trigger.AUDIT, "SC105", "SC203"),
        (Trigger.LINT, "SC105", "SC402"),
    ],
    ids=str,
)
def test_a_look_asks_only_the_checks_it_can_answer(on: Trigger, one: str, not_one: str) -> None:
    asked = {v.check.id for v in judge_service(WEB, on, NOW, Rules())}
    assert asked == {check.id for check in ABOUT_SERVICES if check.on & on}
    assert one in asked and not_one not in asked


def test_a_check_of_running_tasks_is_skipped_for_any_other() -> None:
    told = [v for v in judge_unstarted(world.unstarted(proxy_health="UNHEALTHY"), Rules()) if v.check.running_only]
    assert {v.check.id for v in told} == {c.id for c in CATALOGUE if c.running_only}
    assert {(v.status, v.sentence) for v in told} == {(Status.SKIPPED, "the task is STOPPED")}


def test_facts_nobody_collected_are_unread() -> None:
    assert all(getattr(Facts(), name) is NOT_COLLECTED for name in Facts.__slots__)
    assert isinstance(NOT_COLLECTED, Unread)
