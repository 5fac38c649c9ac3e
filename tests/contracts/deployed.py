"""template.yaml as CloudFormation gets it: read by cfn-lint, expanded by SAM."""

import json
from pathlib import Path
from typing import Any

import boto3
from cfnlint.decode.cfn_yaml import load
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = Path(__file__).parents[2]


def _read() -> dict[str, Any]:
    return json.loads(json.dumps(load(str(ROOT / "template.yaml"))))


def _expand(template: dict[str, Any]) -> dict[str, Any]:
    built = "s3://bucket/key"  # `sam build` and `sam package` put such an address in place of the folders
    template["Globals"]["Function"]["CodeUri"] = built
    template["Resources"]["Layer"]["Properties"]["ContentUri"] = built
    return Translator({}, Parser(), boto_session=boto3.Session(region_name="eu-west-1")).translate(template, {})


SOURCE = _read()
PARAMETERS: dict[str, Any] = SOURCE["Parameters"]
RESOURCES: dict[str, Any] = _expand(_read())["Resources"]


OF_LINKED_REGIONS = {"ForwardRole", "StackSetRole", "LinkedStackRole"}
OF_NO_FUNCTION = OF_LINKED_REGIONS | {"SlackRole"}
"""The roles that no function has; what they may, and who may be them, stands in test_linked_regions.py and
test_chat.py."""


def properties(logical_id: str) -> dict[str, Any]:
    return RESOURCES[logical_id].get("Properties", {})


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Logical id to properties of all resources of a type."""
    return {id: properties(id) for id, resource in RESOURCES.items() if resource["Type"] == kind}


def arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def made(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement as it is where its condition holds."""
    return statement["Fn::If"][1] if "Fn::If" in statement else statement


def listed(value: Any) -> list[Any]:
    """IAM lets a list of one be written without the list."""
    return value if isinstance(value, list) else [value]


def recorded(name: str) -> dict[str, Any]:
    """One file of events/."""
    return json.loads((ROOT / "events" / name).read_text())
