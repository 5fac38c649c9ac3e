"""`scaudit check` on the simulated account: what it prints for machines, and how it exits."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Way
from scaudit_cli.app import app
from scaudit_cli.check import region as looking
from scaudit_cli.check import run as running
from scaudit_cli.check import start
from tests.builders import REGION
from tests.complaints.watched import Watched
from tests.fakes import answers
from tests.fakes.client import clients as fake_clients
from tests.simulation.estate import CLUSTER
from tests.simulation.logs import Logs
from tests.simulation.readers import ECS, CloudMap


class ListedCloudMap(CloudMap):
    """Cloud Map that also lists what it has."""

    def list_namespaces(self, *, MaxResults: int) -> dict[str, Any]:
        return {"Namespaces": [answers.namespace()["Namespace"]]}


def check(account: Watched, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Run the command in the account, at its time."""
    kinds = {"ecs": ECS, "servicediscovery": ListedCloudMap, "logs": Logs}
    clock = account.clock
    clients = fake_clients({name: kind(clock, account.estate) for name, kind in kinds.items()}, account.line)
    waits = SimpleNamespace(monotonic=lambda: clock.now.timestamp(), sleep=clock.forward)
    with monkeypatch.context() as here:
        pace = Pace(REGION, 1, waits.monotonic, waits.sleep)
        here.setattr(start, "ways_of", lambda session: lambda region: Way(clients, pace))
        here.setattr(start, "utc_now", clock)
        here.setattr(looking, "SideBySide", lambda most: map)  # one time runs for all of it
        here.setattr(running, "time", waits)
        asked = ["check", "--cluster", CLUSTER, "--output", "json", *arguments]
        result = CliRunner().invoke(app, asked)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def failed(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What failed and is more than a note, by check."""
    return {f["id"]: f for f in told["findings"] if f["status"] == "fail" and f["severity"] != "info"}
