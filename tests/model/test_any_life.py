"""Whatever befalls the members of an incident: users hear of it, of the worst of it, and of half and all of it."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scaudit.model import Severity
from scaudit.model.broken import broken
from scaudit.model.incidents import Member, MemberState, News, Phase, share_of
from tests.fakes.one_life import Life

RUNNING = 6
TASKS = st.sampled_from([str(n) for n in range(RUNNING)])
SEVERITIES = st.sampled_from([Severity.WARNING, Severity.ERROR, Severity.CRITICAL])
SILENCE = st.sampled_from(["", "", "", "suppressed", "caused_by"])
SOON = st.sampled_from([0, 0.5, 1.1, 12])


class AnyLife(RuleBasedStateMachine):
    """Tasks fail, are lost and pass, while a tag or a cause silences some of them."""

    def __init__(self) -> None:
        super().__init__()
        self.life, self.minutes = Life(), 0.0
        self.ever_loud = False

    @rule(id=TASKS, severity=SEVERITIES, silence=SILENCE, rolling=st.booleans(), then=SOON)
    def fails(self, id: str, severity: Severity, silence: str, rolling: bool, then: float) -> None:
        silent = {"suppressed": silence == "suppressed", "caused_by": "SC304" if silence == "caused_by" else ""}
        self.life.see(id, "fail", self.minutes, severity=severity, running=RUNNING, rolling=rolling, **silent)
        self.pass_time(then)

    @rule(id=TASKS, severity=SEVERITIES, age=st.sampled_from([2, 30]), then=SOON)
    def is_lost(self, id: str, severity: Severity, age: float, then: float) -> None:
        self.life.see(id, "lost", self.minutes, created=self.minutes - age, severity=severity)
        self.pass_time(then)

    @rule(id=TASKS, age=st.sampled_from([1, 3, 40]), then=SOON)
    def passes(self, id: str, age: float, then: float) -> None:
        if self.life.members:  # of a service against which nothing stands no pass is written
            self.life.see(id, "pass", self.minutes, created=self.minutes - age)
        self.pass_time(then)

    @rule(id=TASKS, other=TASKS, severity=SEVERITIES, lives=st.sampled_from([0.2, 2, 11]))
    def dies_and_is_replaced(self, id: str, other: str, severity: Severity, lives: float) -> None:
        """The next one outlives it."""
        self.is_lost(id, severity, lives, 0)
        self.pass_time(lives + 0.2)
        if other != id:
            self.passes(other, lives + 0.1, 0)

    @rule(then=SOON)
    def service_is_deleted(self, then: float) -> None:
        """What speaks cannot fail any more."""
        for member in broken(list(self.life.members.values())):
            self.life.see(member.id, "closed", self.minutes)
        self.pass_time(then)

    @rule(id=TASKS, severity=SEVERITIES, mended=st.booleans())
    def is_lost_and_over_while_notify_is_behind(self, id: str, severity: Severity, mended: bool) -> None:
        """A loss of which users could have heard is told, though nobody looked before it was over."""
        quiet = self.life.incident.phase is Phase.QUIET
        told = len(self.life.news)
        self.life.behind = True
        self.life.see(id, "lost", self.minutes, created=self.minutes - 2, severity=severity)
        self.minutes += 12
        if mended:
            self.life.see("the next", "pass", self.minutes, created=self.minutes - 11)
        else:
            self.life.see(id, "closed", self.minutes)
        self.life.behind = False
        self.pass_time(0)
        self.ever_loud = self.ever_loud or severity >= Severity.ERROR
        if quiet and severity >= Severity.ERROR:
            assert self.life.news[told:] == [News.OPENED]

    @rule()
    def a_sweep_asks(self) -> None:
        self.pass_time(15)

    @rule()
    def hours_pass(self) -> None:
        """After them users know of everything."""
        for _ in range(9):
            self.pass_time(15)
        life, incident = self.life, self.life.incident
        speaking = broken(list(life.members.values()))
        if loud := [m for m in speaking if _is_loud(m)]:
            assert incident.told and incident.told_severity >= max(m.severity for m in loud)
            assert incident.share >= share_of(speaking)
        if not speaking:
            assert incident.phase is Phase.QUIET or incident.returns
            assert not life.news or life.news[-1] is News.RESOLVED or incident.returns

    def pass_time(self, minutes: float) -> None:
        self.minutes += minutes
        self.life.ask(self.minutes)
        self.ever_loud = self.ever_loud or any(map(_is_loud, self.life.members.values()))

    @invariant()
    def what_is_said_is_in_turn(self) -> None:
        """Each opening has one end, between them it grows, and nothing is said of what is silent."""
        open_ = False
        for each in self.life.news:
            assert (each is News.OPENED) is not open_ or each in (News.GREW, News.ROSE)
            open_ = each is not News.RESOLVED
        assert self.ever_loud or not self.life.news

    @invariant()
    def what_was_lost_is_told_before_it_is_over(self) -> None:
        """What was noticed for longer than the gathering is not over in silence."""
        incident = self.life.incident
        lost = any(_is_loud(m) for m in self.life.members.values() if m.state is not MemberState.PASS)
        if incident.phase is Phase.CLEAR and incident.noticed_at and not incident.told and lost:
            assert incident.clear_since and (incident.clear_since - incident.noticed_at).total_seconds() < 60


def _is_loud(m: Member) -> bool:
    return m.state is not MemberState.PASS and m.severity >= Severity.ERROR and not (m.suppressed or m.caused_by)


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=200, stateful_step_count=25, deadline=None, derandomize=True)
