"""Parameters, names and outputs: what a stranger sees who deploys scaudit."""

import json
import re
import tomllib

import pytest

from tests.contracts.deployed import PARAMETERS, RESOURCES, ROOT, SOURCE

NAMES = re.compile(r"(Alarm|Queue|Topic|Table|Function|Role|Rule|LogGroup|Layer|Schedule|Policy)?Name$")


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_explained_used_and_has_a_default_that_it_allows(name):
    parameter = PARAMETERS[name]
    assert re.match(r"[A-Z].{20,}\.", parameter["Description"])
    assert f'{{"Ref": "{name}"}}' in json.dumps(SOURCE) or f"${{{name}}}" in json.dumps(SOURCE)
    default = parameter["Default"]
    if "AllowedValues" in parameter:
        assert default in parameter["AllowedValues"]
    if "AllowedPattern" in parameter:
        assert re.fullmatch(parameter["AllowedPattern"], default)
        assert parameter["ConstraintDescription"]
    if parameter["Type"] == "Number" and "AllowedValues" not in parameter:
        assert parameter["MinValue"] <= default <= parameter.get("MaxValue", default)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("AlertEmail", "ops@example.com", True),
        ("AlertEmail", "ops", False),
        ("AlertEmail", "a@example.com,b@example.com", False),
        ("EventBusArn", "arn:aws:events:eu-west-1:123456789012:event-bus/tickets", True),
        ("EventBusArn", "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/default", True),
        ("EventBusArn", "tickets", False),
        ("DocsUrl", "https://github.com/you/scaudit/blob/main/docs/checks.md", True),
        ("DocsUrl", "http://wiki/checks", False),
        ("DocsUrl", "https://wiki/checks#top", False),
        ("DocsUrl", 'https://wiki/"<x> y', False),
        ("IncludeClusters", "prod-*, shared_1", True),
        ("IncludeClusters", "", False),
        ("IncludeClusters", "arn:aws:ecs:eu-west-1:123456789012:cluster/prod", False),
        ("IgnoreChecks", "SC205,SC302", True),
        ("IgnoreChecks", "SC205, SC302", True),
        ("IgnoreChecks", "205", False),
        ("LinkedRegions", "eu-west-1", True),
        ("LinkedRegions", "ap-southeast-4", True),
        ("LinkedRegions", "cn-north-1", False),
        ("LinkedRegions", "us-gov-west-1", False),
        ("LinkedRegions", "us-iso-east-1", False),
        ("LinkedRegions", "eu-west-1a", False),
        ("LinkedRegions", "EU", False),
        ("SweepRate", "rate(1 minute)", True),
        ("SweepRate", "rate(1 hour)", True),
        ("SweepRate", "rate(60 minutes)", True),
        ("SweepRate", "rate(61 minutes)", False),
        ("SweepRate", "rate(6 hours)", False),
        ("SweepRate", "rate(1 minutes)", False),
        ("SweepRate", "15 minutes", False),
    ],
)
def test_what_a_parameter_allows(name, value, allowed):
    assert bool(re.fullmatch(PARAMETERS[name]["AllowedPattern"], value)) is allowed


@pytest.mark.parametrize("logical_id", RESOURCES)
def test_a_resource_has_no_fixed_name(logical_id):
    for name, value in RESOURCES[logical_id].get("Properties", {}).items():
        if not NAMES.fullmatch(name):
            continue
        assert isinstance(value, dict), f"{name} is {value!r}: a second stack would collide"
        assert value.keys() == {"Ref"} or value["Fn::Sub"].startswith("${AWS::StackName}")


def test_an_email_is_subscribed_only_when_one_is_given():
    given = {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlertEmail"}, ""]}]}
    assert SOURCE["Conditions"]["HasAlertEmail"] == given
    assert RESOURCES["AlertEmailSubscription"]["Condition"] == "HasAlertEmail"


def test_outputs_say_where_everything_is():
    wanted = {"TopicArn", "QueueUrl", "DeadLetterQueueUrl", "TableName", "AuditLogGroup", "RuleName"}
    wanted |= {f"{name}Name" for name in ("VerifyFunction", "SweepFunction", "NotifyFunction")}
    assert SOURCE["Outputs"].keys() == wanted | {"ChatTopicArn", "DashboardName"}
    for output in SOURCE["Outputs"].values():
        assert output["Description"]
        assert output["Value"]["Ref"] in RESOURCES


def test_sam_deploy_needs_no_flags():
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]
    assert config["global"]["parameters"]["stack_name"] == "scaudit"
    deploy = config["deploy"]["parameters"]
    assert deploy["capabilities"] == "CAPABILITY_IAM", "enough, since no role has a fixed name"
    assert deploy["resolve_s3"] is True
    assert deploy["confirm_changeset"] is False
    assert "parameter_overrides" not in deploy
    assert not [name for name, parameter in PARAMETERS.items() if "Default" not in parameter]
