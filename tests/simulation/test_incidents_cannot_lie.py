"""Whatever befalls an estate and scaudit's own runs: what is announced is true, said once, and said in the end."""

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from scaudit.model.incidents import MemberState
from scaudit.model.places import Place, Subject
from tests.builders import REGION
from tests.simulation import template
from tests.simulation.estate import CLUSTER
from tests.simulation.examples import LONG
from tests.simulation.living_estate import LivingEstate
from tests.simulation.parts import Registered
from tests.simulation.runs import Fate, Plan, at, smoothly
from tests.simulation.truth import quieted, wrong

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
MOST_KILLS = 3
"""A message that is killed with its run five times is a dead letter; up to three kills, none is."""
KILLS = (Fate.KILL_BEFORE, Fate.KILL_AFTER)
SPARSE = 6 * 3600
PHASES = [Phase.generate, *([Phase.shrink] if LONG else [])]


class IncidentsCannotLie(LivingEstate):
    """A living estate, and runs of scaudit's that stall, die, overlap, are throttled and repeated."""

    def __init__(self) -> None:
        super().__init__()
        self.account.plan_for = self._plan
        self.ahead: dict[tuple[str, str], tuple[int, Fate]] = {}
        self.kills = 0

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

    @invariant()
    def nothing_is_a_lie(self) -> None:
        assert self.account.oracle.lies == [], self.account.oracle.lies

    def teardown(self) -> None:
        self.ahead.clear()
        while self.account.stalled:
            self.account.resume(self.account.stalled[0])
        for name in self.estate.services:
            if self.active(name):
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
        members = self.account.ledger.standing(Place(REGION, CLUSTER, service)).get(Subject(check, service), {})
        moot = check == Registered.WRONG_PORT and self.estate.services[service].deployments[0].mistyped
        unjudged = {t.id for t in self.estate.running(service) if moot or t.stands is Registered.MISSING}
        failing = {id for id, member in members.items() if member.state is MemberState.FAIL}
        return bool(members) and failing <= unjudged and bool(unjudged)

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
