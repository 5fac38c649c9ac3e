"""The command `scaudit status`: what the deployed stack knows now, without looking at ECS."""

import sys
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from scaudit.model import Severity
from scaudit.model import Status as Answer
from scaudit.values import dataclass
from scaudit_cli.ask.doubts import New
from scaudit_cli.ask.doubts import doubts as doubts_of
from scaudit_cli.ask.form import Form, count
from scaudit_cli.ask.telling import Unsent, unsent_in, waits_in
from scaudit_cli.deployed import HOLD_DOWN, Deployed, answers, find, readable
from scaudit_cli.usage import CLEAN, COULD_NOT_TELL, FOUND, FailOn, Profile, Stack, StackRegion

if TYPE_CHECKING:
    from scaudit.model.incidents import Member
    from scaudit.model.places import Place, Subject
    from scaudit.store.overview import Overview, Problem, Undecided


SHOWN_ODD = 5


@dataclass(frozen=True, slots=True)
class Status:
    """What a stack knows, `at` which moment. `threshold` is its AlertSeverity, `ignored` its IgnoreChecks, `hold_down`
    its HoldDown; it is `new` until a sweep must have come by. What is `waiting` was left to a digest that is not sent
    yet, by place and subject; `odd` are items of the table that cannot be read, by their keys, and why."""

    stack: str
    account: str
    at: datetime
    regions: tuple["Overview", ...]
    dead_letters: int
    threshold: str
    ignored: frozenset[str]
    hold_down: timedelta = timedelta(seconds=HOLD_DOWN)
    new: New | None = None
    waiting: Mapping[tuple["Place", "Subject"], Unsent] = field(default_factory=dict)
    odd: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def problems(self) -> list["Problem"]:
        """Everything that is wrong, the worst and oldest first; then what is well again and not over yet."""
        found = [problem for region in self.regions for problem in region.problems]
        return sorted(found, key=lambda p: (bool(p.clear), -severity(p), since(p) or self.at, p.place, p.subject))

    @property
    def doubts(self) -> list[str]:
        """Why "nothing is wrong" would not be known, in sentences."""
        found = [doubt for region in self.regions for doubt in doubts_of(region, self.at, self.new)]
        for each in self.problems:
            if each.cut and not (loud(each) or each.clear):
                some = f"{len(each.samples)} of {each.count}"
                found.append(
                    f"{each.place.name}: {some} that fail {each.subject.check} were read, and these are silenced"
                )
        found += [
            f"the item {pk} {sk} of the table cannot be read ({why}), and so what it is about is not known; where no "
            "later sweep replaces it, delete it"
            for (pk, sk), why in islice(sorted(self.odd.items()), SHOWN_ODD)
        ]
        if (more := len(self.odd) - SHOWN_ODD) > 0:
            found.append(f"{count(more, 'more item')} of the table cannot be read")
        if self.dead_letters:
            found.append(f"{count(self.dead_letters, 'dead letter')}: scaudit redrive shows them")
        return found

    @property
    def tasks(self) -> tuple[int, int]:
        """How many tasks were verified at the last sweeps, and how many ran."""
        swept = [(region, each) for region in self.regions for each in region.swept]
        return sum(region.verified(each) for region, each in swept), sum(each.tasks for _, each in swept)

    def undecided(self, status: Answer) -> list["Undecided"]:
        """What was unknown, or pending, when it was last looked at."""
        return [each for region in self.regions for each in region.undecided if each.status is status]

    def exit_code(self, fail_on: Severity) -> int:
        """As `scaudit check`: 1 for a problem as bad as that, 2 where it is not known whether there is one."""
        if any(severity(p) >= fail_on for p in self.problems if loud(p)):
            return FOUND
        return COULD_NOT_TELL if self.doubts else CLEAN

    def counts(self) -> Counter[str]:
        """How many problems have which severity, without those that are suppressed or explained by another."""
        return Counter(severity(p).word for p in self.problems if loud(p))

    def told_at(self, problem: "Problem") -> datetime | None:
        """When it was last announced; None while that waits for a digest."""
        known = problem.announced or problem.clear
        return known.told_at if known and (problem.place, problem.subject) not in self.waiting else None

    def quiet(self, problem: "Problem") -> str:
        """Why nobody is told of a problem; empty when somebody is, or will be."""
        unsent = self.waiting.get((problem.place, problem.subject))
        if unsent and not problem.clear:  # else it is over before that: nobody is told
            return waits_in(unsent)
        if problem.announced or problem.clear:
            return "" if self.told_at(problem) else "not announced" + " yet" * (not problem.clear)
        if suppressed(problem):
            ends = sorted({m.until for m in problem.samples})
            more = " at the earliest" if len(ends) > 1 else ""
            return f"suppressed by a tag until {ends[0]}{more}" if ends[0] else "suppressed by a tag"
        if problem.subject.check in self.ignored:
            return "not announced: the check is in IgnoreChecks"
        if not loud(problem):
            causes = {m.caused_by for m in problem.samples if m.caused_by}
            return f"explained by {', '.join(sorted(causes))}"
        if self.threshold == "none" or severity(problem) < Severity[self.threshold.upper()]:
            return f"not announced: AlertSeverity is {self.threshold}"
        return "not announced yet"


