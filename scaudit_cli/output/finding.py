"""What is reported: verdicts on many tasks, gathered into one finding for each check, resource and answer."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scaudit.checks.check import Check, Verdict
from scaudit.model import Severity, Status
from scaudit.model.sentences import clean

if TYPE_CHECKING:
    from scaudit.collect.services import Whole

WORST_FIRST = (Status.FAIL, Status.UNKNOWN, Status.PENDING, Status.SKIPPED, Status.PASS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file; `line` is 0 when not known."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Judged:
    """One service as it was judged. What scaudit says of itself has no service.

    What was judged from files has a place for each check (by id), or for each subject of one (by key); what was audited
    has the `whole` that was seen of it, where it could be read.
    """

    cluster: str
    service: str
    verdicts: Sequence[Verdict]
    places: Mapping[str, Place] = field(default_factory=dict)
    whole: "Whole | None" = None

    @property
    def about(self) -> tuple[str, str]:
        """Cluster and service as they are written. Names in files may hold anything."""
        return clean(self.cluster), clean(self.service)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check on one resource (a service, or an endpoint of it), with all the tasks that share the answer.

    `severity` is the worst of them, `messages` the different sentences, most frequent first. `caused_by` is empty
    unless the same check explains every one of them.
    """

    check: Check
    status: Status
    severity: Severity
    cluster: str
    service: str
    endpoint: str
    tasks: tuple[str, ...]
    messages: tuple[str, ...]
    caused_by: str = ""
    suppressed: bool = False
    place: Place = Place()

    @property
    def id(self) -> str:
        """The id of its check."""
        return self.check.id

    @property
    def fix(self) -> str:
        """What to do, one sentence."""
        return self.check.fix

    @property
    def link(self) -> str:
        """Its check's section in docs/checks.md."""
        return f"docs/checks.md#{self.id.lower()}"

    @property
    def is_note(self) -> bool:
        """Whether it only gives advice."""
        return self.status is Status.FAIL and self.severity is Severity.INFO

    @property
    def resource(self) -> str:
        """cluster/service/endpoint, without those that it is not about."""
        return "/".join(filter(None, (self.cluster, self.service, self.endpoint)))


def findings_of(judged: Iterable[Judged]) -> list[Finding]:
    """Every finding, by service, the worst first."""
    found = [finding for one in judged for finding in _of_service(one)]
    return sorted(
        found,
        key=lambda f: (
            f.cluster,
            f.service,
            WORST_FIRST.index(f.status),
            -f.severity,
            f.id,
            f.endpoint,
            f.place.file,
            f.place.line,
        ),
    )


def _of_service(judged: Judged) -> list[Finding]:
    groups: dict[tuple[str, str, Status, bool], list[Verdict]] = {}
    for v in judged.verdicts:
        groups.setdefault((v.check.id, v.endpoint, v.status, v.suppressed), []).append(v)
    return [_gathered(judged, group) for group in groups.values()]


def _gathered(judged: Judged, group: Sequence[Verdict]) -> Finding:
    first = group[0]
    sentences = Counter(clean(v.sentence) for v in group if v.sentence)
    causes = {v.caused_by for v in group}
    failed = first.status in (Status.FAIL, Status.PENDING)
    return Finding(
        check=first.check,
        status=first.status,
        severity=max(v.severity for v in group) if failed else first.check.severity,
        cluster=judged.about[0],
        service=judged.about[1],
        endpoint=clean(first.endpoint),
        tasks=tuple(sorted({v.member for v in group} - {"-"})),
        messages=tuple(sentence for sentence, _ in sentences.most_common()),
        caused_by=causes.pop() if len(causes) == 1 else "",
        suppressed=first.suppressed,
        place=judged.places.get(first.subject.key) or judged.places.get(first.check.id, Place()),
    )
