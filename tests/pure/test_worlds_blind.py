"""What could not be read is unknown and never a pass; what does not apply is skipped, and says why."""

from dataclasses import replace

import pytest

from scaudit.checks import CATALOGUE
from scaudit.facts import NOT_COLLECTED, Facts
from scaudit.judge import Seen, judge_service
from scaudit.model import Status, Unread
from scaudit.proxylog import ControlPlane, Outcome
from scaudit.service_facts import ServiceSeen
from tests import builders as world
from tests.builders import HEALTHY, NOW, WEB, audited, declared, with_instance, with_log, with_registration, with_task
from tests.worlds.clients import UNDATED, calling
from tests.worlds.gone import GHOST, of_registration
from tests.worlds.names import SHARED, beside, in_shared_namespace
from tests.worlds.registration import BRIDGE, CLIENT, SHIFTING
from tests.worlds.rows import DENIED, Rules, of_service, of_task

REGISTRATION = {"SC201", "SC202", "SC203", "SC204", "SC205"}
TASKS = [
    ("the registration could not be read", with_registration(DENIED), REGISTRATION),
    (
        "the service could not be read",
        replace(HEALTHY, service=DENIED),
        {"SC102", "SC103", *REGISTRATION, "SC301", "SC307"},
    ),
    (
        "the task definition could not be read",
        replace(HEALTHY, task_definition=DENIED),
        {"SC102", "SC103", "SC203", "SC307"},
    ),
    ("the registration was not asked for", replace(HEALTHY, registrations={}), REGISTRATION),
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
    ("no answer of the control plane, and ECS says HEALTHY", with_log(control_plane=ControlPlane()), {"SC304"}),
    ("ECS does not know the proxy's health", with_task(proxy_health="UNKNOWN"), {"SC302"}),
    ("bridge without a host port", replace(BRIDGE, task=replace(BRIDGE.task, proxy_host_ports=())), {"SC203"}),
]


@pytest.mark.parametrize(("seen", "unknown"), [row[1:] for row in TASKS], ids=[row[0] for row in TASKS])
def test_what_could_not_be_read_of_a_task_is_unknown(seen: Seen, unknown: set[str]) -> None:
    found = of_task(seen)
    assert {v.check.id for v in found if v.status is Status.UNKNOWN} == unknown
    nginx = {v.check.id for v in found if v.status is Status.PASS and v.endpoint in ("nginx", "")}
    assert not nginx & unknown


ABOUT_SERVICES = [check for check in CATALOGUE if check.about in ("service", "endpoint")]
SERVICES = [
    ("the service could not be read", audited(service=DENIED), {check.id for check in ABOUT_SERVICES}),
    (
        "the task definition could not be read",
        audited(task_definition=DENIED),
        {"SC102", "SC103", "SC107", "SC108", "SC109", "SC111", "SC401"},
    ),
    ("the namespace could not be read", audited(namespace=DENIED), {"SC101", "SC110"}),
    (
        "the Cloud Map services could not be read",
        audited(cloud_map_services=dict.fromkeys(WEB.cloud_map_services, DENIED)),
        {"SC104", "SC402"},
    ),
    ("the Cloud Map services were not asked for", audited(cloud_map_services={}), {"SC104", "SC402"}),
    ("the log group could not be read", audited(log_group=DENIED), {"SC106"}),
    ("the neighbours could not be read", audited(neighbours=DENIED), {"SC105", "SC110", "SC401", "SC402"}),
    ("a namespace that another account shares hides its services", in_shared_namespace(), {"SC105"}),
    ("when an endpoint that it names was created is not known", calling(*UNDATED), {"SC401"}),
    (
        "the task definition has too many words",
        audited(task_definition=replace(world.DEFINITION, mentions=None)),
        {"SC401"},
    ),
]


@pytest.mark.parametrize(("known", "unknown"), [row[1:] for row in SERVICES], ids=[row[0] for row in SERVICES])
def test_what_could_not_be_read_of_a_service_is_unknown(known: ServiceSeen, unknown: set[str]) -> None:
    found = of_service(known)
    assert {v.check.id for v in found if v.status is Status.UNKNOWN} == unknown
    assert {v.check.id for v in found if v.status is Status.FAIL} == set()
    assert not {v.check.id for v in found if v.status is Status.PASS} & unknown


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
    told = [v.sentence for v in of_service(in_shared_namespace(clash)) if v.subject == "SC105#nginx"]
    assert told == [
        "discovery name nginx is also that of endpoint nginx of service tutorial/orders "
        "(services of other accounts in the namespace that account 999999999999 shares are not seen)"
    ]


def test_a_client_has_no_registration_to_judge() -> None:
    told = {v.check.id: v.sentence for v in of_task(CLIENT) if v.status is Status.SKIPPED}
    assert set(told) == REGISTRATION
    assert all("client only" in sentence for sentence in told.values())


def test_a_client_has_no_endpoint_to_judge() -> None:
    found = of_service(declared(endpoints=()))
    assert {v.check.id for v in found if "client only" in v.sentence} == {"SC104", "SC105", "SC402"}


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
    assert {v.status for v in of_task(gone) if v.check.about == "task"} == {Status.SKIPPED}


def test_missing_registrations_are_not_judged_while_traffic_shifts() -> None:
    shifting = of_task(replace(with_registration(None), service=SHIFTING))
    told = [v.sentence for v in shifting if v.check.id == "SC201"]
    assert told and all("BLUE_GREEN deployment in progress" in sentence for sentence in told)


def test_a_registration_of_a_gone_task_is_told_only_when_it_is_certain() -> None:
    ghost = [of_registration(DENIED, 5), of_registration(GHOST, 4.9), of_registration(GHOST, 5, SHIFTING)]
    assert [found[0].status for found in ghost] == [Status.UNKNOWN, Status.PENDING, Status.SKIPPED]


@pytest.mark.parametrize(
    ("look", "one", "not_one"), [("T", "SC102", "SC101"), ("S", "SC101", "SC105"), ("SW", "SC105", "SC203")]
)
def test_a_look_asks_only_the_checks_it_can_answer(look: str, one: str, not_one: str) -> None:
    asked = {v.check.id for v in judge_service(WEB, look, NOW, Rules())}
    assert asked == {check.id for check in ABOUT_SERVICES if any(letter in check.where for letter in look)}
    assert one in asked and not_one not in asked


def test_facts_nobody_collected_are_unread() -> None:
    assert all(getattr(Facts(), name) is NOT_COLLECTED for name in Facts.__slots__)
    assert isinstance(NOT_COLLECTED, Unread)
