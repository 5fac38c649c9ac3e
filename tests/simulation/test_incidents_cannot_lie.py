"""Whatever befalls an estate and scaudit's own runs: what is announced is true, said once, and said in the end."""

import os
from datetime import timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from scaudit.incidents import MemberState
from scaudit.items import partition
from tests.builders import REGION
from tests.simulation import template
from tests.simulation.account import Account
from tests.simulation.estate import CLUSTER, Registered, Service, Task
from tests.simulation.runs import Fate, Plan, at, smoothly
from tests.simulation.truth import quieted, wrong

NAMES = st.sampled_from(["web", "api"])
WAYS = st.sampled_from(Registered)
PAUSES = st.sampled_from([0, 0, 5, 61, 200, 610, 1000])
CALLS = st.sampled_from(
    [
        *(("verify", call) for call in ("DescribeTasks", "DescribeServices", "GetInstance", "Query")),
        *(("verify", call) for call in ("UpdateItem", "UpdateItem", "SendMessage", "PutItem")),
        *(("notify", call) for call in ("GetItem", "Query", "PutItem", "PutItem", "Publish", "Publish")),
        *(("notify", call) for call in ("UpdateItem", "SendMessage", "DeleteItem")),
    ]
)
FATES = st.sampled_from(
    [Fate.STALL, Fate.STALL, Fate.KILL_BEFORE, Fate.KILL_AFTER, Fate.THROTTLE, Fate.TWICE, Fate.ANSWER_LOST]
)
MOST_TASKS, MOST_KILLS = 4, 3
"""A message that is killed with its run five times is a dead letter; up to three kills, none is."""
KILLS = (Fate.KILL_BEFORE, Fate.KILL_AFTER)
SPARSE = 6 * 3600
LONG = os.environ.get("SIMULATED_ESTATES", "")
"""So many examples at random, shrunk when one fails; without it always the same few, which take seconds."""
PHASES = [Phase.generate, *([Phase.shrink] if LONG else [])]


