"""All that is registered: what is left of tasks that are gone, and what is registered twice."""

from dataclasses import replace

from scaudit.checks.check import Verdict
from scaudit.judge.registrations import judge_instance, judge_shared
from scaudit.judge.rules import Rules
from scaudit.model import Instance, Service, Unread
from scaudit.model.seen import Ghost
from tests import builders as world
from tests.builders import NGINX, NOW, TASK_ID
from tests.checks.worlds.registration import SHIFTING
from tests.checks.worlds.rows import Row, ago

GHOST = Ghost(world.REGISTERED["nginx"])
OTHER = "97e7125e4dd341cb8809ebbcac1fd402"
REUSED = replace(GHOST, leads_to=f"orders ({OTHER})")
HELD_UP = replace(GHOST, remains="DEPROVISIONING (not authorized to perform servicediscovery:DeregisterInstance)")
STRAY = replace(REUSED, stray=True)


def of_registration(
    ghost: Ghost | Unread | None, minutes: float | None, service: Service = world.SERVICE
) -> list[Verdict]:
    """What is said of one registration so many minutes after its task stopped; None if ECS has forgotten the task."""
    since = None if minutes is None else ago(minutes)
    return judge_instance(TASK_ID, service, NGINX, ghost, since, NOW, Rules())


def of_two(running: tuple[str, ...] = (TASK_ID, OTHER), **changes: str) -> list[Verdict]:
    """What is said of two registrations that are alike but for these changes of the second."""
    first = Instance(TASK_ID, "10.9.9.9", "32768")
    registered = {TASK_ID: first, OTHER: replace(first, id=OTHER, **changes)}
    return judge_shared(world.SERVICE, NGINX, registered, running, NOW, Rules())


FAILING = [
    Row("left over", of_registration(GHOST, 5), {"SC206 nginx"}),
    Row("left over of a task that is held up in its end", of_registration(HELD_UP, 5), {"SC206 nginx"}),
    Row("its address is another service's task's", of_registration(REUSED, 5), {"SC206 nginx"}),
    Row("it is that of another service's task", of_registration(STRAY, None), {"SC206 nginx"}),
    Row("of a task that ECS forgot", of_registration(GHOST, None), {"SC206 nginx"}),
    Row("two running tasks on one port of one host", of_two(), {"SC207 nginx"}),
]
HEALTHY_ALL_THE_SAME = [
    Row("not yet 5 minutes after its end", of_registration(GHOST, 4.9)),
    Row("gone as it should", of_registration(None, 5)),
    Row("two running tasks on two ports of one host", of_two(port="32769")),
    Row("two running tasks on one port of two hosts", of_two(address="10.9.9.8")),
    Row("one of two on the same port has stopped", of_two(running=(TASK_ID,))),
    Row("left over while blue/green is in progress", of_registration(GHOST, 5, SHIFTING)),
]
