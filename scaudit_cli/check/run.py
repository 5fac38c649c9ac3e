"""One run of `scaudit check`: a look at every service in question, and further looks at what is pending."""

import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.clock import utc_now
from scaudit.collect.aws.ecs import SERVICES_PER_CALL
from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Reads
from scaudit.judge.rules import Rules
from scaudit.judge.scaudit_itself import judge_itself, of_answers
from scaudit.model import Status, Unread
from scaudit.model.seen import Permission
from scaudit.store.memory import Memory
from scaudit_cli.check.clients import clients
from scaudit_cli.check.look import Look
from scaudit_cli.check.scope import Scope, services_in
from scaudit_cli.output.finding import Judged
from scaudit_cli.progress import counted
from scaudit_cli.usage import Refused

_FIRST, _LONGEST = 2.0, 15.0
"""Seconds between two looks at what is pending: doubled each time, up to the longest."""
_Place = tuple[str, str]


class Run:
    """What was found so far, in which `region`, and the `memory` of what was read once. Raises Refused when it is not
    clear what is to be looked at."""

    def __init__(self, scope: Scope, rules: Rules) -> None:
        self.began = utc_now()
        self.calls: Counter[str] = Counter()
        self._scope, self._rules = scope, rules
        self.region, self._clients = clients()
        self.memory, self._pace = Memory(self.region, None, utc_now), Pace(self.region, workers=1)
        self._found: dict[_Place, Judged] = {}
        self._left_out: dict[_Place, str] = {}
        self._unlisted: dict[str, Unread] = {}
        self._permissions: dict[tuple[str, str], Permission] = {}
        self._understood: dict[tuple[str, str], str] = {}

    def look(self) -> None:
        """Look at every service in question."""
        reads = self._reads()
        targets: dict[str, Sequence[str]] = {}
        for cluster, names in services_in(reads, self._scope).items():
            if isinstance(names, Unread):
                self._unlisted[cluster] = names
            else:
                targets[cluster] = names
        self._looked(reads)
        self._at(targets)
        absent = [f"{cluster}/{name}" for (cluster, name), why in self._left_out.items() if why == "does not exist"]
        if self._scope.service and not self._found and absent:
            raise Refused(f"there is no service {' or '.join(absent)}")

    def wait(self, seconds: float) -> None:
        """Look again at the services of which something is pending, until nothing is or the time is over."""
        end, pause = time.monotonic() + seconds, _FIRST
        while (pending := self._pending()) and (left := end - time.monotonic()) > 0:
            time.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST)
            self._at(pending)

    def judged(self) -> Iterator[Judged]:
        """Everything that was judged, the services first and then scaudit itself."""
        yield from self._found.values()
        for cluster, unread in self._unlisted.items():
            yield Judged(cluster, "", [Verdict(BY_ID["SC904"], "-", "", Status.UNKNOWN, unread.reason)])
        audited = {f"{cluster}/{name}": one.verdicts for (cluster, name), one in self._found.items()}
        for verdict in judge_itself(audited, self._permissions, of_answers(self._understood), self.began, {}):
            if verdict.status is Status.FAIL:
                yield Judged(verdict.member if verdict.check.id == "SC902" else "", "", [verdict])

    def notes(self) -> list[str]:
        """What was left out, and why."""
        counts = Counter(self._left_out.values())
        if self._scope.service:
            return [f"{cluster}/{name} {why}" for (cluster, name), why in self._left_out.items()]
        return [f"{count} service{'' if count == 1 else 's'}: {why}" for why, count in counts.items()]

    def _at(self, targets: Mapping[str, Sequence[str]]) -> None:
        reads = self._reads()
        look = Look(self.region, reads, utc_now, self._rules)
        groups = [
            (cluster, names[first : first + SERVICES_PER_CALL])
            for cluster, names in targets.items()
            for first in range(0, len(names), SERVICES_PER_CALL)
        ]
        for cluster, names in counted(groups, total=sum(len(names) for _, names in groups)):
            for judged in look.at(cluster, names):
                self._found[cluster, judged.service] = judged
        self._left_out |= look.left_out
        self._looked(reads)

    def _pending(self) -> dict[str, list[str]]:
        waiting: dict[str, list[str]] = {}
        for (cluster, name), judged in self._found.items():
            if any(verdict.status is Status.PENDING for verdict in judged.verdicts):
                waiting.setdefault(cluster, []).append(name)
        return waiting

    def _reads(self) -> Reads:
        """Fresh for each look: what one look reads but once, the next one reads again."""
        return Reads(self._clients, self.memory, self._pace, lambda: math.inf)

    def _looked(self, reads: Reads) -> None:
        self.calls += reads.calls
        self._permissions |= reads.permissions
        self._understood |= reads.understood
