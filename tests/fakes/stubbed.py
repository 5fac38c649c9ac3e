"""AWS's answers without AWS: Stubber for what moto does not know (Service Connect), moto where it is true."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from typing import Any

import boto3
from botocore import xform_name
from botocore.stub import Stubber

from scaudit.collect.aws.every_read import ACTIONS, CLIENTS
from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Reads, Way
from scaudit.store.memory import Memory
from tests.builders import NOW, REGION
from tests.fakes.answers import STANDING

TABLE = "ledger"


def reads(
    clients: dict[str, Any],
    memory: Memory | None = None,
    left: Callable[[], float] = lambda: inf,
    elsewhere: Mapping[str, "Stubbed"] | None = None,
) -> Reads:
    """The reads of a batch that has all the time and never has to wait, also of the Regions `elsewhere`."""

    def way(region: str) -> Way:
        return Way((elsewhere or {})[region].clients, pace)

    pace = Pace(REGION, 1, now=lambda: 0.0, sleep=lambda _: None)
    return Reads(clients, memory or Memory(REGION, None, lambda: NOW), pace, left, way if elsewhere else None)


class Stubbed:
    """boto3 clients whose answers are laid out beforehand, in order; each request is checked against the API.

    What nobody laid out, and does not stand in STANDING, is refused and kept: botocore's own error for it is a
    `BotoCoreError`, of which the code under test makes an `Unread` like any other, so that only the end, `all_asked`,
    can tell. Leaving `with` asks for it.
    """

    def __init__(self) -> None:
        self.clients = {name: boto3.client(name, region_name=REGION) for name in CLIENTS}
        self._stubbers = {name: Stubber(client) for name, client in self.clients.items()}
        self._ahead: dict[str, list[tuple[str, dict[str, Any] | None]]] = {name: [] for name in CLIENTS}
        self._unplanned: list[str] = []
        self.reads = reads(self.clients)

    def __enter__(self) -> "Stubbed":
        for name, client in self.clients.items():
            # Before the stubber's own handler, which raises on what nobody planned.
            client.meta.events.register_first("before-parameter-build.*.*", partial(self._called, name))
            self._stubbers[name].activate()
        for action, standing in STANDING.items():
            self._stands(ACTIONS[action].client, xform_name(ACTIONS[action].operation), standing)
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self.all_asked()

    def answer(self, service: str, operation: str, answer: dict[str, Any], **expected: Any) -> None:
        self._stubbers[service].add_response(operation, answer, expected)
        self._plan(service, operation, expected)

    def refuse(self, service: str, operation: str, code: str, message: str = "no") -> None:
        self._stubbers[service].add_client_error(operation, service_error_code=code, service_message=message)
        self._plan(service, operation, None)

    def all_asked(self) -> None:
        """Fail on a call that nobody planned, and on an answer that nobody asked for."""
        ahead = {name: planned for name, planned in self._ahead.items() if planned}
        assert not self._unplanned and not ahead, f"unplanned calls: {self._unplanned}; never asked: {ahead}"
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()

    def _stands(self, service: str, operation: str, standing: dict[str, Any]) -> None:
        """What nobody laid out of this operation is answered so."""
        client = self.clients[service]
        call, name = getattr(client, operation), client.meta.method_to_api_mapping[operation]
        planned = self._ahead[service]
        setattr(client, operation, lambda **asked: call(**asked) if planned and planned[0][0] == name else standing)

    def _plan(self, service: str, operation: str, expected: dict[str, Any] | None) -> None:
        self._ahead[service].append((self.clients[service].meta.method_to_api_mapping[operation], expected))

    def _called(self, service: str, params: dict[str, Any], model: Any, **_: Any) -> None:
        operation, expected = self._ahead[service][0] if self._ahead[service] else ("", None)
        if operation == model.name and expected in (None, params):
            del self._ahead[service][0]
        else:
            self._unplanned.append(f"{service} {model.name} {params}")


class Clock:
    """Time that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
