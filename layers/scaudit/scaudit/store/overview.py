"""All that is on record of a Region, for whoever asks what is wrong there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from scaudit.model import Status
from scaudit.model.incidents import Incident, Member, MemberState, Open, Phase
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import SERVICE, ServiceState
from scaudit.store import keys, members
from scaudit.store.changes import CanaryPassed, IncidentChanged, touched
from scaudit.store.items import Swept, entry_of
from scaudit.store.keys import INCIDENT, TOUCH, standing_in
from scaudit.store.ledger import Ledger
from scaudit.store.neighbours import Mesh
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table
from scaudit.values import dataclass

READ, AT_LEAST, AT_MOST = 5000, 3, 100
"""So many members are read in all, and of each problem."""

WRITTEN = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands against one place: `count` members fail or are lost, of which some are `samples`: all of them, unless
    it is `cut`. `announced` is the open incident that users are or will be told of, None for what is only on record;
    `clear` an incident that is well again and not over yet, of which none fails."""

    place: Place
    subject: Subject
    count: int = 0
    samples: tuple[Member, ...] = ()
    announced: Open | None = None
    cut: bool = False
    clear: Incident | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """How many `tasks` and `services` of a cluster, or of one service (`where` is its name), were unknown, or pending,
    when they were last looked at, the `checks`, by id, that made them so, and the services that they are of, by name,
    as `of`."""

    where: str
    status: Status
    tasks: int
    services: int
    checks: tuple[str, ...]
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """A Region: the last sweep of each cluster, the clusters with services that no sweep went through yet, what is
    wrong, what was neither found well nor wrong when it was last looked at, and when a canary of the sweep last came
    through queue and verify into the table, None when none did for a day."""

    region: str
    swept: tuple[Swept, ...] = ()
    unswept: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    heartbeat: datetime | None = None

    def verified(self, swept: Swept) -> int:
        """How many tasks of a cluster were found to pass or to fail. A sweep counts whatever it looked at."""
        open_ = sum(each.tasks for each in self.undecided if each.where == swept.cluster)
        return max(0, min(swept.verified, swept.tasks - open_))


def clusters_of(table: Table, region: str) -> set[str]:
    """Every cluster that anything is known of: that was swept in the last days, has an open incident, or a service in a
    namespace. Raises what AWS raises."""
    ledger = Ledger(table)
    return {*ledger.estate(region), *_meshed(table, region, ledger.open_incidents(region))}


def _meshed(table: Table, region: str, open_: Iterable[Open]) -> set[str]:
    mesh = Mesh(region, table)
    seen = {neighbour.cluster for name in mesh.namespaces() for neighbour in mesh.neighbours(name)}
    return seen | {each.place.cluster for each in open_} - {""}


