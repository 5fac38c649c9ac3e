"""Healthy files of several formats, and what may be done to them by hand, by a merge, or by a template engine."""

import json
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from cfnlint.decode import decode_str

from tests.cli.linted import DATA, DEFINITION, SERVICE, without

TEMPLATE = json.loads(json.dumps(decode_str((DATA / "template.yaml").read_text())[0]))
TERRAFORM = {
    "format_version": "1.2",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_ecs_task_definition.web",
                    "type": "aws_ecs_task_definition",
                    "values": {
                        "family": "web",
                        "network_mode": "awsvpc",
                        "container_definitions": json.dumps(DEFINITION["containerDefinitions"]),
                    },
                },
                {
                    "address": "aws_ecs_service.web",
                    "type": "aws_ecs_service",
                    "values": {
                        "name": "web",
                        "service_connect_configuration": [
                            {
                                "enabled": True,
                                "service": [{"port_name": "nginx", "client_alias": [{"port": 80}], "timeout": []}],
                            }
                        ],
                    },
                },
                {
                    "address": "aws_ecs_cluster.c",
                    "type": "aws_ecs_cluster",
                    "values": {"name": "prod", "service_connect_defaults": [{}]},
                },
                {
                    "address": "aws_ecs_cluster_capacity_providers.c",
                    "type": "aws_ecs_cluster_capacity_providers",
                    "values": {
                        "cluster_name": "prod",
                        "default_capacity_provider_strategy": [{"capacity_provider": "FARGATE"}],
                    },
                },
                {
                    "address": "aws_service_discovery_http_namespace.n",
                    "type": "aws_service_discovery_http_namespace",
                    "values": {"name": "shop"},
                },
            ]
        }
    },
    "resource_changes": [
        {"address": "aws_ecs_service.web", "change": {"after_unknown": {"task_definition": True, "cluster": True}}},
    ],
    "configuration": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_ecs_service.web",
                    "expressions": {
                        "task_definition": {"references": ["aws_ecs_task_definition.web.arn"]},
                        "cluster": {"references": ["aws_ecs_cluster.c.id", "aws_ecs_cluster.c"]},
                    },
                },
                {
                    "address": "aws_ecs_cluster.c",
                    "expressions": {
                        "service_connect_defaults": [
                            {"namespace": {"references": ["aws_service_discovery_http_namespace.n.arn"]}}
                        ]
                    },
                },
            ],
            "module_calls": {"a": {"expressions": {"b": {"references": ["var.c"]}}, "module": {"outputs": {}}}},
        }
    },
}
_DEPLOYMENTS = [{"status": "PRIMARY", "serviceConnectConfiguration": SERVICE["serviceConnectConfiguration"]}]
DESCRIBED = {"services": [{"serviceName": "web", "clusterArn": "prod", "deployments": _DEPLOYMENTS}], "failures": []}
ECSPRESSO = {"service": "web", "cluster": "prod", "service_definition": "s.json", "task_definition": "t.json"}
HEALTHY: dict[str, dict[str, Any]] = {
    "requests": {"s.json": SERVICE, "t.json": DEFINITION},
    "answers": {"s.json": DESCRIBED, "t.json": {"taskDefinition": DEFINITION, "tags": []}},
    "template": {"template.json": TEMPLATE},
    "two templates": {"a.json": TEMPLATE, "b.json": TEMPLATE},
    "a template that CloudFormation answers": {"a.json": {"TemplateBody": TEMPLATE, "StagesAvailable": ["Original"]}},
    "ecspresso": {
        "ecspresso.yml": ECSPRESSO,
        "s.json": without(SERVICE, "serviceName", "cluster", "taskDefinition"),
        "t.json": DEFINITION,
    },
    "terraform": {"plan.json": TERRAFORM},
}
JUNK: list[Any] = [
    None, True, False, 0, -1, 80, 2**70, 1.5, "", "x", "true", "80", "2024-01-01", "{{ must_env `X` }}", "${X}", "<X>",
    "a:b:c:d:e:f:g/h", "arn:aws:ecs:eu-west-1:123456789012:service/a/b", "\0", "\ud800", "\u202e",
    "\ue000a\ue001b\ue002", "x" * 300, [], {}, [None], [[]], {"a": 1}, [{}], {"": ""}, [{"name": None}],
]  # fmt: skip
EXPRESSIONS: list[Any] = [
    {"Ref": "Stage"}, {"Ref": "Size"}, {"Ref": "Nowhere"}, {"Ref": "AWS::NoValue"}, {"Ref": "AWS::Region"}, {"Ref": 1},
    {"Ref": {"Ref": "Stage"}}, {"Ref": "WebTask"}, {"Fn::GetAtt": ["WebTask", "TaskDefinitionArn"]},
    {"Fn::GetAtt": "Namespace.Arn"}, {"Fn::GetAtt": []}, {"Fn::GetAtt": [{"Ref": "Stage"}, 1]},
    {"Fn::Sub": "${Stage}-${A.B}-${!x}"}, {"Fn::Sub": ["${a}", {"a": {"Ref": "Stage"}}]}, {"Fn::Sub": [1, 2, 3]},
    {"Fn::Sub": None}, {"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]}, {"Fn::Join": 1}, {"Fn::Join": [",", "a"]},
    {"Fn::Select": [0, ["a"]]}, {"Fn::Select": ["9", ["a"]]}, {"Fn::Select": [{}, {}]}, {"Fn::Split": [",", "a,b"]},
    {"Fn::Split": ["", "a"]}, {"Fn::FindInMap": ["A", "B", "C"]}, {"Fn::FindInMap": []}, {"Fn::ImportValue": "x"},
    {"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}-x"}}, {"Fn::Base64": "x"}, {"Fn::Cidr": ["10.0.0.0/8", 1, 8]},
    {"Fn::GetAZs": ""}, {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://x"}}},
    {"Fn::If": ["Production", "a", {"Ref": "AWS::NoValue"}]}, {"Fn::If": ["Nowhere", 1, 2]}, {"Fn::If": []},
    {"Fn::If": [{"Fn::Equals": ["a", "b"]}, {}, []]}, {"Fn::Equals": [1]}, {"Condition": "Production"},
    {"Fn::ForEach::X": ["i", ["a", "b"], {"${i}": {"Ref": "Stage"}}]}, {"Fn::ForEach::X": 1}, {"Fn::Length": [1]},
    {"Fn::ToJsonString": {"a": 1}}, {"Fn::Nothing": []}, {"Ref": "Stage", "Fn::Sub": "a"}, "{{resolve:ssm:/a:1}}",
]  # fmt: skip
DAMAGE = [
    "",
    "\0",
    "\ud7ff",
    "}",
    "{",
    "[",
    "]",
    '"',
    "'",
    ",",
    ":",
    "\\",
    " ",
    "\n",
    "\t",
    "- ",
    "{{",
    "}}",
    "&a",
    "*a",
    "!x",
]


def mutated(folder: Path, chance: Random) -> list[Path]:
    """Files of one format with a few things done to them; those that are to be given to lint."""
    name = chance.choice(list(HEALTHY))
    contents = deepcopy(HEALTHY[name])
    for _ in range(chance.randint(1, 4)):
        contents[chance.choice(list(contents))] = _changed(chance.choice(list(contents.values())), chance, name)
    for file, content in contents.items():
        text = json.dumps(content, indent=chance.choice([None, 1]))
        if chance.random() < 0.15:
            text = _damaged(text, chance)
        (folder / file).write_bytes(text.encode(chance.choice(["utf-8"] * 9 + ["utf-16"]), "surrogatepass"))
    given = list(contents)[:1] if name == "ecspresso" and chance.random() < 0.7 else list(contents)
    return [folder / file for file in given]


def _changed(content: Any, chance: Random, name: str) -> Any:
    places = list(_places(content))
    if not places:
        return chance.choice(JUNK)
    within, key = chance.choice(places)
    junk = chance.choice(EXPRESSIONS if "template" in name and chance.random() < 0.6 else JUNK)
    match chance.randrange(9):
        case 0:
            del within[key]
        case 1:
            within[key] = [within[key]]
        case 2:
            within[key] = {chance.choice(["a", "Ref", "name", "Fn::If"]): within[key]}
        case 3 if isinstance(within, dict):
            within[chance.choice([key.lower(), key.upper(), f"{key}s", key[:-1], "", "\ud800"])] = within.pop(key)
        case 4 if isinstance(within, list):
            within.append(deepcopy(within[key]))
        case 5:
            other, there = chance.choice(places)
            within[key] = deepcopy(other[there])
        case 6 if "template" in name:
            within[key] = {"Fn::If": [chance.choice(["Production", "Other", 1]), within[key], deepcopy(junk)]}
        case 7 if isinstance(within[key], str):
            within[key] = chance.choice([within[key].upper(), within[key] + "é", within[key][:1], f"{within[key]} "])
        case _:
            within[key] = deepcopy(junk)
    return content


def _places(node: Any) -> Any:
    """Every value in a tree, as what it is in and its key or index there."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from _places(node[key])


def _damaged(text: str, chance: Random) -> str:
    at = chance.randrange(len(text) + 1)
    junk = chance.choice(DAMAGE)
    return text[:at] + junk + text[at + chance.randrange(3) :] if chance.random() < 0.8 else text[:at]