class IncidentsCannotLie(RuleBasedStateMachine):
    """One cluster with two services, and everything that may befall it."""

    def __init__(self) -> None:
        super().__init__()
        self.account = Account(stalls=True)
        self.account.plan_for = self._plan
        self.estate = self.account.estate
        self.ahead: dict[tuple[str, str], tuple[int, Fate]] = {}
        self.kills = 0

    @initialize(web=st.integers(0, 2), api=st.integers(0, 2))
    def _begin(self, web: int, api: int) -> None:
        self.estate.create("web", web)
        self.estate.create("api", api)
        self.account.wait(300)

    # ---- the estate ----

    @rule(then=PAUSES, name=NAMES, way=WAYS, pick=st.integers(0, MOST_TASKS))
    def is_registered_otherwise(self, name: str, way: Registered, pick: int, then: float) -> None:
        if running := self.estate.running(name):
            self.estate.register(running[pick % len(running)], way)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS)
    def grows(self, name: str, way: Registered, then: float) -> None:
        if (service := self._active(name)) and service.desired < MOST_TASKS:
            self.estate.scale(name, service.desired + 1, way)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, count=st.integers(0, 2))
    def scales_in(self, name: str, count: int, then: float) -> None:
        if (service := self._active(name)) and service.desired > count:
            self.estate.scale(name, count)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, leaves=st.booleans(), way=WAYS, pick=st.integers(0, MOST_TASKS))
    def is_replaced(self, name: str, leaves: bool, way: Registered, pick: int, then: float) -> None:
        if running := self.estate.running(name):
            self.estate.stop(running[pick % len(running)], leaves=leaves)
            self.estate.scale(name, self.estate.services[name].desired, way)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS, lives=st.sampled_from([30, 200, 400]))
    def crash_loops(self, name: str, way: Registered, lives: float, then: float) -> None:
        for _ in range(3 if self._active(name) else 0):
            task = self.estate.start(name, way)
            self.account.wait(lives)
            self.estate.stop(task)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS, mistyped=st.booleans())
    def rolls(self, name: str, way: Registered, mistyped: bool, then: float) -> None:
        if self._active(name):
            self.estate.roll(name, way, mistyped=mistyped)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS)
    def begins_to_roll(self, name: str, way: Registered, then: float) -> None:
        if (service := self._active(name)) and len(service.deployments) == 1:
            self.estate.deploy(name)
            self.estate.start(name, way)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES)
    def is_deleted_or_made_anew(self, name: str, then: float) -> None:
        self.estate.delete(name) if self._active(name) else self.estate.create(name, 1)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, check=st.sampled_from(["SC102", "SC203", "SC206"]), days=st.integers(-1, 0))
    def is_tagged(self, name: str, check: str, days: int, then: float) -> None:
        until = (self.account.clock.now + timedelta(days=days)).date()
        self.estate.services[name].tags[f"scaudit:ignore:{check}"] = f"until={until} owner=team-a"
        self.account.wait(then)

    @rule(then=PAUSES, pick=st.integers(0, 9))
    def is_cleaned_up(self, pick: int, then: float) -> None:
        if left := self._left_over():
            self.estate.register(left[pick % len(left)], Registered.MISSING)
        self.account.wait(then)

    # ---- scaudit's runs ----

    @rule(call=CALLS, skip=st.integers(0, 2), fate=FATES)
    def will_go_wrong(self, call: tuple[str, str], skip: int, fate: Fate) -> None:
        self.kills += fate in KILLS
        if fate not in KILLS or self.kills <= MOST_KILLS:
            self.ahead[call] = (skip, fate)

    @rule(seconds=st.sampled_from([5, 61, 200, 610, 1000, 3700]), batch=st.sampled_from([1, 100]), back=st.booleans())
    def time_passes(self, seconds: float, batch: int, back: bool) -> None:
        self.account.queue_batch, self.account.backwards = batch, back
        self.account.wait(seconds)

    @precondition(lambda self: self.account.stalled)
    @rule(pick=st.integers(0, 3), further=st.integers(0, 6), fate=FATES)
    def goes_on(self, pick: int, further: int, fate: Fate) -> None:
        run = self.account.stalled[pick % len(self.account.stalled)]
        self.kills += fate in KILLS
        met = Fate.GO if fate in KILLS and self.kills > MOST_KILLS else fate
        self.account.resume(run, at(len(run.calls) + further, met))

    @rule(pick=st.integers(0, 9))
    def is_delivered_twice(self, pick: int) -> None:
        if letters := self.account.queue.handed_out[-10:]:
            self.account.verify([letters[pick % len(letters)]])

    @rule(count=st.integers(1, 9))
    def is_read_again_from_the_stream(self, count: int) -> None:
        if records := self.account.stream.heard[-count:]:
            self.account.notify(records)

    @rule(left=st.integers(0, 2))
    def storm_rages_elsewhere(self, left: int) -> None:
        self.account.storm_elsewhere(left)

    # ---- what must hold ----

    @invariant()
    def nothing_is_a_lie(self) -> None:
        assert self.account.oracle.lies == [], self.account.oracle.lies

    def teardown(self) -> None:
        self.ahead.clear()
        while self.account.stalled:
            self.account.resume(self.account.stalled[0])
        for name in self.estate.services:
            if self._active(name):
                self.estate.retire(name)
        for hours, every in ((4, template.SWEEP_EVERY), (26, SPARSE), (1, template.SWEEP_EVERY)):
            self.account.sweep_every = every
            self.account.wait(hours * 3600)
        now = self.account.clock.now
        faults = wrong(self.estate, now)
        loud = {fault for fault in faults if not quieted(self.estate, fault, now.date())}
        open = {(service, check) for service, check, _ in self.account.oracle.open}
        self.nothing_is_a_lie()
        assert loud <= open, f"announced {open}, wrong {loud}"
        assert all(self._cannot_be_told(*each) for each in open - faults), f"announced {open}, wrong {faults}"
        assert not self.account.queue.dead and not self.account.stream.given_up

    def _cannot_be_told(self, service: str, check: str) -> bool:
        """Whether what stands can neither pass nor fail: unregistered tasks show no port, and a port without a name is
        expected nowhere. Lost tasks speak until every running one passes."""
        members = self.account.ledger.standing(partition(REGION, CLUSTER, service)).get(f"{check}#{service}", {})
        moot = check == Registered.WRONG_PORT and self.estate.services[service].deployments[0].mistyped
        unjudged = {t.id for t in self.estate.running(service) if moot or t.stands is Registered.MISSING}
        failing = {id for id, member in members.items() if member.state is MemberState.FAIL}
        return bool(members) and failing <= unjudged and bool(unjudged)

    def _active(self, name: str) -> Service | None:
        service = self.estate.services[name]
        return service if service.status == "ACTIVE" else None

    def _left_over(self) -> list[Task]:
        return [t for t in self.estate.tasks.values() if t.stopped_at and t.stands is not Registered.MISSING]

    def _plan(self, function: str) -> Plan:
        def meet(_number: int, call: str) -> Fate:
            name = function, call.split(":")[1]
            skip, fate = self.ahead.pop(name, (0, Fate.GO))
            if skip:
                self.ahead[name] = skip - 1, fate
            return Fate.GO if skip else fate

        return meet if any(name == function for name, _ in self.ahead) else smoothly


TestIncidentsCannotLie = IncidentsCannotLie.TestCase
TestIncidentsCannotLie.settings = settings(
    max_examples=int(LONG or "100"),
    stateful_step_count=30,
    deadline=None,
    derandomize=not LONG,
    phases=PHASES,
)
assert template.ATTEMPTS > MOST_KILLS and template.RECEIVES > MOST_KILLS
