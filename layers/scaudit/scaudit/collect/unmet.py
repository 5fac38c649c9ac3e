"""Running tasks of a service that ECS counts, and that neither its list nor Cloud Map names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scaudit.collect.aws import ecs
from scaudit.collect.aws.reads import Reads
from scaudit.collect.services import Whole
from scaudit.model import Service, Task, Unread
from scaudit.model.task_stages import COMING


def with_unmet(reads: Reads, cluster: str, wholes: Sequence[Whole], at: datetime) -> list[Whole]:
    """These services of one cluster, described `at` a moment, each with how many of its tasks are `unmet`. What was
    counted before the tasks were listed may have stopped since, so that such services are described again, and the
    smaller count holds. The count leaves out what is being stopped (reproio/ecs_deploy#50), and so does the list (AWS:
    ListTasks, desiredStatus)."""
    short = {seen.service.name for seen in wholes if _missed(seen, seen.service.running, at)}
    doubted = sorted(short - {seen.service.name for seen in wholes if seen.unlisted})
    again = ecs.services(reads, cluster, doubted) if doubted else {}
    return [replace(seen, unmet=_unmet(seen, again, at)) if seen.service.name in short else seen for seen in wholes]


def unmet_words(counted: int, unmet: int) -> str:
    """What is to be said of it."""
    return f"ECS counts {counted} running tasks, and {unmet} of them {'was' if unmet == 1 else 'were'} not found"


def _unmet(seen: Whole, again: Mapping[str, Service | Unread | None], at: datetime) -> int:
    """Of a service that cannot be described once more the first count holds; of one that is gone none runs."""
    first, now = seen.service.running, again.get(seen.service.name, seen.service)
    if now is None:
        return 0
    return _missed(seen, first if isinstance(now, Unread) else min(now.running, first), at)


def _missed(seen: Whole, counted: int, at: datetime) -> int:
    """How many more were `counted` than were met, whether they run, are leaving or have stopped since `at`; one that
    could not be described may be of them."""
    home = seen.service.cluster, seen.service.name
    met = sum(isinstance(t, Unread) or (isinstance(t, Task) and _ran(t, home, at)) for t in seen.tasks.values())
    return max(0, counted - met)


def _ran(task: Task, home: tuple[str, str], at: datetime) -> bool:
    since = task.last_status not in {*COMING, "STOPPED"} or (task.stopped_at is not None and task.stopped_at >= at)
    return (task.cluster, task.service) == home and since
