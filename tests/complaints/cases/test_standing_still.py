"""Cases in which one odd answer or message stopped the rest, or much that broke cost too much. Each is a row of the
list that a hostile review made (J), played in the simulated account."""

import json
from typing import Any

import pytest

from tests.builders import ACCOUNT
from tests.complaints.cases.played import Played
from tests.complaints.watched import SWEPT
from tests.simulation import template
from tests.simulation.estate import CLUSTER
from tests.simulation.parts import Registered

HOUR, DAY = 3600, 24 * 3600
SOON = 400
"""Seconds until what an event shows is looked at, looked at again, and told."""
OTHER = "210987654321"


@pytest.mark.parametrize("odd", ["a namespace by its bare name", "a task without its creation"])
def test_j21_one_odd_answer_blinds_nobody_else(account: Played, odd: str) -> None:
    """The whole page of the cluster failed, again and again: a wrong port elsewhere was not told in a day."""
    if "namespace" in odd:
        account.of_mesh("web", namespace="service-connect")
    else:
        account.of_task(account.estate.running("web")[0], createdAt=None)
    account.estate.create("api", 1)
    account.wait(SWEPT)
    account.estate.register(account.estate.running("api")[0], Registered.WRONG_PORT)
    account.wait(2 * HOUR)
    assert ("open", "SC203", "api") in account.told and account.queue.dead == []


def test_j22_one_odd_message_stops_no_other(account: Played) -> None:
    """It names no Region, and its task by a short ARN: the whole batch came again and again."""
    detail = {
        "group": "service:web",
        "clusterArn": f"arn:aws:ecs:x:{ACCOUNT}:cluster/{CLUSTER}",
        "taskArn": ":task/x/1",
    }
    odd = json.dumps({"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": detail})
    account.estate.start("web", Registered.WRONG_PORT)
    account.queue.post(odd)
    account.wait(SOON)
    assert account.told == [("open", "SC203", "web")] and account.queue.dead == [odd]


def test_j24_logs_that_are_no_longer_kept_are_looked_for_once(new: Played) -> None:
    """Every task that is older than its log's retention: 440 reads a sweep in place of 27, and `unknown` for ever."""
    new.estate.create("web", 5)
    for task in new.estate.running("web"):
        new.logs[task.id] = None
        task.created_at = task.started_at = new.after(-40 * DAY)
    new.wait(2 * SWEPT)
    before = len(new.records)
    new.calls.clear()
    new.wait(HOUR)
    assert [call for call in new.calls if "log" in call] == []
    assert [each for each in new.records[before:] if each["record"] == "task"] == []


def test_j25_many_left_registrations_cost_one_list_of_the_cluster(account: Played) -> None:
    """For each of them the cluster was listed anew: 1,663 reads for forty."""
    names = [f"api{n}" for n in range(8)]
    for name in names:
        account.estate.create(name, 4)
    account.wait(2 * SWEPT)
    for name in names:
        for task in account.estate.running(name)[:2]:
            account.estate.stop(task, stays=True)
            account.estate.start(name)
    account.calls.clear()
    account.wait(SWEPT)
    assert [check for _, check, _ in account.told].count("SC206") == len(names)
    assert account.calls.count("list_tasks") <= 4 and len(account.calls) < 150


def test_j26_many_wrong_registrations_are_confirmed_together(account: Played) -> None:
    """Each of them was confirmed by calls of its own: 2,514 for 1,200 tasks."""
    account.estate.scale("web", 150)
    account.wait(SWEPT)
    for task in account.estate.running("web"):
        account.estate.register(task, Registered.WRONG_PORT)
    account.calls.clear()
    account.wait(SWEPT)
    assert account.told == [("open", "SC203", "web")] and len(account.calls) < 30


