"""What is left in Cloud Map of tasks that are gone: SC206."""

from dataclasses import replace

from scaudit.check import Verdict
from scaudit.facts import Ghost
from scaudit.judge import Rules, judge_instance
from scaudit.model import Service, Unread
from tests import builders as world
from tests.builders import NGINX, NOW, TASK_ID
from tests.worlds.registration import SHIFTING
from tests.worlds.rows import Row, ago

GHOST = Ghost(world.REGISTERED["nginx"])
REUSED = replace(GHOST, reused_by="orders (97e7125e4dd341cb8809ebbcac1fd402)")


def of_registration(
    ghost: Ghost | Unread | None, minutes: float | None, service: Service = world.SERVICE
) -> list[Verdict]:
    """What is said of one registration so many minutes after its task stopped; None if ECS has forgotten the task."""
    since = None if minutes is None else ago(minutes)
    return judge_instance(TASK_ID, service, NGINX, ghost, since, NOW, Rules())


FAILING = [
    Row("left over", of_registration(GHOST, 5), {"SC206 nginx"}),
    Row("its address is another service's task's", of_registration(REUSED, 5), {"SC206 nginx"}),
    Row("of a task that ECS forgot", of_registration(GHOST, None), {"SC206 nginx"}),
]
HEALTHY_ALL_THE_SAME = [
    Row("not yet 5 minutes after its end", of_registration(GHOST, 4.9)),
    Row("gone as it should", of_registration(None, 5)),
    Row("left over while blue/green is in progress", of_registration(GHOST, 5, SHIFTING)),
]
