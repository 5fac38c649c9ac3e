"""What is reported: verdicts on many tasks, gathered into one finding for each check, resource and answer."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from itertools import groupby
from typing import TYPE_CHECKING

from scaudit.checks.check import Check, Verdict
from scaudit.model import Severity, Status, Unread
from scaudit.model.places import Place as Home
from scaudit.model.sentences import clean
from scaudit.values import dataclass

if TYPE_CHECKING:
    from scaudit.collect.services import Whole
    from scaudit.model.seen import Seen, ServiceSeen

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
    """One service as it was judged. What scaudit says of itself has no service; what was judged from files has no
    Region and no account. `tagged` says, by the id of a check that fails, what there is of a tag that silences it.

    What was judged from files has a place for each check (by id), or for each subject of one (by key); what was audited
    has the `whole` that was seen of it, where it could be read, what stands `around` it and, of a service that was
    asked for alone, its `tasks` by id, those that were looked at.
    """

    cluster: str
    service: str
    verdicts: Sequence[Verdict]
    places: Mapping[str, Place] = field(default_factory=dict)
    region: str = ""
    account: str = ""
    whole: "Whole | None" = None
    around: "ServiceSeen | None" = None
    tasks: "Mapping[str, Seen]" = field(default_factory=dict)
    tagged: Mapping[str, str] = field(default_factory=dict)

    @property
    def about(self) -> Home:
        """Where it is, as that is written. Names in files may hold anything."""
        return Home(self.region, clean(self.cluster), clean(self.service))


@dataclass(frozen=True, slots=True)
class Finding:
    """One check on one resource (a service, or an endpoint of it), with all the tasks that share the answer.

    `severity` is the worst of them, `messages` the different sentences, most frequent first. `caused_by` is empty
    unless the same check explains every one of them. `since` is "new" or "unchanged" beside an earlier report,
    `unread` says which reads failed, where that is why it is unknown; to deploy the `stale` services again mends it.
    `tag` says until when a tag suppresses it, or why one does not.
    """

    check: Check
    status: Status
    severity: Severity
    home: Home
    endpoint: str
    tasks: tuple[str, ...]
    messages: tuple[str, ...]
    caused_by: str = ""
    suppressed: bool = False
    place: Place = Place()
    since: str = ""
    unread: tuple[str, ...] = ()
    stale: tuple[Home, ...] = ()
    tag: str = ""

    @property
    def id(self) -> str:
        """The id of its check."""
        return self.check.id

    @property
    def fix(self) -> str:
        """What to do, one sentence."""
        return self.check.fix

    @property
    def run(self) -> tuple[str, ...]:
        """Commands that mend it, to paste; none for what is in a file."""
        if self.status is not Status.FAIL or not self.home.region:
            return ()
        return tuple(each.redeploy for each in self.stale or ((self.home,) if self.check.redeploys else ()))

    @property
    def link(self) -> str:
        """Its check's section in docs/checks.md."""
        return f"docs/checks.md#{self.id.lower()}"

    @property
    def console(self) -> str:
        """The page of its service in AWS's console; empty where there is none."""
        return self.home.console if self.home.region and self.home.service else ""

    @property
    def is_note(self) -> bool:
        """Whether it only gives advice."""
        return self.status is Status.FAIL and self.severity is Severity.INFO

    @property
    def resource(self) -> str:
        """region/cluster/service/endpoint, without those that it is not about."""
        return "/".join(filter(None, (self.home.region, self.home.name, self.endpoint)))


def findings_of(judged: Iterable[Judged]) -> list[Finding]:
    """Every finding: the services with the worst first, in each the worst first, and causes before their effects."""
    found = sorted((finding for one in judged for finding in _of_service(one)), key=lambda f: (f.home, *_rank(f)))
    by_home = [_causes_first(list(group)) for _, group in groupby(found, key=lambda f: f.home)]
    return [finding for group in sorted(by_home, key=lambda group: min(map(_weight, group))) for finding in group]


def _weight(finding: Finding) -> tuple[bool, int, int]:
    """What is suppressed weighs least of all that failed. What passed or does not apply weighs the same whatever its
    check's severity is, so that it is in the order of the ids."""
    quiet = finding.status in (Status.PASS, Status.SKIPPED)
    return finding.suppressed, WORST_FIRST.index(finding.status), 0 if quiet else -finding.severity


def _rank(finding: Finding) -> tuple[object, ...]:
    return (*_weight(finding), finding.id, finding.endpoint, finding.place.file, finding.place.line)


def _causes_first(findings: Sequence[Finding]) -> list[Finding]:
    """What explains others weighs as much as the worst of them, and stands before them."""
    failed = {f.id for f in findings if f.status is Status.FAIL}
    effects: dict[str, list[Finding]] = {}
    roots = list[Finding]()
    for finding in findings:
        explained = finding.caused_by in failed - {finding.id}
        (effects.setdefault(finding.caused_by, []) if explained else roots).append(finding)

    def family(finding: Finding) -> list[Finding]:
        mine = effects.pop(finding.id, []) if finding.status is Status.FAIL else []
        return [finding, *(one for effect in mine for one in family(effect))]

    families = sorted((family(root) for root in roots), key=lambda family: min(map(_weight, family)))
    rest = [finding for left in effects.values() for finding in left]  # checks that explain one another
    return [finding for one in families for finding in one] + rest


def _failed(unread: Unread) -> bool:
    """Whether a read failed, and not only what was read does not tell."""
    return bool(unread.action or unread.code or unread.transient or unread.odd)


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
        home=judged.about,
        endpoint=clean(first.endpoint),
        tasks=tuple(sorted({clean(v.member) for v in group} - {"-"})),
        messages=tuple(sentence for sentence, _ in sentences.most_common()),
        caused_by=causes.pop() if len(causes) == 1 else "",
        suppressed=first.suppressed,
        unread=tuple(dict.fromkeys(clean(u.reason) for v in group for u in v.unread if _failed(u))),
        stale=tuple(dict.fromkeys(place for v in group for place in v.stale)),
        tag=judged.tagged.get(first.check.id, "") if first.status is Status.FAIL else "",
        place=judged.places.get(first.subject.key) or judged.places.get(first.check.id, Place()),
    )
