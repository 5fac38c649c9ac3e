"""What the stack has on record, as the map wants it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from scaudit.checks import BY_ID
from scaudit.model import Neighbour, TaskDefinition
from scaudit.model.mentioned_names import Words
from scaudit.model.places import Place
from scaudit.store.memory import Memory
from scaudit.store.neighbours import Mesh
from scaudit.store.overview import Overview, Problem
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table
from scaudit_cli.ask.doubts import STALE
from scaudit_cli.ask.form import age, count, minute
from scaudit_cli.ask.problems import affected, sentence
from scaudit_cli.ask.status import Status, loud, severity, since
from scaudit_cli.ask.telling import well
from scaudit_cli.deployed import Deployed
from scaudit_cli.map.model import State, Trouble
from scaudit_cli.map.rows import Known, state_of

_MET = timedelta(days=2)
"""What a sweep keeps of a service it writes once a day: what is older than this is of one that it does not meet."""


def known(deployed: Deployed, region: Overview, at: datetime) -> Known:
    """What the table has of a Region's services, without those that are gone as far as it shows: a query for each
    cluster and namespace, and the task definitions, a hundred a call. Raises what AWS raises."""
    table = Table(deployed.client("dynamodb"), deployed.outputs["TableName"])
    states, late = {}, {}
    for swept in region.swept:
        for place, state, written_at in ServiceStates(table).of_cluster(region.region, swept.cluster):
            if swept.at - written_at < _MET:
                states[place] = state
            if at - swept.at > STALE:
                late[place] = f"the cluster was last swept {minute(swept.at)}"
    neighbours = _there(region, states, Mesh(region.region, table))
    words = words_of(Memory(region.region, table, lambda: at), neighbours)
    return Known(region.region, states, neighbours, words, late)


def _there(region: Overview, states: Collection[Place], mesh: Mesh) -> list[Neighbour]:
    """The services of all namespaces, each where it was last deployed: the table keeps for days who went. In a cluster
    of which sweeps keep how services stand, what they did not meet is new, or gone."""
    latest: dict[str, Neighbour] = {}
    for neighbour in (each for name in sorted(mesh.namespaces()) for each in mesh.neighbours(name)):
        before = latest.setdefault(neighbour.arn, neighbour)
        if neighbour.deployed_at > before.deployed_at:
            latest[neighbour.arn] = neighbour
    kept = {place.cluster for place in states}
    swept = {each.cluster: each.at for each in region.swept if each.cluster in kept}
    return [
        each
        for each in latest.values()
        if Place(region.region, each.cluster, each.service) in states
        or each.cluster not in swept
        or each.deployed_at > swept[each.cluster]
    ]


def words_of(memory: Memory, neighbours: Iterable[Neighbour]) -> dict[str, Words | None]:
    """The words of the task definitions that these run, as far as they are remembered."""
    run = sorted({neighbour.task_definition for neighbour in neighbours} - {""})
    memory.recall(run)
    found: dict[str, TaskDefinition | None] = {arn: memory.get(arn) for arn in run}
    return {arn: made.words for arn, made in found.items() if made}


def gaps(region: Overview, known: Known) -> Iterator[str]:
    """Which services a sweep met and the map does not know."""
    for swept in region.swept:
        have = sum(place.cluster == swept.cluster for place in known.states)
        if have < swept.services:
            missing = f"{swept.services - have} of {count(swept.services, 'service')} of {swept.cluster}"
            yield f"{region.region}: how {missing} stood at the last sweep is not on record"


def troubles(status: Status) -> list[Trouble]:
    """Everything that is wrong. What somebody silenced, or something else explains, is a note."""
    return [_trouble(status, problem) for problem in status.problems]


def _trouble(status: Status, problem: Problem) -> Trouble:
    check = BY_ID.get(problem.subject.check)
    over = well(problem.clear, status.hold_down) if problem.clear else ""
    return Trouble(
        state=state_of(severity(problem)) if loud(problem) else State.NOTE,
        place=problem.place,
        subject=problem.subject,
        sentence=sentence(problem),
        fix=check.fix if check else "",
        since=since(problem),
        facts=tuple(filter(None, (affected(problem), status.quiet(problem), over))),
    )


def looked_at(status: Status) -> list[str]:
    """When each cluster was swept, and how much of it was verified; and the heartbeats."""
    found = [
        f"{region.region} {swept.cluster}: {region.verified(swept)} of {count(swept.tasks, 'running task')} of "
        f"{count(swept.services, 'service')} verified, swept {minute(swept.at)} ({age(status.at - swept.at)} ago)"
        for region in status.regions
        for swept in region.swept
    ]
    beats = [
        f"{r.region} heartbeat {minute(r.heartbeat)} ({age(status.at - r.heartbeat)} ago)"
        for r in status.regions
        if r.heartbeat
    ]
    return found + beats
