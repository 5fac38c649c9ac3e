"""What one audit found, as a map."""

from collections.abc import Iterator, Sequence

from scaudit.audit.rolls import NOTHING, Roll
from scaudit.collect.aws.namespaces import service_key
from scaudit.judge.rules import Rules
from scaudit.model import CloudMapService, Namespace, Neighbour, Status
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import ServiceState
from scaudit.model.surroundings import neighbour_of
from scaudit.store.memory import Memory
from scaudit_cli.ask.form import count
from scaudit_cli.ask.recorded import words_of
from scaudit_cli.check.run import Run
from scaudit_cli.check.scope import Scope
from scaudit_cli.map.model import Map, State, Trouble
from scaudit_cli.map.rows import Known, state_of
from scaudit_cli.map.whole import map_of
from scaudit_cli.output.finding import Finding, Judged, findings_of

_TOLD = (Status.FAIL, Status.UNKNOWN, Status.PENDING)


def audited(namespace: str) -> Map:
    """Audit every cluster of the Region, or the services of a namespace (name or ARN). Raises Refused."""
    run = Run(Scope(namespace=namespace, every_cluster=not namespace), Rules())
    run.look()
    judged = list(run.judged())
    known = Known(
        run.region,
        states={Place(run.region, one.cluster, one.service): state for one in judged if (state := _state(run, one))},
        neighbours=(neighbours := [n for one in judged if (n := _neighbour(run.memory, one))]),
        words=words_of(run.memory, neighbours),
    )
    findings = findings_of(judged)
    looked_at = [
        f"{run.region}: {count(len(known.states), 'service')}, with {count(run.calls.total(), 'read')}",
        *run.notes(),
    ]
    return map_of(
        [known],
        [_trouble(run.region, finding) for finding in findings if finding.status in _TOLD],
        list(_doubts(findings)),
        looked_at,
        f"audited now in {run.region}",
        run.began,
        namespace,
    )


def _state(run: Run, one: Judged) -> ServiceState | None:
    """How a service stands, as a sweep would remember it."""
    if one.whole is None:
        return None
    roll = Roll(NOTHING, run.began, whole=one.whole)
    return roll.after(one.whole.service, one.verdicts, (), complete=False)


def _neighbour(memory: Memory, one: Judged) -> Neighbour | None:
    """A service as its neighbours see it; None where its namespace could not be read."""
    service = one.whole.service if one.whole else None
    if service is None or service.primary is None:
        return None
    namespace: Namespace | None = memory.get(service.primary.namespace)
    if namespace is None:
        return None
    came: dict[str, CloudMapService | None] = {
        e.name: memory.get(service_key(e.cloud_map_service or "")) for e in service.primary.endpoints
    }
    created = {name: found.created_at if found else None for name, found in came.items()}
    return neighbour_of(service, service.primary, namespace.name, created)


def _trouble(region: str, finding: Finding) -> Trouble:
    quiet = finding.suppressed or finding.caused_by
    failed = finding.status is Status.FAIL
    why = "suppressed by a tag" if finding.suppressed else f"explained by {finding.caused_by}" if quiet else ""
    tasks = count(len(finding.tasks), "registration" if finding.check.about == "instance" else "task")
    return Trouble(
        state=(State.NOTE if quiet else state_of(finding.severity)) if failed else State.UNKNOWN,
        place=Place(region, finding.cluster, finding.service),
        subject=Subject(finding.id, finding.endpoint),
        sentence="; ".join(finding.messages) or f"expected: {finding.check.title}",
        fix=finding.fix if failed else "",
        since=None,
        facts=tuple(filter(None, (tasks if finding.tasks else "", why))),
    )


def _doubts(findings: Sequence[Finding]) -> Iterator[str]:
    """What could not be looked at that no row of the map is about."""
    for finding in findings:
        if finding.status is Status.UNKNOWN and not finding.service:
            yield ": ".join(filter(None, (finding.cluster, *finding.messages)))
