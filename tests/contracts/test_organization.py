"""organization.yaml: who may send to the bus, and what EventBridge may do with what comes; no emulator asks that."""

import json
import re
from pathlib import Path
from typing import Any

from cfnlint.decode.cfn_yaml import load

from tests.contracts.deployed import PARAMETERS
from tests.fakes.schemas import read

ROOT = Path(__file__).parents[2]
TEMPLATE: dict[str, Any] = json.loads(json.dumps(load(str(ROOT / "organization.yaml"))))
RESOURCES = {id: each.get("Properties", {}) for id, each in TEMPLATE["Resources"].items()}
BUS = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${AWS::StackName}"


def test_only_the_organization_may_send_and_nothing_else() -> None:
    (statement,) = RESOURCES["Bus"]["Policy"]["Statement"]
    assert statement == {
        "Sid": "Organization",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": {"Fn::Sub": BUS},
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}}},
    }
    assert RESOURCES["Bus"]["Name"] == {"Ref": "AWS::StackName"}, "the name in the policy"


def test_an_organization_must_be_named() -> None:
    parameter = TEMPLATE["Parameters"]["OrganizationId"]
    assert "Default" not in parameter and re.fullmatch(parameter["AllowedPattern"], "o-a1b2c3d4e5")
    assert not any(re.fullmatch(parameter["AllowedPattern"], each) for each in ("", "*", "o-*", "o-A1B2C3D4E5"))


def test_its_arn_is_one_that_a_scaudit_takes() -> None:
    pattern = PARAMETERS["EventBusArn"]["AllowedPattern"]
    assert re.fullmatch(pattern, "arn:aws:events:eu-west-1:222222222222:event-bus/scaudit-alerts")


def test_the_rule_may_write_to_its_targets_and_no_other_rule_to_the_topic() -> None:
    (topic,) = RESOURCES["TopicPolicy"]["PolicyDocument"]["Statement"]
    assert topic["Principal"] == {"Service": "events.amazonaws.com"} and topic["Action"] == "sns:Publish"
    assert topic["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Alerts", "Arn"]}}}
    (log,) = json.loads(RESOURCES["LogPolicy"]["PolicyDocument"]["Fn::Sub"])["Statement"]
    assert log["Resource"] == "${Log.Arn}" and log["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert log["Principal"] == {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]}
    assert RESOURCES["Alerts"]["EventPattern"] == {"source": ["scaudit"]}
    assert not any("RoleArn" in target for target in RESOURCES["Alerts"]["Targets"]), "log groups take none"


def test_what_the_line_is_made_of_is_in_every_event() -> None:
    (transformer,) = [each["InputTransformer"] for each in RESOURCES["Alerts"]["Targets"] if "InputTransformer" in each]
    paths, event, message = transformer["InputPathsMap"], read("event"), read("message")
    for path in paths.values():
        where, _, field = path.removeprefix("$.").rpartition(".")
        assert field in (message if where == "detail" else event)["required"], path
    assert set(re.findall("<(.+?)>", transformer["InputTemplate"])) == set(paths)
    assert json.loads(re.sub("<.+?>", '"x"', transformer["InputTemplate"]))


def test_every_parameter_is_explained() -> None:
    text = (ROOT / "docs" / "operating.md").read_text()
    assert [name for name in TEMPLATE["Parameters"] if f"`{name}`" not in text] == []
