"""What one run looks at and finds in one Region."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import TypeVar

from scaudit.audit.services import AT_ONCE
from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.collect.aws.reads import Reads, Way
from scaudit.judge.rules import Rules
from scaudit.judge.scaudit_itself import judge_itself, of_answers
from scaudit.model import Service, Status, Unread
from scaudit.model.seen import Permission
from scaudit.store.memory import Memory
from scaudit_cli.check.look import Look
from scaudit_cli.check.neighbours import Neighbourhoods
from scaudit_cli.check.scope import Scope, services_in
from scaudit_cli.check.session import CALLS_AT_ONCE
from scaudit_cli.check.threads import SideBySide
from scaudit_cli.output.finding import Judged

LOOKS_AT_ONCE = 4
T = TypeVar("T")
_Place = tuple[str, str]
Looked = tuple[int, Sequence[Judged]]
"""How many services were looked at, and what was judged of them."""


class Region:
    """One Region of a run, its looks side by side and within half of its quotas. `targets` are the names of the
    services in question by cluster, `found` what was judged of them, `left_out` those that nothing is to be judged of,
    and why; `misnamed` tells of tags that are to silence a check, and name none. `why_not` is why nothing at all could
    be read."""

    def __init__(self, name: str, ways: Callable[[str], Way], rules: Rules, clock: Callable[[], datetime]) -> None:
        self.name, self.calls = name, Counter[str]()
        self.targets: dict[str, Sequence[str]] = {}
        self.found: dict[_Place, Judged] = {}
        self.left_out: dict[_Place, str] = {}
        self.misnamed: dict[str, None] = {}
        self.why_not = ""
        self._namespaces: dict[str, Judged] = {}
        self._ways, self._rules, self._clock = ways, rules, clock
        self.memory = Memory(name, None, clock)
        self._side_by_side = SideBySide(CALLS_AT_ONCE)
        self._looks = ThreadPoolExecutor(LOOKS_AT_ONCE)
        self._unlisted: dict[str, Unread] = {}
        self._permissions: dict[tuple[str, str], Permission] = {}
        self._understood: dict[tuple[str, str], str] = {}
        self._lock, self._listed, self._stopped = Lock(), False, False
        self._scope = Scope()

    def find(self, scope: Scope) -> None:
        """Find out what is in question. Raises Refused when that is not clear, or is not there, and Unreachable."""
        reads, self._scope = self._reads(), scope
        for cluster, names in services_in(reads, scope, self.name).items():
            if isinstance(names, Unread):
                self._unlisted[cluster] = names
            else:
                self.targets[cluster] = names
        self._listed = True
        self._keep(reads)

    def looks(self, targets: Mapping[str, Sequence[str]]) -> list[Future[Looked]]:
        """Begin to look at these services, so many together as the sweep does."""
        around = Neighbourhoods()
        return [
            self._looks.submit(self._look, cluster, names[first : first + AT_ONCE], around)
            for cluster, names in targets.items()
            for first in range(0, len(names), AT_ONCE)
        ]

    def stop(self) -> None:
        """Begin no more looks, and no more calls."""
        self._stopped = True
        if not self._listed:
            self.why_not = "interrupted before it was listed what there is"
        self._looks.shutdown(wait=False, cancel_futures=True)

    def pending(self) -> dict[str, Sequence[str]]:
        """The services of which something is pending."""
        waiting: dict[str, list[str]] = {}
        for (cluster, name), judged in self.found.items():
            if any(verdict.status is Status.PENDING for verdict in judged.verdicts):
                waiting.setdefault(cluster, []).append(name)
        return {**waiting}

    def judged(self, at: datetime) -> Iterator[Judged]:
        """Everything that was judged, the services first and then scaudit itself; `at` is when the run began."""
        yield from self.found.values()
        for arn, judged in self._namespaces.items():
            clusters = {cluster for (cluster, _), one in self.found.items() if _namespace(one) == arn}
            yield replace(judged, cluster=min(clusters, default=judged.cluster))  # whichever look was the first
        if self.why_not:
            yield self._blind("", Unread(self.why_not, transient=True))
        for cluster, unread in self._unlisted.items():
            yield self._blind(cluster, unread)
        for cluster, names in self.targets.items():
            if missing := [name for name in names if (cluster, name) not in self.found.keys() | self.left_out.keys()]:
                told = f"{len(missing)} of {len(names)} services were not looked at"
                yield self._blind(cluster, Unread(told, transient=True))
        audited = {f"{cluster}/{name}": one.verdicts for (cluster, name), one in self.found.items()}
        for verdict in judge_itself(audited, self._permissions, of_answers(self._understood), at, {}):
            if verdict.status is Status.FAIL:
                cluster = verdict.member if verdict.check.id == "SC902" else ""
                yield Judged(cluster, "", [verdict], region=self.name)

    def _blind(self, cluster: str, unread: Unread) -> Judged:
        verdict = Verdict(BY_ID["SC904"], "-", "", Status.UNKNOWN, unread.reason, unread=(unread,))
        return Judged(cluster, "", [verdict], region=self.name)

    def _look(self, cluster: str, names: Sequence[str], around: Neighbourhoods) -> Looked:
        reads = self._reads()
        look = Look(self.name, reads, self._clock, self._rules, around, self._scope)
        judged = list(look.at(cluster, names))
        if self._stopped:
            return 0, ()
        with self._lock:
            self.found |= {(cluster, one.service): one for one in judged}
            self.left_out |= {(cluster, name): why for name, why in look.left_out.items()}
            self.misnamed |= dict.fromkeys(look.misnamed)
            for arn, verdicts in look.namespaces.items():
                self._namespaces[arn] = Judged(cluster, "", verdicts, region=self.name)
            self._keep(reads)
        return len(names), judged

    def read(self, work: Callable[[Reads], T]) -> T:
        """What some further work reads, counted with the rest."""
        reads = self._reads()
        try:
            return work(reads)
        finally:
            with self._lock:
                self._keep(reads)

    def _reads(self) -> Reads:
        """Fresh for each look: what one look reads but once, the next one reads again."""
        left = lambda: -math.inf if self._stopped else math.inf  # noqa: E731
        own = self._ways(self.name)
        return Reads(own.clients, self.memory, own.pace, left, self._ways, self._side_by_side)

    def _keep(self, reads: Reads) -> None:
        self.calls += reads.calls
        self._permissions |= reads.permissions
        self._understood |= reads.understood


def _namespace(one: Judged) -> str:
    service = one.around.service if one.around else None
    return service.primary.namespace if isinstance(service, Service) and service.primary else ""
