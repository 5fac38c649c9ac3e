"""What a check is, and how one is run on the facts it names."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from scaudit.checks.facts import Facts
from scaudit.model import Moot, Severity, Status, Unread


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: a sentence with the two values that disagree; `severity` only where it is not the check's."""

    sentence: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule under a stable id. `judge` yields one finding per problem; its parameter names are its inputs.

    `title` states the good state, `why` what goes wrong without it, `fix` is an order, `source` where the rule is
    known from. `where` has a letter for each look that asks it: T a task's event, S the audit of a service, W one that
    sees the whole namespace, N the announcing of incidents, L a look at files; empty is at every look. `settles` is how
    many seconds after the subject began a finding may still be normal. `applies` answers why the check does not apply,
    or nothing. `after` names the checks whose failure explains this one.
    """

    id: str
    title: str
    about: str
    severity: Severity
    fix: str
    judge: Callable[..., Iterator[Finding]]
    where: str = ""
    why: str = ""
    source: str = ""
    settles: int = 0
    applies: Callable[..., str | None] | None = None
    after: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        return _inputs(self.judge)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check came to for one member of its resource (a task, or `-` for the service itself)."""

    check: Check
    member: str
    endpoint: str
    status: Status
    sentence: str = ""
    severity: Severity = Severity.INFO
    caused_by: str = ""
    suppressed: bool = False
    unread: tuple[Unread, ...] = ()
    error: str = ""
    settled_at: datetime | None = None

    @property
    def subject(self) -> str:
        """Check and endpoint: with the service, the identity of an incident; never wording or severity."""
        return f"{self.check.id}#{self.endpoint or '-'}"


def check(id: str, **about: Any) -> Callable[[Callable[..., Iterator[Finding]]], Check]:  # noqa: ANN401
    """Declare a check; the keywords are the fields of `Check`."""

    def declare(judge: Callable[..., Iterator[Finding]]) -> Check:
        return Check(id=id, judge=judge, **about)

    return declare


def run(check: Check, facts: Facts, *, member: str, began: datetime | None, now: datetime, scale: float) -> Verdict:
    """Ask one check about one subject.

    `began` is when the subject's settling started (a task's `startedAt`), `now` when the reads behind `facts`
    began, `scale` multiplies the settling time. A check that raises is `unknown` and carries the error.
    """
    endpoint = "" if isinstance(facts.endpoint, Unread | Moot) else facts.endpoint.name
    verdict = partial(Verdict, check, member, endpoint if "endpoint" in check.inputs else "")
    try:
        return _judge(check, facts, verdict, began, now, scale)
    except Exception as error:  # one broken check must not silence the others: it becomes SC901
        told = f"{type(error).__name__}: {error}"
        return verdict(Status.UNKNOWN, f"the check itself failed with {told}", error=told)


def _judge(
    check: Check, facts: Facts, verdict: Callable[..., Verdict], began: datetime | None, now: datetime, scale: float
) -> Verdict:
    given = {name: getattr(facts, name) for name in check.inputs}
    asked = _parameters(check.applies, facts) if check.applies else {}
    known = [*given.values(), *asked.values()]
    for fact in known:
        if isinstance(fact, Moot):
            return verdict(Status.SKIPPED, fact.reason)
    if check.applies and not _unread(asked.values()) and (why_not := check.applies(**asked)):
        return verdict(Status.SKIPPED, why_not)
    if unread := _unread(known):
        reason = "; ".join(dict.fromkeys(fact.reason for fact in unread))
        return verdict(Status.UNKNOWN, reason, unread=unread)
    findings = list(check.judge(**given))
    if not findings:
        return verdict(Status.PASS)
    sentence = "; ".join(finding.sentence for finding in findings)
    severity = max(check.severity if finding.severity is None else finding.severity for finding in findings)
    if check.settles:
        settled_at = began + timedelta(seconds=check.settles * scale) if began else None
        if settled_at is None or now < settled_at:
            return verdict(Status.PENDING, sentence, severity, settled_at=settled_at)
    return verdict(Status.FAIL, sentence, severity)


def _parameters(function: Callable[..., object], facts: Facts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in _inputs(function)}


@cache
def _inputs(function: Callable[..., object]) -> tuple[str, ...]:
    """Kept: to ask a function for its signature takes longer than to judge by it."""
    return tuple(inspect.signature(function).parameters)


def _unread(facts: object) -> tuple[Unread, ...]:
    return tuple(fact for fact in facts if isinstance(fact, Unread))  # type: ignore[attr-defined]
