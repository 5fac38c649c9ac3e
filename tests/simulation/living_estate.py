"""What befalls an estate, as rules of a state machine: it grows, breaks, rolls, shrinks, and is mended."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.simulation.account import Account
from tests.simulation.parts import Registered, Service, Task

NAMES = st.sampled_from(["web", "api"])
WAYS = st.sampled_from(Registered)
PAUSES = st.sampled_from([0, 0, 5, 61, 200, 610, 1000])
MOST_TASKS = 4
CHECKS = ("SC102", "SC206", *filter(None, Registered))


class LivingEstate(RuleBasedStateMachine):
    """One cluster with two services. `then` is the time that passes after something happened."""

    def __init__(self) -> None:
        super().__init__()
        self.account = Account(stalls=True)
        self.estate = self.account.estate

    @initialize(web=st.integers(0, 2), api=st.integers(0, 2))
    def _begin(self, web: int, api: int) -> None:
        self.estate.create("web", web)
        self.estate.create("api", api)
        self.account.wait(300)

    @rule(then=PAUSES, name=NAMES, way=WAYS, pick=st.integers(0, MOST_TASKS))
    def is_registered_otherwise(self, name: str, way: Registered, pick: int, then: float) -> None:
        if running := self.estate.running(name):
            self.estate.register(running[pick % len(running)], way)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS)
    def grows(self, name: str, way: Registered, then: float) -> None:
        if (service := self.active(name)) and service.desired < MOST_TASKS:
            self.estate.scale(name, service.desired + 1, way)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, count=st.integers(0, 2))
    def scales_in(self, name: str, count: int, then: float) -> None:
        if (service := self.active(name)) and service.desired > count:
            self.estate.scale(name, count)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, leaves=st.booleans(), way=WAYS, pick=st.integers(0, MOST_TASKS))
    def is_replaced(self, name: str, leaves: bool, way: Registered, pick: int, then: float) -> None:
        if running := self.estate.running(name):
            self.estate.stop(running[pick % len(running)], stays=leaves)
            self.estate.scale(name, self.estate.services[name].desired, way)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS, lives=st.sampled_from([30, 200, 400]))
    def crash_loops(self, name: str, way: Registered, lives: float, then: float) -> None:
        for _ in range(3 if self.active(name) else 0):
            task = self.estate.start(name, way)
            self.account.wait(lives)
            self.estate.stop(task)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS, between=st.sampled_from([200, 400]))
    def flaps(self, name: str, way: Registered, between: float, then: float) -> None:
        if running := self.estate.running(name):
            for how in (way, Registered.RIGHT, way):
                self.estate.register(running[0], how)
                self.estate.tell_of_service(name, "SERVICE_TASK_START_IMPAIRED")
                self.account.wait(between)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS, mistyped=st.booleans())
    def rolls(self, name: str, way: Registered, mistyped: bool, then: float) -> None:
        if self.active(name):
            self.estate.roll(name, way, mistyped=mistyped)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, way=WAYS, mistyped=st.booleans())
    def begins_to_roll(self, name: str, way: Registered, mistyped: bool, then: float) -> None:
        if (service := self.active(name)) and len(service.deployments) == 1:
            self.estate.deploy(name, mistyped=mistyped)
            self.estate.start(name, way)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES)
    def is_deleted_or_made_anew(self, name: str, then: float) -> None:
        self.estate.delete(name) if self.active(name) else self.estate.create(name, 1)
        self.account.wait(then)

    @rule(then=PAUSES, name=NAMES, days=st.integers(-1, 0), checks=st.sampled_from([CHECKS, ("SC102",)]))
    def is_tagged(self, name: str, days: int, checks: tuple[str, ...], then: float) -> None:
        until = (self.account.clock.now + timedelta(days=days)).date()
        for check in checks:
            self.estate.services[name].tags[f"scaudit:ignore:{check}"] = f"until={until} owner=team-a"
        self.account.wait(then)

    @rule(then=PAUSES, pick=st.integers(0, 9))
    def is_cleaned_up(self, pick: int, then: float) -> None:
        if left := self._left_over():
            self.estate.register(left[pick % len(left)], Registered.MISSING)
        self.account.wait(then)

    def active(self, name: str) -> Service | None:
        service = self.estate.services[name]
        return service if service.status == "ACTIVE" else None

    def _left_over(self) -> list[Task]:
        return [t for t in self.estate.tasks.values() if t.stopped_at and t.stands is not Registered.MISSING]
