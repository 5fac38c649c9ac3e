"""The command `scaudit history`: what was wrong with a service, from when to when, and what was said of it."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaudit.values import dataclass
from scaudit_cli.ask.form import Form
from scaudit_cli.ask.insights import lines_about
from scaudit_cli.ask.starts import Rollout, started
from scaudit_cli.ask.telling import Unsent, members_of, silenced, unheard, unsent_in
from scaudit_cli.deployed import HOLD_DOWN, Deployed, answers, find, readable
from scaudit_cli.usage import SPAN, Profile, Refused, Stack, StackRegion

if TYPE_CHECKING:
    from scaudit.model.incidents import Incident
    from scaudit.model.places import Place, Subject
    from scaudit.model.service_states import ServiceState
    from scaudit.store.table import Table

MOST, MOST_ALIKE = 1000, 5
_SERVICE = re.compile(r"([A-Za-z0-9_-]{1,255}/)?[A-Za-z0-9_-]{1,255}")
"""Letters, digits, underscores and hyphens (AWS: CreateCluster, CreateService)."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class History:
    """What is on record of the services of one name: their incidents as they stand or ended, and the announcements
    since a moment, oldest first. `cut` says that there were more of these than are read. The opening of what is
    `unsent` waits for a digest; `hold_down` is the stack's HoldDown, `created` when it was deployed. `states` are the
    services of the name that sweeps meet; `alike` names others where nothing is on record. `unheard` has what failed
    and was well again before it could be told, and when it was well; `silenced` why nothing is told of what fails.
    `rollouts` are the deployments, and `rollouts_cut` says that there were more lines about them than are read."""

    region: str
    since: datetime
    incidents: Mapping[tuple["Place", "Subject"], "Incident"]
    announcements: tuple[Mapping[str, Any], ...]
    cut: bool
    unsent: Mapping[tuple["Place", "Subject"], Unsent] = field(default_factory=dict)
    hold_down: timedelta = timedelta(seconds=HOLD_DOWN)
    states: Mapping["Place", "ServiceState"] = field(default_factory=dict)
    alike: tuple[str, ...] = ()
    created: datetime | None = None
    unheard: Mapping[tuple["Place", "Subject"], datetime] = field(default_factory=dict)
    silenced: Mapping[tuple["Place", "Subject"], str] = field(default_factory=dict)
    rollouts: tuple[Rollout, ...] = ()
    rollouts_cut: bool = False

    @property
    def found(self) -> bool:
        """Whether anything is on record."""
        return bool(self.incidents or self.announcements or self.states or self.unheard or self.rollouts)

    def told_at(self, of: tuple["Place", "Subject"]) -> datetime | None:
        """When an incident was last announced; None while that waits for a digest."""
        return None if of in self.unsent else self.incidents[of].told_at


def history(
    service: Annotated[
        str,
        typer.Argument(
            metavar="[CLUSTER/]SERVICE|TASK",
            help="The service, of any cluster or of one, or its ARN; or the id of a task, or its beginning.",
        ),
    ],
    since: Annotated[str, typer.Option("--since", metavar="SPAN", help="How far back: 90m, 12h, 7d or 4w.")] = "7d",
    stack: Stack = "scaudit",
    region: StackRegion = "",
    profile: Profile = "",
    output: Annotated[Form, typer.Option("--output", "-o", help="How the answer is written.")] = Form.TEXT,
) -> None:
    """What was wrong with a service, what was said of it, and how its deployments started, from the deployed stack.

    "since" is when scaudit was sure: it broke before that, since checks let a task settle and look twice,
    and some wait for a sweep.

    Of a task it tells whether it was verified, when and how. Exit code 0 when the service is known, or the task was
    verified; 2 when not; 64 when the stack cannot be reached.
    """
    from scaudit_cli.ask import history_text
    from scaudit_cli.ask.verified import begun_so, verified
    from scaudit_cli.check.absent import TASK_ID, looks_like_a_task

    service = _named(service)
    if not _SERVICE.fullmatch(service):
        raise Refused(f"'{service}' is no name of an ECS service: give SERVICE or CLUSTER/SERVICE")
    deployed, now = find(stack, region, profile), datetime.now(UTC)
    task, began = service.rpartition("/")[2], now - span(since)
    known = []
    if not TASK_ID.fullmatch(task):
        known = [read(deployed, each, service, began, now) for each in deployed.regions]
        if looks_like_a_task(task) and not any(each.found for each in known):
            with answers():
                task = _whole(begun_so(deployed, task, began, now)) or task
    if TASK_ID.fullmatch(task):
        with answers():
            of = verified(deployed, task, began, now)
        (history_text.write_task_json if output is Form.JSON else history_text.write_task)(of, service, sys.stdout)
        raise typer.Exit(0 if of.verified else 2)
    (history_text.write_json if output is Form.JSON else history_text.write)(known, service, sys.stdout)
    raise typer.Exit(0 if any(each.found for each in known) else 2)


