"""What is said of a world, and how much it weighs."""

from dataclasses import replace

import pytest

from scaudit.checks.check import Verdict
from scaudit.judge.scaudit_itself import judge_estate
from scaudit.model import Severity, Status
from scaudit.model.seen import Subscription
from tests.builders import LISTENERS, NOW, ORDERS, REGION, audited, with_log, with_task
from tests.checks.worlds import FAILING
from tests.checks.worlds.control_plane import TIMED_OUT
from tests.checks.worlds.instances import GHOST, REUSED, of_registration
from tests.checks.worlds.rows import Row, ago, of_service, of_task
from tests.checks.worlds.scaudit_itself import BROKEN

ROWS = {row.name: row for row in FAILING}
NOT_CONFIRMED = [
    "an override that is not what is registered",
    "bridge: not the proxy's host port",
    "two running tasks on one port of one host",
    "bridge, and an alias port is a container's",
]


def failures(row: Row) -> list[Verdict]:
    return [v for v in row.verdicts if v.status is Status.FAIL]


def test_sentences_give_the_two_values_that_disagree() -> None:
    (wrong,) = failures(ROWS["another port"])
    assert wrong.sentence == "registered port is 9999, expected 80"
    assert wrong.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no log configuration", "the proxies' log goes nowhere (no logConfiguration), expected awslogs"),
        (
            "R11: names an endpoint of another namespace",
            "command of webserver names orders.shop, which its namespace does not serve; served is orders.shop:8080 "
            "(service tutorial/orders) in namespace x (ns-x)",
        ),
        ("logs to splunk", "the proxies' log goes to splunk, expected awslogs"),
        ("the log group is gone", "log group /ecs/service-connect-proxy does not exist"),
        ("the deployment lists no Cloud Map service", "the deployment lists no Cloud Map service for endpoint nginx"),
        (
            "two of its own endpoints have one alias and port",
            "alias nginx.shop:80 is also that of its own endpoint web-tls",
        ),
        (
            "two of its own endpoints have one discovery name",
            "discovery name nginx is also that of another of its own endpoints (not confirmed on AWS)",
        ),
        ("bridge mode by default", "network mode is not named, expected bridge by name (not confirmed on AWS)"),
        ("bridge mode on Fargate", "network mode is bridge, expected awsvpc on Fargate"),
        ("bridge mode on Managed Instances", "network mode is bridge, expected awsvpc on Managed Instances"),
        (
            "no log configuration for the access log",
            "the proxies' log and their access log go nowhere (no logConfiguration), expected awslogs",
        ),
    ],
)
def test_each_cause_of_a_fault_has_its_own_words(name: str, sentence: str) -> None:
    assert failures(ROWS[name])[0].sentence == sentence


@pytest.mark.parametrize("name", ["two of its own endpoints have one discovery name", "bridge mode by default"])
def test_what_is_not_confirmed_on_aws_is_a_warning(name: str) -> None:
    assert {v.severity for v in failures(ROWS[name])} == {Severity.WARNING}


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
def test_a_fault_is_told_once_and_in_its_own_words(seen, sentence: str) -> None:
    (wrong,) = [v for v in of_task(seen) if v.status is Status.FAIL]
    assert sentence in wrong.sentence and "rejected" not in wrong.sentence


@pytest.mark.parametrize("name", NOT_CONFIRMED)
def test_a_rule_never_seen_on_aws_raises_no_more_than_a_warning_and_says_so(name: str) -> None:
    wrong = failures(ROWS[name])
    assert wrong and max(v.severity for v in wrong) <= Severity.WARNING
    assert all("not confirmed on AWS" in v.sentence for v in wrong)


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("names an endpoint that was created after its deployment", Severity.ERROR),
        ("names a new endpoint by a short alias", Severity.WARNING),
        ("an older deployment's registration", Severity.ERROR),
        ("deployment replaced an hour ago, and the task is still registered", Severity.WARNING),
        ("a listener is rejected", Severity.CRITICAL),
        ("a listener is missing by count", Severity.WARNING),
        ("the control plane refuses", Severity.CRITICAL),
        ("the control plane was lost after Envoy was ready", Severity.WARNING),
        ("another deployment's proxy", Severity.ERROR),
        ("a listener named after the port mapping", Severity.WARNING),
    ],
)
def test_weaker_evidence_weighs_less(name: str, severity: Severity) -> None:
    assert {v.severity for v in failures(ROWS[name])} == {severity}


def test_a_registration_that_leads_to_another_service_weighs_more() -> None:
    assert of_registration(GHOST, 5)[0].severity is Severity.ERROR
    assert of_registration(REUSED, 5)[0].severity is Severity.CRITICAL


def test_a_stale_client_is_told_where_the_name_stands_and_never_what_is_there() -> None:
    (wrong,) = failures(ROWS["names an endpoint that was created after its deployment"])
    assert wrong.sentence == (
        "cannot resolve orders.shop of service tutorial/orders, which was created 2026-11-23 11:39:00 UTC, after this "
        "deployment (2026-11-23 11:38:00 UTC), though command of webserver names it"
    )


def test_a_gone_namespace_explains_a_gone_cloud_map_service() -> None:
    gone = failures(ROWS["the namespace is gone, and the Cloud Map service with it"])
    assert {v.subject.key: v.caused_by for v in gone} == {"SC101#-": "", "SC104#nginx": "SC101"}


def test_a_refused_action_shows_the_statement_to_add() -> None:
    (wrong,) = failures(ROWS["one action of two is refused"])
    assert (wrong.member, wrong.endpoint) == ("tutorial", "ecs:DescribeServices")
    assert '{"Effect": "Allow", "Action": "ecs:DescribeServices", "Resource": "arn:x"}' in wrong.sentence


def test_every_stale_client_has_the_command_that_deploys_it_again_though_only_some_are_named() -> None:
    arn = ORDERS.arn.rsplit("/", 2)[0]
    older = [
        replace(ORDERS, arn=f"{arn}/c{n}/s{n}", cluster=f"c{n}", service=f"s{n}", endpoints=(), deployed_at=ago(2000))
        for n in range(12)
    ]
    stale = next(v for v in of_service(audited(neighbours=tuple(older))) if v.check.id == "SC402")
    assert len(stale.stale) == 12 and stale.sentence.endswith("and 2 more")
    command = f"aws ecs update-service --region {REGION} --cluster c7 --service s7 --force-new-deployment"
    assert command in [place.redeploy for place in stale.stale]


@pytest.mark.parametrize(("pending", "more"), [(0, ""), (2, " (not confirmed yet: 2)")])
def test_a_topic_without_subscribers_tells_of_those_that_wait_only_where_there_are(pending: int, more: str) -> None:
    (verdict,) = judge_estate({}, Subscription(0, pending=pending), NOW)
    assert verdict.sentence == f"the topic has no confirmed subscription{more}"


def test_a_check_that_raised_is_unknown_itself_and_named_with_its_error() -> None:
    raised = [v for v in BROKEN if v.error]
    assert {v.check.id for v in raised} >= {"SC202", "SC203", "SC204", "SC205"}
    assert {v.status for v in raised} == {Status.UNKNOWN}
    told = failures(ROWS["a check raised an error"])
    assert all("could not judge: AttributeError" in v.sentence and v.member == "web" for v in told)