def severity(problem: "Problem") -> Severity:
    """The worst of what was read of it."""
    known = problem.announced or problem.clear
    worst = known.severity if known else Severity.INFO
    return max([worst, *(m.severity for m in problem.samples)])


def since(problem: "Problem") -> datetime | None:
    """When it began, as far as it is known."""
    began = [m.since for m in problem.samples if m.since]
    known = problem.announced or problem.clear
    return known.opened_at if known else min(began, default=None)


def suppressed(problem: "Problem") -> bool:
    """Whether a tag silences all that was read of it."""
    return bool(problem.samples) and all(m.suppressed for m in problem.samples)


def loud(problem: "Problem") -> bool:
    """Whether it counts: neither suppressed by a tag nor explained by another, nor well again."""
    heard_of = any(not (m.suppressed or m.caused_by) for m in problem.samples)
    return not problem.clear and (bool(problem.announced) or heard_of)


def heard(region: "Overview", ignored: Collection[str]) -> "Overview":
    """A Region whose effects are quiet only while their causes speak, as in alerts."""
    from scaudit.judge.causes import as_heard

    stood: dict[Place, dict[Subject, dict[str, Member]]] = {}
    for problem in region.problems:
        stood.setdefault(problem.place, {})[problem.subject] = {m.id: m for m in problem.samples}
    problems = tuple(
        replace(p, samples=tuple(as_heard(p.subject, p.samples, stood[p.place], ignored))) for p in region.problems
    )
    return replace(region, problems=problems)


def read(deployed: Deployed, at: datetime) -> Status:
    """Ask the table and the dead-letter queue. Raises Refused."""
    from scaudit.store.overview import overview
    from scaudit.store.table import Table

    asked = deployed.parameters
    ignored = deployed.ignored
    with answers(), readable():
        table = Table(deployed.client("dynamodb"), deployed.outputs["TableName"])
        regions = tuple(heard(overview(table, region), ignored) for region in deployed.regions)
        unsent = unsent_in(table, deployed.regions, at)
        letters = deployed.client("sqs").get_queue_attributes(
            QueueUrl=deployed.outputs["DeadLetterQueueUrl"],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
    return Status(
        stack=deployed.stack,
        account=deployed.account,
        at=at,
        regions=regions,
        dead_letters=sum(map(int, letters.values())),
        threshold=asked.get("AlertSeverity", Severity.ERROR.word),
        ignored=ignored,
        hold_down=deployed.hold_down,
        new=New.of(deployed, at),
        waiting=unsent,
        odd=table.odd,
    )


def status(
    stack: Stack = "scaudit",
    region: StackRegion = "",
    profile: Profile = "",
    output: Annotated[Form, typer.Option("--output", "-o", help="How the answer is written.")] = Form.TEXT,
    fail_on: FailOn = Severity.ERROR,
) -> None:
    """What is wrong now, since when, and how much was verified: from the deployed stack, without reading ECS.

    `scaudit check` looks anew; this tells what the stack has on record. "since" is when scaudit was sure: it broke
    before that, since checks let a task settle and look twice, and some wait for a sweep.
    """
    from scaudit_cli.ask import status_json, status_text

    known = read(find(stack, region, profile), datetime.now(UTC))
    (status_json if output is Form.JSON else status_text).write(known, sys.stdout)
    raise typer.Exit(known.exit_code(fail_on))
