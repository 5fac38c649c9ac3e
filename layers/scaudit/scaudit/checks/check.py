"""What a check is, and how one is run on the facts it names."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import datetime, timedelta
from enum import Enum, Flag, auto
from typing import Any

from scaudit.checks.facts import MOMENTARY, OF_NEIGHBOURS, ORIGINS, REMEMBERED, Facts
from scaudit.model import Moot, Severity, Status, Task, Unread
from scaudit.model.places import Place, Subject
from scaudit.model.sentences import clean, some, told
from scaudit.values import dataclass


class Trigger(Flag):
    """What a check is asked on: a task's event, the audit of a service (its deployment, or the sweep), the sweep, which
    alone knows the whole namespace, the announcing of incidents, and `scaudit lint` on files."""

    TASK = auto()
    SERVICE = auto()
    SWEEP = auto()
    ANNOUNCE = auto()
    LINT = auto()
    AUDIT = TASK | SERVICE | SWEEP


_NEVER = Trigger(0)


class Area(Enum):
    """What the first digit of a check's id says that it looks at."""

    CONFIGURATION = "1"
    REGISTRATION = "2"
    PROXY = "3"
    CLIENTS = "4"
    SCAUDIT = "9"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: a sentence with the two values that disagree; `severity` only where it is not the check's,
    `explains` where it accounts for failures of these endpoints only, or of none, and `stale` are services whose new
    deployment mends it."""

    sentence: str
    severity: Severity | None = None
    explains: tuple[str, ...] | None = None
    stale: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A rule under a stable id. `judge` yields one finding per problem; its parameter names are its inputs.

    `about` is what it is asked about: each "task", each "service" or "endpoint" of one, an "instance" whose task is
    gone, a "namespace", a "file", or "scaudit". `title` states the good state, `why` what goes wrong without it, `fix`
    is an order, `source` the page (or a file of ours) that the rule is known from. `on` is what it is asked on;
    `running_only` that it is about tasks in RUNNING alone; `late` that what it finds befalls tasks of any age, so that
    the pass of a younger one proves nothing. `settles` is how many seconds after the subject began a finding may still
    be normal. `applies` answers why the check does not apply, or nothing. `after` names the checks whose failure
    explains this one. `redeploys` says that to deploy the service again mends it, with nothing else to be done.
    Raises TypeError for a parameter that is no fact, and ValueError for an id of no area.
    """

    id: str
    title: str
    about: str
    severity: Severity
    fix: str
    judge: Callable[..., Iterator[Finding]]
    on: Trigger = _NEVER
    why: str = ""
    source: str = ""
    running_only: bool = False
    late: bool = False
    settles: int = 0
    applies: Callable[..., str | None] | None = None
    after: tuple[str, ...] = ()
    redeploys: bool = False
    inputs: tuple[str, ...] = field(init=False)
    """The names of the facts that it takes, in the order of its parameters; and those that `applies` takes."""
    asked: tuple[str, ...] = field(init=False)
    area: Area = field(init=False)
    """What it looks at, by its id."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "area", Area(self.id[2]))
        object.__setattr__(self, "inputs", _parameters(self.judge))
        object.__setattr__(self, "asked", _parameters(self.applies) if self.applies else ())
        if unknown := {*self.inputs, *self.asked} - ORIGINS.keys():
            raise TypeError(f"{self.id} takes {some(sorted(unknown))}, which is no field of Facts (checks/facts.py)")

    @property
    def momentary(self) -> bool:
        """Whether it rests on what Cloud Map showed at one moment, so that a failure is read again before it counts."""
        return not MOMENTARY.isdisjoint(self.inputs)

    @property
    def of_neighbours(self) -> bool:
        """Whether it rests on what the table keeps of other services, which may have changed since."""
        return not OF_NEIGHBOURS.isdisjoint(self.inputs)

    @property
    def of_memory(self) -> frozenset[str]:
        """The facts that it rests on and that may be remembered of AWS, which may have changed since."""
        return REMEMBERED.intersection(self.inputs)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check came to for one member of its resource (a task, or `-` for the service itself). A failure
    `explains` those of these endpoints (None: of all that it is about), and is `suppressed` by a tag `until` then."""

    check: Check
    member: str
    endpoint: str
    status: Status
    sentence: str = ""
    severity: Severity = Severity.INFO
    caused_by: str = ""
    explains: frozenset[str] | None = None
    suppressed: bool = False
    until: str = ""
    unread: tuple[Unread, ...] = ()
    error: str = ""
    settled_at: datetime | None = None
    stale: tuple[Place, ...] = ()

    @property
    def subject(self) -> Subject:
        """What its incident is about."""
        return Subject(self.check.id, self.endpoint)


def check(check_id: str, **about: Any) -> Callable[[Callable[..., Iterator[Finding]]], Check]:  # noqa: ANN401
    """Declare a check; the keywords are the fields of `Check`."""

    def declare(judge: Callable[..., Iterator[Finding]]) -> Check:
        return Check(id=check_id, judge=judge, **about)

    return declare


def run(check: Check, facts: Facts, *, member: str, began: datetime | None, now: datetime, scale: float) -> Verdict:
    """Ask one check about one subject.

    `began` is when the subject's settling started (a task's `startedAt`), `now` when the reads behind `facts`
    began, `scale` multiplies the settling time. A check that raises is `unknown` and carries the error.
    """
    endpoint = ""
    if "endpoint" in check.inputs and not isinstance(facts.endpoint, Unread | Moot):
        endpoint = facts.endpoint.name
    try:
        return _judge(check, facts, (check, member, endpoint), began, now, scale)
    except Exception as error:  # one broken check must not silence the others: it becomes SC901
        what = clean(f"{type(error).__name__}: {error}")
        return Verdict(check, member, endpoint, Status.UNKNOWN, f"the check itself failed with {what}", error=what)


def _judge(
    check: Check, facts: Facts, about: tuple[Check, str, str], began: datetime | None, now: datetime, scale: float
) -> Verdict:
    if check.running_only and isinstance(facts.task, Task) and facts.task.last_status != "RUNNING":
        return Verdict(*about, Status.SKIPPED, f"the task is {facts.task.last_status}")
    given = [getattr(facts, name) for name in check.inputs]
    asked = [getattr(facts, name) for name in check.asked]
    unread: list[Unread] = []
    for fact in (*given, *asked):
        if isinstance(fact, Moot):
            return Verdict(*about, Status.SKIPPED, fact.reason)
        if isinstance(fact, Unread):
            unread.append(fact)
    known = not unread or not any(isinstance(fact, Unread) for fact in asked)
    if check.applies and known and (why_not := check.applies(*asked)):
        return Verdict(*about, Status.SKIPPED, why_not)
    if unread:
        reason = told(dict.fromkeys(fact.reason for fact in unread))
        return Verdict(*about, Status.UNKNOWN, reason, unread=tuple(unread))
    findings = list(check.judge(*given))
    if not findings:
        return Verdict(*about, Status.PASS)
    sentence = told(finding.sentence for finding in findings)
    severity = max(check.severity if finding.severity is None else finding.severity for finding in findings)
    if check.settles:
        settled_at = began + timedelta(seconds=check.settles * scale) if began else None
        if settled_at is None or now < settled_at:
            return Verdict(*about, Status.PENDING, sentence, severity, settled_at=settled_at)
    named = [finding.explains for finding in findings]
    explains = None if None in named else frozenset(name for names in named for name in names or ())
    stale = tuple(place for finding in findings for place in finding.stale)
    return Verdict(*about, Status.FAIL, sentence, severity, explains=explains, stale=stale)


def _parameters(function: Callable[..., object]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)
