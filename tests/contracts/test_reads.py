"""Every read of AWS is declared once; the template, the facts and the page of reads say the same."""

import re
from dataclasses import fields, replace

import pytest
from botocore import xform_name
from botocore.session import Session

from scaudit.checks.facts import ORIGINS
from scaudit.collect.aws.action import VERIFY, Action
from scaudit.collect.aws.ecs import services
from scaudit.collect.aws.every_read import ACTIONS
from scaudit.collect.surroundings import surroundings
from scaudit.model import Service, Unread
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.seen import ServiceSeen
from scaudit_cli.pages import page_of_reads
from tests.builders import NOW, REGION
from tests.contracts.deployed import ROOT, listed, properties
from tests.contracts.source import MODULES, reached
from tests.fakes.client import clients
from tests.fakes.stubbed import reads
from tests.simulation.clock import Clock
from tests.simulation.estate import CLUSTER, Estate
from tests.simulation.logs import Logs
from tests.simulation.readers import ECS, CloudMap

EVERY = ACTIONS
READ_ELSEWHERE = {"service", "neighbours"}
"""What a look begins with, and what the table keeps of other services."""
BY_NAME = pytest.mark.parametrize("action", EVERY.values(), ids=lambda action: action.name)
DECLARATION = re.compile(r"^([A-Z_]+) = Action\(\s*\"([^\"]+)\"", re.MULTILINE)


def allowed(role: str) -> dict[str, set[str]]:
    """What a role of the template may, on what, as `Action.on` has it."""
    found: dict[str, set[str]] = {}
    for policy in properties(role)["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in listed(statement["Action"]):
                found.setdefault(action, set()).update(map(resource, listed(statement["Resource"])))
    return found


def resource(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    (named,) = value.values()
    if "Fn::Sub" in value and isinstance(named, list):
        assert named[1] == {"Regions": {"Fn::If": ["HasLinkedRegions", "*", {"Ref": "AWS::Region"}]}}
    return str(listed(named)[0]).removeprefix("arn:${AWS::Partition}:")


def test_the_page_of_reads_is_fresh(golden) -> None:
    golden(ROOT / "docs" / "reads.md", page_of_reads())


def test_a_read_whose_prefix_is_not_its_client_names_the_client() -> None:
    health = replace(ACTIONS["ecs:DescribeTasks"], name="elasticloadbalancing:DescribeTargetHealth", via="elbv2")
    assert (health.client, health.operation) == ("elbv2", "DescribeTargetHealth")
    assert health.operation in Session().get_service_model(health.client).operation_names


@BY_NAME
def test_a_read_is_a_call_that_aws_has(action: Action) -> None:
    assert action.operation in Session().get_service_model(action.client).operation_names
    assert action.on and action.what


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_the_template_allows_a_read_on_just_what_it_is_declared_on(action: Action) -> None:
    assert allowed(action.role).get(action.name) == {*action.on}, (
        f"template.yaml, {action.role}: a statement has to allow {action.name} on {' and '.join(action.on)}, on no more"
    )


@pytest.mark.parametrize("role", sorted({action.role for action in ACTIONS.values()}))
def test_the_template_allows_no_read_that_is_not_declared(role: str) -> None:
    reads = {name for name in allowed(role) if re.search(":(Describe|Discover|Filter|Get|List)", name)}
    own = {name for name in reads if name.startswith(("dynamodb:", "sqs:"))}
    extra = reads - own - {action.name for action in ACTIONS.values() if action.role == role}
    assert not extra, f"template.yaml, {role}: no Action in collect/aws/ declares this"


@pytest.mark.parametrize("action", [a for a in ACTIONS.values() if a.role == VERIFY], ids=lambda action: action.name)
def test_a_declared_read_is_made(action: Action) -> None:
    code = reached("verify")
    names = {found[2]: found[1] for found in DECLARATION.finditer(code)}
    assert len(re.findall(rf"\b{names[action.name]}\b", code)) > 1


@pytest.mark.parametrize("field", [each.name for each in fields(ServiceSeen) if each.name not in READ_ELSEWHERE])
def test_what_stands_around_a_service_is_read(field: str) -> None:
    """A field that `surroundings` leaves out would be `unknown` for ever, and no other test would say why."""
    clock = Clock(NOW)
    estate = Estate(clock, lambda event: None)
    estate.create("web", 1)
    asked = {
        name: kind(clock, estate) for name, kind in {"ecs": ECS, "servicediscovery": CloudMap, "logs": Logs}.items()
    }
    made = reads(clients(asked, lambda name, answer: answer()))
    service = services(made, CLUSTER, ["web"])["web"]
    assert isinstance(service, Service)
    value = getattr(surroundings(made, service, REGION), field)
    assert value not in (NOT_COLLECTED, {}), f"collect/surroundings.py does not read {field}: call its read there"
    assert not isinstance(value, Unread), value


def test_a_read_is_made_by_its_declaration_and_in_no_other_way() -> None:
    methods = "|".join(sorted({xform_name(action.operation) for action in ACTIONS.values()}))
    calls = {name for name, path in MODULES.items() if re.search(rf"\.({methods})\(|\.ask\(\s*\"", path.read_text())}
    assert calls == set()


@pytest.mark.parametrize("fact", ORIGINS)
def test_a_fact_says_what_it_is_and_is_read_by_declared_reads(fact: str) -> None:
    origin = ORIGINS[fact]
    assert origin.words and origin.words[0].islower() and not origin.words.endswith(".")
    assert set(origin.actions) <= EVERY.keys()


def test_actions_of_one_bucket_agree_on_it() -> None:
    quotas = {action.quota.name: action.quota for action in EVERY.values()}
    assert all(quotas[action.quota.name] == action.quota for action in EVERY.values())
