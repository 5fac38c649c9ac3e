"""What one audit found, as a map."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from scaudit.audit.rolls import Roll
from scaudit.collect.aws.client_metrics import counted_calls
from scaudit.judge.rules import Rules
from scaudit.model import Severity, Status, Unread
from scaudit.model.calls import Call
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import NOTHING, ServiceState
from scaudit_cli.ask.form import count, members
from scaudit_cli.ask.recorded import words_of
from scaudit_cli.check.neighbours import as_neighbour
from scaudit_cli.check.region import Region
from scaudit_cli.check.scope import Scope
from scaudit_cli.check.start import started
from scaudit_cli.map.model import Map, State, Trouble
from scaudit_cli.map.rows import Known, state_of
from scaudit_cli.map.whole import map_of
from scaudit_cli.output.finding import Finding, Judged, findings_of

_TOLD = (Status.FAIL, Status.UNKNOWN, Status.PENDING)


def audited(namespace: str, region: str = "", profile: str = "") -> Map:
    """Audit every cluster of a Region (empty: of the settings'), or the services of a namespace (name or ARN). Raises
    Refused."""
    scope = Scope(namespace=namespace, every_cluster=not namespace)
    run = started(profile, [region], scope, Rules(), Severity.ERROR)
    run.look()
    judged = list(run.judged())
    counted = {region.name: _calls(region) for region in run.regions}
    regions = [
        _known(region, [one for one in judged if one.region == region.name], counted[region.name], run.began)
        for region in run.regions
    ]
    findings = findings_of(judged)
    services = count(sum(len(known.states) for known in regions), "service")
    where = ", ".join(run.names)
    return map_of(
        regions,
        [_trouble(finding) for finding in findings if finding.status in _TOLD],
        list(_doubts(findings)),
        [
            f"{where}: {services}, with {count(run.calls.total(), 'read')}",
            *(f"{name}: {_told_of(calls)}" for name, calls in counted.items()),
            *run.notes(),
            *run.misnamed(),
        ],
        f"audited now in {where}",
        run.began,
        namespace,
    )


def _calls(region: Region) -> frozenset[Call] | Unread:
    """Who really calls, asked when all is judged: where that is refused, nothing else is worse for it."""
    return Unread(region.why_not) if region.why_not else region.read(counted_calls)


def _told_of(calls: frozenset[Call] | Unread) -> str:
    if isinstance(calls, Unread):
        return f"who really calls is not known: {calls.reason}"
    return "who calls is from CloudWatch, over HTTP in the last three hours; it counts no TCP"


def _known(region: Region, judged: Sequence[Judged], calls: frozenset[Call] | Unread, at: datetime) -> Known:
    states = {Place(region.name, one.cluster, one.service): state for one in judged if (state := _state(one, at))}
    neighbours = [found for one in judged if one.around and (found := as_neighbour(one.around))]
    words, counted = words_of(region.memory, neighbours), frozenset() if isinstance(calls, Unread) else calls
    return Known(region.name, states=states, neighbours=neighbours, words=words, calls=counted)


def _state(one: Judged, at: datetime) -> ServiceState | None:
    """How a service stands, as a sweep would remember it."""
    if one.whole is None:
        return None
    return Roll(NOTHING, at, whole=one.whole).after(one.whole.service, one.verdicts, {}, complete=False)


def _trouble(finding: Finding) -> Trouble:
    quiet = finding.suppressed or finding.caused_by
    failed = finding.status is Status.FAIL
    silent = (finding.tag or "suppressed by a tag") if finding.suppressed else ""
    why = silent or (f"explained by {finding.caused_by}" if quiet else "")
    tasks = members(len(finding.tasks), finding.check.about)
    return Trouble(
        state=(State.NOTE if quiet else state_of(finding.severity)) if failed else State.UNKNOWN,
        place=Place(finding.home.region, finding.home.cluster, finding.home.service),
        subject=Subject(finding.id, finding.endpoint),
        sentence="; ".join(finding.messages) or f"expected: {finding.check.title}",
        fix=finding.fix if failed else "",
        since=None,
        facts=tuple(filter(None, (tasks if finding.tasks else "", why))),
    )


def _doubts(findings: Sequence[Finding]) -> Iterator[str]:
    """What could not be looked at that no row of the map is about."""
    for finding in findings:
        if finding.status is Status.UNKNOWN and not finding.home.service:
            yield ": ".join(filter(None, (finding.home.cluster, *finding.messages)))