def _whole(ids: Sequence[str]) -> str:
    """The one task of these, if there is any. Raises Refused where there are several."""
    if len(ids) > 1:
        raise Refused(f"several tasks have ids that begin so: give more of {', '.join(ids)}")
    return "".join(ids)


def _named(given: str) -> str:
    """What an ARN of a service or a task names, as people write it; what is no ARN, as it is."""
    from scaudit.model.arn import Arn

    return Arn.of(given).resource.removeprefix("service/").removeprefix("task/") if given.startswith("arn:") else given


def span(written: str) -> timedelta:
    """A span of time as people write it. Raises Refused."""
    if not (found := SPAN.fullmatch(written)):
        raise Refused(f"--since {written}: give a number and m, h, d or w, such as 12h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def read(deployed: Deployed, region: str, service: str, since: datetime, now: datetime) -> History:
    """Ask the table and the audit log about a service of one Region. Raises Refused."""
    from scaudit.model.places import Place
    from scaudit.store.ledger import Ledger
    from scaudit.store.overview import clusters_of
    from scaudit.store.service_states import ServiceStates
    from scaudit.store.table import Table

    cluster, _, name = service.rpartition("/")
    with answers(), readable():
        table = Table(deployed.client("dynamodb"), deployed.outputs["TableName"])
        places = [Place(region, each, name) for each in ([cluster] if cluster else sorted(clusters_of(table, region)))]
        incidents = {(place, of): one for place in places for of, one in Ledger(table).incidents(place).items()}
        members = members_of(table, places)
        unsent, states = unsent_in(table, [region], now), ServiceStates(table).of(places)
        alike = () if incidents or states else _alike(table, region, name)
        lines = lines_about(deployed, ["announcement"], Place(region, cluster, name), MOST + 1, since, now)
        rollouts, rollouts_cut = started(deployed, Place(region, cluster, name), since, now)
    told = tuple(lines[:MOST][::-1])
    return History(
        region,
        since,
        incidents,
        told,
        cut=len(lines) > MOST,
        unsent=unsent,
        hold_down=deployed.hold_down,
        states=states,
        alike=alike,
        created=deployed.created,
        unheard=unheard(members, incidents, deployed.hold_down),
        silenced={of: why for of, found in members.items() if (why := silenced(found))},
        rollouts=rollouts,
        rollouts_cut=rollouts_cut,
    )


def _alike(table: "Table", region: str, name: str) -> tuple[str, ...]:
    """Services that are called nearly so, as cluster/service; the likest first. Of the name of a cluster, how its
    services are named."""
    from scaudit.store.ledger import Ledger
    from scaudit.store.service_states import ServiceStates

    states, clusters = ServiceStates(table), Ledger(table).estate(region)
    if name in clusters:
        return (f"{name}/SERVICE",)
    places = [place for cluster in clusters for place, *_ in states.of_cluster(region, cluster)]
    likest = get_close_matches(name, sorted({place.service for place in places}))
    return tuple(place.name for each in likest for place in sorted(places) if place.service == each)[:MOST_ALIKE]
