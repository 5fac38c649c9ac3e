"""`scaudit describe` and `check` on answers of AWS of which one member is odd: unknown or told, and never a crash."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore import xform_name
from typer.testing import CliRunner

from scaudit.collect.aws.every_read import ACTIONS, CLIENTS
from scaudit_cli.app import app
from scaudit_cli.check import start
from scaudit_cli.describe import record
from scaudit_cli.usage import Refused
from tests.builders import ARN, NOW
from tests.cli.laid_out import way
from tests.fakes import answers

ODD: tuple[Any, ...] = (None, "", "\x1b[31m", 7, -1, True, [], [None], {}, {"odd": 1}, ["x", {}], "a" * 5000)
LOGGED = {"message": "starting workers", "timestamp": 1795435200000, "logStreamName": "p/x/y", "eventId": "1"}
ANSWERS: dict[str, Any] = {
    "ecs:DescribeServices": {"services": [answers.service("web")]},
    "ecs:DescribeTaskDefinition": {"taskDefinition": answers.task_definition()},
    "ecs:DescribeTasks": {"tasks": [answers.task(0), answers.task(1)]},
    "ecs:ListTasks": {"taskArns": [answers.task(0)["taskArn"], answers.task(1)["taskArn"]]},
    "ecs:ListClusters": {"clusterArns": [f"{ARN}:cluster/tutorial"]},
    "ecs:ListServices": {"serviceArns": [f"{ARN}:service/tutorial/web"]},
    "ecs:ListServicesByNamespace": {"serviceArns": [f"{ARN}:service/tutorial/web"]},
    "servicediscovery:DiscoverInstances": {
        "Instances": [{"InstanceId": answers.task_id(n), "Attributes": answers.attributes(n)} for n in (0, 1)]
    },
    "servicediscovery:GetInstance": {"Instance": {"Id": answers.task_id(0), "Attributes": answers.attributes(0)}},
    "servicediscovery:GetNamespace": answers.namespace(),
    "servicediscovery:ListNamespaces": {"Namespaces": [answers.namespace()["Namespace"]]},
    "servicediscovery:GetService": answers.cloud_map_service(),
    "servicediscovery:ListServices": {"Services": [answers.cloud_map_service()["Service"]]},
    "logs:FilterLogEvents": {"events": [LOGGED]},
    "logs:GetLogEvents": {"events": [LOGGED], "nextForwardToken": "t", "nextBackwardToken": "t"},
    "logs:DescribeLogGroups": {"logGroups": [{"logGroupName": "/ecs/proxy", "logGroupClass": "STANDARD"}]},
}
LOG = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/proxy", "awslogs-stream-prefix": "p"}}
for each in ANSWERS["ecs:DescribeServices"]["services"]:
    each["deployments"][0]["serviceConnectConfiguration"]["logConfiguration"] = LOG
    each["runningCount"] = each["desiredCount"] = 2


class Client:
    """Answers every call with the same, whatever it asks."""

    def __init__(self, service: str, told: dict[str, Any]) -> None:
        self._told = {
            xform_name(action.operation): told.get(name, {})
            for name, action in ACTIONS.items()
            if action.client == service
        }

    def __getattr__(self, method: str) -> Callable[..., Any]:
        answer = self._told[method]
        return lambda **asked: copy.deepcopy(answer)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member of an answer: what holds it, and its key."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield value, key
        yield from places(each)


def run(command: str, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[int, str]:
    def none(stack: str, *_: str) -> None:
        raise Refused(f"no stack {stack}")

    clients = {name: Client(name, told) for name in CLIENTS}
    monkeypatch.setattr(start, "ways_of", lambda session: lambda region: way(clients))
    monkeypatch.setattr(start, "utc_now", lambda: NOW)
    monkeypatch.setattr(record, "find", none)
    result = CliRunner().invoke(app, [command, *more])
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result.exit_code, result.output


def test_the_answers_as_they_are_tell_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    page = json.loads(run("describe", ANSWERS, monkeypatch, "web", "--output", "json")[1])
    assert len(page["registrations"]) == 2 == len(page["proxies"]) and not page["clients"]["unknown"]
    assert {each["verdict"] for each in page["proxies"]} == {"unknown"} and page["configuration"]["running"] == 2


@pytest.mark.parametrize("action", ANSWERS)
def test_an_odd_member_is_no_crash(action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(action)
    count = len(list(places(ANSWERS[action])))
    for at in sorted(dice.sample(range(count), min(count, 12))):
        told = copy.deepcopy(ANSWERS)
        holder, key = list(places(told[action]))[at]
        holder[key] = odd = dice.choice(ODD)
        code, out = run("describe", told, monkeypatch, "web")
        assert code in (0, 1, 2, 64) and "\x1b" not in out, f"{action} {key}: {odd!r}"
        if code == 64:
            assert len(out.strip().splitlines()) == 1
        else:
            json.loads(run("describe", told, monkeypatch, "web", "--output", "json")[1])
        assert run("check", told, monkeypatch, "--all")[0] in (0, 1, 2, 64)
