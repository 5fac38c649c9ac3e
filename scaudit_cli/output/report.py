"""All that one run found, what is shown of it, and how it exits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import datetime

from scaudit.model import Severity, Status
from scaudit.model.places import Place as Home
from scaudit.values import dataclass
from scaudit_cli.output.finding import Finding, Judged, findings_of
from scaudit_cli.usage import CLEAN, COULD_NOT_TELL, FOUND


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found of which services, `at` its beginning, of an `account` and its `regions` (none: in files).
    `fail_on` is the severity from which a failure counts, `reads` counts AWS calls by action; `cut` says that it was
    interrupted, `mended` what an earlier report has and this one saw to be over, `advised` the checks whose advice is
    told without `verbose`, too. `misnamed` are notes, too, on tags that silence nothing: they are problems."""

    at: datetime
    services: tuple[Home, ...]
    findings: tuple[Finding, ...]
    fail_on: Severity = Severity.ERROR
    verbose: bool = False
    problems: bool = False
    notes: tuple[str, ...] = ()
    misnamed: tuple[str, ...] = ()
    reads: Counter[str] = field(default_factory=Counter)
    account: str = ""
    regions: tuple[str, ...] = ()
    cut: bool = False
    mended: Sequence[str] = ()
    advised: frozenset[str] = frozenset()

    @property
    def listed(self) -> list[Finding]:
        """What machines get: what failed and is more than advice, or is open; all with `--verbose`."""
        return [finding for finding in self.findings if self.tells(finding)]

    def tells(self, finding: Finding) -> bool:
        """Whether a finding is listed, and not only counted."""
        advice = finding.is_note and finding.id not in self.advised
        quiet = finding.status in (Status.PASS, Status.SKIPPED) or advice
        return self.verbose or self.counts(finding) or not quiet

    def counts(self, finding: Finding) -> bool:
        """Whether a finding makes the run fail. What a tag of the service suppresses does not."""
        return finding.status is Status.FAIL and finding.severity >= self.fail_on and not finding.suppressed

    @property
    def unread(self) -> list[str]:
        """The reads that failed, so that not everything was judged."""
        return list(dict.fromkeys(reason for finding in self.findings for reason in finding.unread))

    @property
    def exit_code(self) -> int:
        """0, 1 or 2, as docs/operating.md explains them."""
        if any(map(self.counts, self.findings)):
            return FOUND
        could_not_tell = any(f.status is Status.PENDING or self._is_open(f) for f in self.findings)
        return COULD_NOT_TELL if could_not_tell else CLEAN

    def _is_open(self, finding: Finding) -> bool:
        """Whether it is unknown, and would make the run fail if it were not well. That scaudit could not look counts
        always."""
        own = finding.check.about == "scaudit"
        return finding.status is Status.UNKNOWN and (own or finding.severity >= self.fail_on)

    @property
    def healthy(self) -> list[Home]:
        """The services of which something was judged, nothing failed that is more than a note, and nothing is open."""
        others = self._troubled | self.aside.keys()
        return [service for service in self.services if service not in others]

    @property
    def aside(self) -> dict[Home, str]:
        """The services that nothing applies to but advice, or that have no task, and why: they are neither healthy nor
        not."""
        skipped = {f.home: f for f in self.findings if f.status is Status.SKIPPED}
        idle = {f.home: f for f in self.findings if f.status is Status.SKIPPED and f.id == "SC904"}
        judged = {f.home for f in self.findings if f.status is not Status.SKIPPED and not f.is_note} - idle.keys()
        others = judged | self._troubled
        return {home: ", ".join(f.messages) for home, f in (skipped | idle).items() if home not in others}

    @property
    def _troubled(self) -> set[Home]:
        return {f.home for f in self.findings if not f.is_note and f.status not in (Status.PASS, Status.SKIPPED)}

    @property
    def totals(self) -> dict[str, int]:
        """How many findings have which status, how many failures which severity, and how many a tag suppresses."""
        loud = [f for f in self.findings if not f.suppressed]
        statuses = Counter(f.status for f in loud)
        severities = Counter(f.severity for f in loud if f.status is Status.FAIL)
        return {
            **{status.value: statuses[status] for status in Status},
            **{severity.word: severities[severity] for severity in sorted(Severity, reverse=True)},
            "suppressed": len(self.findings) - len(loud),
        }


def report_of(judged: Iterable[Judged], **about: object) -> Report:
    """Gather what was judged into what is reported; `about` are further fields of the report."""
    judged = list(judged)
    services = tuple(sorted({one.about for one in judged if one.service}))
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in about.items()}
    return Report(services=services, findings=tuple(findings_of(judged)), **told)  # type: ignore[arg-type]
