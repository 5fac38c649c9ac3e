"""Verify workers that stall between reading and writing: what they saw long ago never undoes what was seen since."""

import pytest

from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table
from tests.builders import REGION
from tests.simulation import template
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER
from tests.simulation.parts import Registered, Task
from tests.simulation.runs import Fate, Plan, Run, at
from tests.simulation.sqs import Letter

SUBJECT = Subject("SC203", "web")


def stalls_before(call: str, nth: int = 1) -> Plan:
    """Before the n-th such call of a run."""
    met: list[str] = []

    def meet(_number: int, name: str) -> Fate:
        if name != call or len(met) == nth:
            return Fate.GO
        met.append(name)
        return Fate.STALL if len(met) == nth else Fate.GO

    return meet


class Web:
    """One service with one task, and the message that brought its start."""

    def __init__(self, registered: Registered) -> None:
        self.account = Account(stalls=True)
        self.account.estate.create("web", 0)
        self.account.estate.scale("web", 1, registered)
        self.account.wait(template.QUEUE_DELAY + template.SECOND_LOOK + 5)

    @property
    def task(self) -> Task:
        return next(iter(self.account.estate.tasks.values()))

    @property
    def member(self) -> Member:
        (member,) = self.account.ledger.members(Place(REGION, CLUSTER, "web"), SUBJECT)
        return member

    def look(self, plan: Plan | None = None) -> Run:
        """A message about the task comes once more."""
        return self.account.verify([self.event], plan)

    @property
    def event(self) -> Letter:
        return next(letter for letter in self.account.queue.handed_out if self.task.id in letter.body)

    def becomes(self, registered: Registered) -> None:
        self.account.estate.register(self.task, registered)

    def told(self, wait: float) -> list[str]:
        self.account.wait(wait)
        assert self.account.oracle.lies == []
        return [message.data["state"] for message in self.account.topic.published]


@pytest.fixture
def web() -> Web:
    return Web(Registered.WRONG_PORT)


def test_a_failure_seen_long_ago_does_not_undo_a_pass(web: Web) -> None:
    slow = web.look(stalls_before("dynamodb:UpdateItem"))
    web.becomes(Registered.RIGHT)
    web.look()
    web.account.resume(slow)
    assert web.member.state is MemberState.PASS and web.told(0) == []


def test_a_pass_seen_long_ago_does_not_undo_a_failure(web: Web) -> None:
    assert web.told(70) == ["open"]
    web.becomes(Registered.RIGHT)
    slow = web.look(stalls_before("dynamodb:UpdateItem"))
    web.becomes(Registered.WRONG_PORT)
    web.look()
    web.account.resume(slow)
    assert web.member.state is MemberState.FAIL
    assert web.told(template.SWEEP_EVERY + template.HOLD_DOWN) == ["open"]


def test_a_stop_noticed_by_an_old_look_leaves_a_newer_failure_to_the_sweep(web: Web) -> None:
    slow = web.look(stalls_before("ecs:DescribeTasks"))
    web.look()
    web.account.estate.stop(web.task)
    web.account.resume(slow)
    assert web.member.state is MemberState.FAIL
    web.account.wait(template.SWEEP_EVERY)
    assert web.member.state is MemberState.LOST and web.told(0) == ["open"]


def test_a_task_that_leaves_while_it_is_confirmed_is_not_accused() -> None:
    web = Web(Registered.RIGHT)
    web.account.clock.forward(700)
    web.becomes(Registered.MISSING)
    web.look()
    web.account.clock.forward(template.SECOND_LOOK + 1)
    slow = web.account.verify(web.account.queue.due(), stalls_before("servicediscovery:GetInstance", 2))
    web.account.estate.stop(web.task)
    web.account.resume(slow)
    assert web.account.ledger.members(Place(REGION, CLUSTER, "web"), Subject("SC201", "web")) == []


def test_a_registration_that_is_wrong_for_a_moment_is_not_a_problem() -> None:
    web = Web(Registered.RIGHT)
    web.becomes(Registered.WRONG_PORT)
    web.look()
    web.becomes(Registered.RIGHT)
    assert web.told(template.SWEEP_EVERY) == []


@pytest.mark.parametrize("call", range(1, 21))
def test_what_an_event_tells_while_a_sweep_looks_is_kept_with_what_the_sweep_saw(web: Web, call: int) -> None:
    """Wherever the sweep is at that moment, it comes to its end with the rights of its role, and loses nothing."""
    web.account.wait(template.SWEEP_EVERY)
    web.becomes(Registered.RIGHT)
    web.account.sweep()
    web.account.verify(web.account.queue.due())
    slow = web.account.verify(web.account.queue.due(), at(call, Fate.STALL))
    assert slow.stalled, slow.calls
    web.look()
    web.account.resume(slow)
    assert not slow.failed
    place = Place(REGION, CLUSTER, "web")
    state = ServiceStates(Table(web.account.table, "ledger")).of([place])[place]
    assert not state.told[web.task.id].because, "it passes since"
    assert web.told(template.SWEEP_EVERY) == ["open", "resolved"]