def test_j27_a_sentence_is_cut_however_much_it_would_name(new: Played) -> None:
    """Sixty endpoints named in each of many variables: a sentence of 910 KB, more than the table and the topic take."""
    names = [f"orders-{n:02}" for n in range(60)]
    backends = " ".join(f"http://{name}:80" for name in names)
    said = [{"name": f"BACKENDS_{n}", "value": backends} for n in range(14)]

    def calls_them(answer: dict[str, Any], asked: dict[str, Any]) -> None:
        if asked["taskDefinition"].endswith("/web:1"):
            answer["taskDefinition"]["containerDefinitions"][0].update(environment=said)

    def of_its_own(answer: dict[str, Any], _: object) -> None:
        for each in answer["services"]:
            name = each["serviceName"]
            for deployment in each["deployments"]:
                ports = [{"portName": "nginx", "discoveryName": name, "clientAliases": [{"port": 80, "dnsName": name}]}]
                deployment["serviceConnectConfiguration"]["services"] = ports
                deployment["taskDefinition"] = deployment["taskDefinition"].replace("/web:1", f"/{name}:1")

    new.answers("describe_task_definition", calls_them)
    new.answers("describe_services", of_its_own)
    new.estate.create("web", 1)
    new.wait(SWEPT)
    for name in names:
        new.estate.create(name)
    new.wait(2 * SWEPT)
    found = [each for record in new.kinds("service") for each in record.get("findings", ()) if each["check"] == "SC401"]
    assert found and max(len(each["message"]) for each in found) < 4096


class Elsewhere:
    """A client of AWS in another account: whatever names the account names that one."""

    def __init__(self, client: Any, account: str) -> None:
        self._client, self._account = client, account

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._client, name)
        if name == "get_paginator":
            return ask
        return lambda **asked: moved(ask(**moved(asked, self._account, ACCOUNT)), to=self._account)


def moved(said: Any, of: str = ACCOUNT, to: str = OTHER) -> Any:
    if isinstance(said, dict):
        return {moved(name, of, to): moved(value, of, to) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [moved(each, of, to) for each in said]
    return said.replace(of, to) if isinstance(said, str) else said


def test_j28_two_accounts_send_no_message_of_one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clusters, services and times alike: who gathers the messages of both lost one of them."""
    ids = []
    for where in (ACCOUNT, OTHER):
        monkeypatch.setitem(template.NAMES, "Topic", moved(template.NAMES["Topic"], to=where))
        account = Played(monkeypatch)
        account.was_watched_before()
        bus = account.estate._bus
        account.estate._bus = lambda event, bus=bus, where=where: bus(moved(event, to=where))
        for name in ("ecs", "servicediscovery", "logs"):
            account._readers[name] = Elsewhere(account._readers[name], where)
        account.estate.create("web", 1)
        account.estate.start("web", Registered.WRONG_PORT)
        account.wait(SOON)
        (message,) = account.topic.published
        assert where in message.data["text"]
        ids.append(message.data["message_id"])
    assert ids[0] != ids[1]


def test_j29_a_later_event_in_the_batch_of_a_look_ends_no_chain(account: Played) -> None:
    """A registration is not there yet; the look at it that is due comes in one batch with an event of the task."""
    account.sweep_at = account.after(DAY)
    task = account.estate.start("web", Registered.MISSING)
    account.wait(template.QUEUE_DELAY + 5)
    (due,) = account.queue.letters.values()
    assert task.id in due.body
    task.version += 1
    account.estate._tell_of_task(task)
    later = list(account.queue.letters.values())[-1]
    later.visible_at = due.visible_at
    account.wait(HOUR / 2)
    assert account.told == [("open", "SC201", "web")]


def test_j30_what_meets_too_little_time_is_sent_for_anew(account: Played) -> None:
    """It was given back, and came again twelve minutes later; five times was a dead letter."""
    account.estate.create("api", 1)
    account.wait(2 * SWEPT)
    account.sweep_at = account.after(DAY)
    seconds = iter([template.TIMEOUT - 40])
    account.answers("describe_tasks", lambda *_: account.clock.forward(next(seconds, 0)))
    account.estate.start("web", Registered.WRONG_PORT)
    account.estate.register(account.estate.running("api")[0], Registered.WRONG_PORT)
    account.estate.tell_of_service("api", "SERVICE_TASK_START_IMPAIRED")
    for letter in account.queue.letters.values():
        letter.visible_at = account.after(60)
    account.wait(template.VISIBILITY)
    assert sorted(account.told) == [("open", "SC203", "api"), ("open", "SC203", "web")]