def overview(table: Table, region: str) -> Overview:
    """What the table knows of a Region: two queries for each cluster, one for each namespace, and three more; and the
    members of what is wrong, and what incidents hold down, a hundred a call. The indexes may be seconds behind. Raises
    what AWS raises."""
    ledger = Ledger(table)
    swept = tuple(sorted(ledger.estate(region).values(), key=lambda each: each.cluster))
    open_ = {(each.place, each.subject): each for each in ledger.open_incidents(region)}
    clusters = {*(each.cluster for each in swept), *_meshed(table, region, open_.values())}
    standing, restless = _standing(table, region, {"", *clusters})
    each = min(AT_MOST, max(AT_LEAST, READ // max(1, len(standing))))
    sampled = [(place.key, subject, one) for (place, subject), ids in standing.items() for one in ids[:each]]
    wanted = [(key, keys.member(subject, one)) for key, subject, one in sampled]
    read: dict[tuple[Place, Subject], list[Member]] = {}
    for place, subject, member in table.read(members.placed, table.fetch(wanted)):
        if member.state in members.SPEAKING:  # else it passed since the index was asked
            read.setdefault((place, subject), []).append(member)
    clear = _clear(table, [of for of in restless if of not in open_])
    problems = tuple(
        Problem(
            *of,
            len(ids := standing.get(of, ())),
            tuple(found := read.get(of, ())),
            open_.get(of),
            cut=len(ids) > each,
            clear=_well(clear.get(of), found),
        )
        for of in {**open_, **standing, **clear}
        if of in open_ or of in read or of in clear
    )
    pk, name = CanaryPassed(region).key
    canary = table.get(pk, TOUCH + name)
    touched_at = table.read(lambda item: datetime.fromisoformat(item["touched_at"]), [canary] if canary else [])
    return Overview(
        region,
        swept,
        tuple(sorted(clusters - {one.cluster for one in swept})),
        problems,
        tuple(each for one in swept for each in undecided(one.cluster, _met(table, region, one))),
        next(touched_at, None),
    )


def problems_of(table: Table, place: Place) -> tuple[Problem, ...]:
    """What stands against one service, with all its members: two queries. Raises what AWS raises."""
    ledger = Ledger(table)
    standing, incidents = ledger.standing(place), ledger.incidents(place)
    open_ = {of: known for of, one in incidents.items() if (known := _open(place, of, one))}
    clear = {of: one for of, one in incidents.items() if one.phase is Phase.CLEAR}
    return tuple(
        Problem(
            place,
            of,
            len(found := standing.get(of, {})),
            tuple(found.values()),
            open_.get(of),
            clear=_well(clear.get(of), found.values()),
        )
        for of in {**open_, **standing, **clear}
    )


def _well(clear: Incident | None, found: Iterable[Member]) -> Incident | None:
    """The incident, unless what is on record of its members is newer: then it is about to open again."""
    return None if any(member.state is MemberState.FAIL for member in found) else clear


def _clear(table: Table, wanted: Iterable[tuple[Place, Subject]]) -> dict[tuple[Place, Subject], Incident]:
    """Those of these incidents that are well again and not over yet."""
    found = table.fetch([(place.key, INCIDENT + subject.key) for place, subject in wanted])
    known = table.read(entry_of, found)
    return {(of.place, of.subject): one for of, one in known if one.phase is Phase.CLEAR}


def _open(place: Place, subject: Subject, one: Incident) -> Open | None:
    """An incident as the index over the open ones shows it."""
    if one.phase is not Phase.OPEN or not (one.opened_at and one.noticed_at):
        return None
    return Open(place, subject, one.severity, one.opened_at, one.noticed_at, one.told_at, one.baseline)


def _met(table: Table, region: str, swept: Swept) -> dict[Place, ServiceState]:
    """How the services of a cluster stand. Sweeps write once a day what they meet: what is older is of one that is
    gone."""
    states = ServiceStates(table).of_cluster(region, swept.cluster, whole=True)
    return {place: state for place, state, written_at in states if swept.at - written_at < WRITTEN}


def undecided(where: str, states: Mapping[Place, ServiceState]) -> Iterator[Undecided]:
    """What was last told of these services, and of their tasks, to be unknown or pending."""
    told = [(place.name, member, each) for place, state in states.items() for member, each in state.told.items()]
    for status in (Status.UNKNOWN, Status.PENDING):
        found = [(name, member, each) for name, member, each in told if each.undecided == status]
        services = sum(member == SERVICE for _, member, _ in found)
        checks = tuple(sorted({check for *_, each in found for check in each.because}))
        if found:
            names = tuple(sorted({name for name, *_ in found}))
            yield Undecided(where, status, len(found) - services, services, checks, names)


def _standing(
    table: Table, region: str, clusters: Iterable[str]
) -> tuple[dict[tuple[Place, Subject], list[str]], list[tuple[Place, Subject]]]:
    """The ids of the members that fail or are lost, by place and subject; and the incidents that are not over."""
    found: dict[tuple[Place, Subject], list[str]] = {}
    restless = []
    for item in (each for cluster in sorted(clusters) for each in table.standing(standing_in(region, cluster))):
        if not item["sk"].startswith(INCIDENT):
            subject, member = keys.member_of(item["sk"])
            found.setdefault((Place.of(item["pk"]), subject), []).append(member)
        elif isinstance(of := touched(item["pk"], item["sk"].removeprefix(INCIDENT)), IncidentChanged):
            restless.append((of.place, of.subject))
    return found, restless
