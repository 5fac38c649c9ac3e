"""All that one run found, what is shown of it, and how it exits."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from scaudit.model import Severity, Status
from scaudit_cli.output.finding import Finding, Judged, findings_of

CLEAN, FOUND, COULD_NOT_TELL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found of which services (cluster, name), `at` its beginning. `fail_on` is the severity from which a
    failure counts, `reads` counts AWS calls by action."""

    at: datetime
    services: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    fail_on: Severity = Severity.ERROR
    verbose: bool = False
    notes: tuple[str, ...] = ()
    reads: Counter[str] = field(default_factory=Counter)

    @property
    def listed(self) -> list[Finding]:
        """What machines get: all but the passes, which only `--verbose` lists."""
        return [f for f in self.findings if self.verbose or f.status is not Status.PASS]

    def counts(self, finding: Finding) -> bool:
        """Whether a finding makes the run fail. What a tag of the service suppresses does not."""
        return finding.status is Status.FAIL and finding.severity >= self.fail_on and not finding.suppressed

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
    def healthy(self) -> list[tuple[str, str]]:
        """The services of which something was judged, nothing failed that is more than a note, and nothing is open."""
        return [service for service in self._untroubled if service not in self.aside]

    @property
    def aside(self) -> dict[tuple[str, str], str]:
        """The services that nothing applies to, and why: they are neither healthy nor not."""
        skipped = {(f.cluster, f.service): f for f in self.findings if f.status is Status.SKIPPED}
        judged = {(f.cluster, f.service) for f in self.findings if f.status is not Status.SKIPPED}
        return {service: ", ".join(f.messages) for service, f in skipped.items() if service not in judged}

    @property
    def _untroubled(self) -> list[tuple[str, str]]:
        troubled = {
            (f.cluster, f.service)
            for f in self.findings
            if not f.is_note and f.status not in (Status.PASS, Status.SKIPPED)
        }
        return [service for service in self.services if service not in troubled]

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


def report_of(
    judged: Iterable[Judged],
    *,
    at: datetime,
    fail_on: Severity = Severity.ERROR,
    verbose: bool = False,
    notes: Iterable[str] = (),
    reads: Counter[str] | None = None,
) -> Report:
    """Gather what was judged into what is reported."""
    judged = list(judged)
    return Report(
        at=at,
        services=tuple(sorted({one.about for one in judged if one.service})),
        findings=tuple(findings_of(judged)),
        fail_on=fail_on,
        verbose=verbose,
        notes=tuple(notes),
        reads=reads or Counter(),
    )
