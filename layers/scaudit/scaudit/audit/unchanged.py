"""What is as it was when it was last judged, and needs not be judged again: the verdicts would be the same.

Judging is a function of what was read, and of time. So a look at a whole service is recognised by a fingerprint of
everything that it read, kept with what is remembered of the service, and only where time alone can change nothing: all
tasks run, of one deployment that is complete, and at the last judging nothing failed, was pending or unknown, nor
stands on record, and nothing was read twice: then the verdict rests on what the fingerprint has not. Everything is
read at every look, and once a day all is judged whether or not it changed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

import scaudit
from scaudit.audit.neighbours import Neighbours
from scaudit.audit.rolls import Roll, Rolls
from scaudit.audit.standing import Standing
from scaudit.collect.services import Whole
from scaudit.judge.ignore_tags import IGNORE
from scaudit.judge.rules import Rules
from scaudit.model import Namespace, Service, Task, Unread
from scaudit.model.places import Place
from scaudit.model.seen import ServiceSeen
from scaudit.model.service_states import OPEN, SERVICE
from scaudit.store.codec import plain
from scaudit.values import dataclass


@dataclass(slots=True)
class Unchanged:
    """The services of one batch that need not be judged. What many of them have in common is made text once."""

    region: str
    rules: Rules
    standing: Standing
    rolls: Rolls
    around: Neighbours
    _texts: dict[int, tuple[object, str]] = field(default_factory=dict)

    def holds(self, seen: Whole, known: ServiceSeen, fresh: Collection[str], at: datetime) -> bool:
        """Whether a look at a service saw what the last one judged that found nothing to settle; `known` is what stands
        around it, but for its neighbours. The fingerprint is left with the roll, to be remembered."""
        service, place = seen.service, Place(self.region, seen.service.cluster, seen.service.name)
        roll = self.rolls.get(place)
        if roll:
            roll.fingerprint = ""  # of a look that broke off
        if roll is None or not isinstance(known.namespace, Namespace) or fresh or not _is_at_rest(service):
            return False
        tasks = _all_running(seen)
        if tasks is None or self.standing[place]:
            return False
        neighbours = self.around.known(known, service, known.namespace, at)
        roll.fingerprint = self._fingerprint(seen, known, neighbours, tasks)
        return roll.fingerprint == roll.before.fingerprint and _was_told(roll, tasks)

    def _fingerprint(self, seen: Whole, known: ServiceSeen, neighbours: object, tasks: Mapping[str, Task]) -> str:
        made = blake2b(f"{_code()}{self.rules!r}{seen.service!r}".encode(), digest_size=16)
        for value in (known.task_definition, known.namespace, known.log_group, neighbours, known.cloud_map_services):
            made.update(self._text(value).encode())
        for text in _of_tasks(seen, tasks):
            made.update(text.encode())
        return made.hexdigest()

    def _text(self, value: object) -> str:
        """What may come from memory, as it is kept there: a time from the table and one of boto3 show other zones."""
        kept = self._texts.get(id(value))
        if kept is None:  # the value is kept too, or another one might get its identity
            kept = self._texts[id(value)] = (value, plain(value))
        return kept[1]


@cache
def _code() -> str:
    """A digest of everything that is deployed: other code may judge otherwise, whatever version it says it is."""
    made = blake2b(digest_size=16)
    for path in sorted(Path(scaudit.__file__).parent.rglob("*.py")):
        made.update(path.read_bytes())
    return made.hexdigest()


def _is_at_rest(service: Service) -> bool:
    """Whether no time limit runs on it: one complete deployment, all tasks there, and no tag that silences until a
    day."""
    one = len(service.deployments) == 1 and not service.deployments[0].in_progress
    there = service.running == service.desired and not service.pending
    return one and there and not any(tag.startswith(IGNORE) for tag in service.tags)


def _all_running(seen: Whole) -> dict[str, Task] | None:
    """The tasks of a service by their ids, if all that it has, or are registered for it, run for its one deployment and
    shall."""
    deployment = seen.service.deployments[0]
    if seen.unlisted or seen.strays or any(isinstance(found, Unread) for found in seen.registered.values()):
        return None
    tasks = {}
    for task_id, task in seen.tasks.items():
        if not isinstance(task, Task) or task.last_status != "RUNNING" or task.desired_status != "RUNNING":
            return None
        if task.deployment_id != deployment.id or task.task_definition != deployment.task_definition:
            return None
        tasks[task_id] = task
    return tasks


def _of_tasks(seen: Whole, tasks: Mapping[str, Task]) -> Iterator[str]:
    for task_id, task in sorted(tasks.items()):
        yield repr(task)
        for endpoint, found in seen.registered.items():
            yield f"{endpoint} {found.get(task_id)!r}"  # type: ignore[union-attr]


def _was_told(roll: Roll, tasks: Mapping[str, Task]) -> bool:
    """Whether a record told of the service and of each task within a day, and the log of its proxy was judged."""
    told = roll.before.told
    for member in (SERVICE, *tasks):
        known = told.get(member)
        if known is None or roll.is_due(known) or not (known.log != OPEN or member == SERVICE):
            return False
    return True
