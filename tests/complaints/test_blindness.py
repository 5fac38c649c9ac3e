"""What scaudit cannot see it does not call fine, nor broken; and when it sees nothing any more, that is told."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scaudit.model import Status
from tests.builders import audited
from tests.checks.worlds.rows import DENIED, Row, of_service
from tests.complaints.watched import SWEPT, Watched
from tests.contracts import heart
from tests.fakes.client import Client
from tests.simulation import template
from tests.simulation.parts import Registered
from tests.simulation.proxies import Proxy
from tests.simulation.runs import Fate, smoothly

HOUR = 3600


def spoken(account: Watched) -> int:
    """How often the deployed alarms spoke of silence, by the heartbeats of the account."""
    began = account.estate.services["web"].created_at.timestamp()
    beats = [int(each["_aws"]["Timestamp"] / 1000 - began) // 60 for each in account.kinds("heartbeat")]
    return len(heart.spoken(beats, int(account.clock.now.timestamp() - began) // 60))


def dies(account: Watched, function: str) -> None:
    """From now on no run of it gets anywhere; nor does the schedule start one, if it is the sweep."""
    if function == "sweep":
        account.sweep_at += timedelta(days=365)
    account.plan_for = lambda name: (lambda _number, _call: Fate.KILL_BEFORE) if name == function else smoothly


@pytest.mark.parametrize("function", ["sweep", "verify", "notify"])
def test_silence_is_a_failure(account: Watched, function: str) -> None:
    """Bike4Mind/bike4mind PR #1956: every alarm took silence for health. Whichever function dies, one alarm speaks."""
    account.wait(3 * HOUR)
    assert spoken(account) == 0
    dies(account, function)
    account.wait(4 * HOUR)
    assert spoken(account) == 1


def test_a_service_none_of_whose_tasks_runs_is_told_and_not_forgotten(account: Watched) -> None:
    """Bike4Mind/bike4mind PR #1956: desired 1, running 0, for two weeks."""
    account.estate.create("api")
    account.estate.services["api"].desired = 1
    began = account.clock.now
    for _ in range(16):
        task = account.estate.place("api", Proxy.KILLED)
        account.wait(600)
        account.estate.stop(task, "TaskFailedToStart", "Task failed container health checks")
        account.wait(3 * HOUR - 600)
    first, *rest = account.topic.published
    assert (first.data["state"], first.data["check"], first.data["ecs_service"]) == ("open", "SC303", "api")
    assert first.at < began + timedelta(hours=1)
    assert [each.data["state"] for each in rest if each.data["state"] != "grew"] == ["reminder"]


class Refused:
    """A service of AWS that refuses some calls to scaudit's role."""

    def __init__(self, client: Client, *refused: str) -> None:
        self._client, self._refused = client, refused

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        if name not in self._refused:
            return getattr(self._client, name)

        def refuse(**_: object) -> dict[str, Any]:
            error = {"Code": "AccessDeniedException", "Message": "not authorized to perform this action"}
            raise ClientError({"Error": error}, name)

        return refuse


BLIND = {
    "servicediscovery": (
        ("discover_instances", "list_instances", "get_instance"),
        "servicediscovery:DiscoverInstances",
        {"SC201", "SC202", "SC203", "SC204"},
    ),
    "logs": (("get_log_events", "filter_log_events"), "logs:FilterLogEvents", {"SC303", "SC304", "SC305"}),
}


@pytest.mark.parametrize("service", BLIND)
def test_what_may_not_be_read_is_unknown_and_never_red(service: str) -> None:
    """amazon-ecs-exec-checker #44, #72: what the caller had no right to see was called broken."""
    calls, action, checks = BLIND[service]
    account = Watched()
    account._readers[service] = Refused(account._readers[service], *calls)
    account.estate.create("web", 2)
    account.estate.create("api", 1)
    account.estate.register(account.estate.running("api")[0], Registered.WRONG_PORT)
    account.wait(3 * SWEPT)
    told = account.topic.published
    assert {message.data["check"] for message in told} - {"SC902"} <= ({"SC203"} if service == "logs" else set())
    assert any(f'"Action": "{action}"' in message.data["text"] for message in told)
    web = [record for record in account.kinds("task") if record["ecs_service"] == "web"]
    assert web and all(checks <= {*record.get("unknown", ()), *record.get("skipped", ())} for record in web)


def test_a_shared_namespace_that_may_not_be_read_is_unknown() -> None:
    """amazon-ecs-exec-checker #46: what another account shares is not missing because it cannot be looked at."""
    row = Row("", of_service(audited(namespace=DENIED, neighbours=DENIED)))
    assert {"SC101", "SC105 nginx"} <= row.are(Status.UNKNOWN) and not row.are(Status.FAIL)


def test_what_events_do_not_carry_is_asked_for(account: Watched) -> None:
    """containers-roadmap #1515: no health and no tags in an event, and both are heeded."""
    ill = account.estate.start("web", Registered.WRONG_PORT)
    (letter,) = [each for each in account.queue.letters.values() if ill.id in each.body]
    assert not {"healthStatus", "tags", "containers"} & json.loads(letter.body)["detail"].keys()
    account.estate.services["web"].tags["scaudit:ignore:SC203"] = "until=2026-12-31 owner=team-a"
    account.wait(template.QUEUE_DELAY + template.SECOND_LOOK + 100)
    last = account.about(ill.id)[-1]
    assert "SC302" in last["passed"] and last["failed"] == ["SC203"] and account.told == []


def test_an_event_costs_no_more_reads_than_it_must(account: Watched) -> None:
    """containers-roadmap #1515: what an event does not carry is read only when it is needed."""
    account.estate.start("web")
    account.clock.forward(template.QUEUE_DELAY + 1)
    run = account.verify(account.queue.receive(account.queue.due()))
    reads = [call for call in run.calls if call.split(":")[0] in ("ecs", "servicediscovery")]
    assert sorted(set(reads)) == sorted(reads) and len(reads) <= 5, reads
