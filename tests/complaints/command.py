"""`scaudit check` on the simulated account: what it prints for machines, and how it exits."""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from scaudit.collect.aws.pace import Pace
from scaudit_cli.app import app
from scaudit_cli.check import run as running
from tests.builders import ARN, REGION
from tests.complaints.watched import Watched
from tests.fakes import answers
from tests.fakes.client import clients as fake_clients
from tests.simulation.estate import CLUSTER
from tests.simulation.logs import Logs
from tests.simulation.readers import ECS, CloudMap


class ListedECS(ECS):
    """ECS that also lists a namespace's services; all of them are in the one that there is."""

    def list_services_by_namespace(self, *, namespace: str, maxResults: int) -> dict[str, Any]:
        active = [name for name, service in self._estate.services.items() if service.status == "ACTIVE"]
        return {"serviceArns": [f"{ARN}:service/{CLUSTER}/{name}" for name in active]}


class ListedCloudMap(CloudMap):
    """Cloud Map that also lists what it has."""

    def list_namespaces(self, *, MaxResults: int) -> dict[str, Any]:
        return {"Namespaces": [answers.namespace()["Namespace"]]}

    def list_services(self, *, MaxResults: int, Filters: Sequence[Any]) -> dict[str, Any]:
        return {"Services": [self.get_service(Id=f"srv-{name}")["Service"] for name in self._estate.services]}


def check(account: Watched, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Run the command in the account, at its time."""
    kinds = {"ecs": ListedECS, "servicediscovery": ListedCloudMap, "logs": Logs}
    clock = account.clock
    clients = fake_clients({name: kind(clock, account.estate) for name, kind in kinds.items()}, account.line)
    waits = SimpleNamespace(monotonic=lambda: clock.now.timestamp(), sleep=clock.forward)
    with monkeypatch.context() as here:
        here.setattr(running, "clients", lambda: (REGION, clients))
        here.setattr(running, "utc_now", clock)
        here.setattr(running, "time", waits)
        here.setattr(running, "Pace", lambda region, workers: Pace(region, workers, waits.monotonic, waits.sleep))
        asked = ["check", "--cluster", CLUSTER, "--output", "json", *arguments]
        result = CliRunner().invoke(app, asked)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def failed(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What failed and is more than a note, by check."""
    return {f["id"]: f for f in told["findings"] if f["status"] == "fail" and f["severity"] != "info"}
