"""What happens in a healthy estate: each a happening, which yields the seconds until it goes on."""

from collections.abc import Callable, Generator
from random import Random

from tests.simulation import template
from tests.simulation.estate import Estate
from tests.simulation.parts import Registered, Task
from tests.simulation.proxies import Proxy

HOUR = 3600
Happening = Generator[float, None, None]
LATEST_REGISTRATION = 540
"""Seconds from RUNNING; scaudit lets ten minutes pass."""
LATEST_DEREGISTRATION = 240
"""Seconds from STOPPED; scaudit lets five minutes pass."""


def rolls(
    estate: Estate,
    name: str,
    random: Random,
    *,
    registered: Registered = Registered.RIGHT,
    proxy: Proxy = Proxy.HEALTHY,
    mistyped: bool = False,
) -> Happening:
    """A rolling deployment: task by task a new one comes up before an old one goes."""
    estate.deploy(name, mistyped=mistyped)
    for old in estate.running(name):
        yield from comes_up(estate, name, random, registered, proxy)
        yield from goes(estate, old, random)
    yield random.uniform(1, 60)
    estate.retire(name)


def comes_up(
    estate: Estate,
    name: str,
    random: Random,
    registered: Registered = Registered.RIGHT,
    proxy: Proxy = Proxy.HEALTHY,
) -> Happening:
    """A new task is placed, starts, and is registered with its start or a little later."""
    task = estate.place(name, proxy)
    yield random.uniform(20, 60)
    if task.stopped_at:
        return
    late = random.random() < 0.3
    estate.run(task, Registered.MISSING if late else registered)
    if late:
        yield random.uniform(1, 30)
        if not task.stopped_at:
            estate.register(task, registered)


def goes(estate: Estate, task: Task, random: Random) -> Happening:
    """A task leaves Cloud Map, and stops a little later."""
    if not task.left_at:
        estate.leave(task)
        yield random.uniform(5, 40)
        estate.stop(task)


def shifts(estate: Estate, name: str, random: Random) -> Happening:
    """A blue/green deployment: both sets of tasks run and are registered until the blue ones go at once."""
    estate.services[name].strategy = "BLUE_GREEN"
    estate.deploy(name)
    blue = estate.running(name)
    for _ in blue:
        yield from comes_up(estate, name, random)
    yield random.uniform(300, 1800)
    for task in blue:
        estate.stop(task)
    estate.retire(name)


def scales(estate: Estate, name: str, random: Random) -> Happening:
    """Out for a while, and in again."""
    before = estate.services[name].desired
    estate.services[name].desired += random.randint(1, 4)
    for _ in range(estate.services[name].desired - before):
        yield from comes_up(estate, name, random)
    yield random.uniform(600, 3600)
    estate.scale(name, before)


def crashes(estate: Estate, name: str, random: Random) -> Happening:
    """The application, not the proxy: a task runs for a little while and is replaced, again and again."""
    for _ in range(random.randint(3, 6)):
        estate.stop(estate.running(name)[-1], "EssentialContainerExited", "Essential container in task exited")
        estate.tell_of_service(name, "SERVICE_TASK_START_IMPAIRED")
        yield random.uniform(1, 120)
        yield from comes_up(estate, name, random)
        yield random.uniform(20, 400)


def is_interrupted(estate: Estate, name: str, random: Random) -> Happening:
    """A Spot interruption takes some tasks; others come."""
    for task in estate.running(name)[: random.randint(1, 3)]:
        estate.stop(task, "SpotInterruption", "Your Spot Task was interrupted.")
        yield from comes_up(estate, name, random)


def registers_late(estate: Estate, name: str, random: Random) -> Happening:
    """A replacement is registered only when its health checks are through."""
    estate.stop(estate.running(name)[0])
    task = estate.start(name, Registered.MISSING)
    yield random.uniform(60, LATEST_REGISTRATION)
    estate.register(task, Registered.RIGHT)


def deregisters_late(estate: Estate, name: str, random: Random) -> Happening:
    """A task's registration outlives it for a while."""
    task = estate.running(name)[0]
    estate.stop(task, stays=True)
    estate.start(name)
    yield random.uniform(30, LATEST_DEREGISTRATION)
    estate.register(task, Registered.MISSING)


def flickers(estate: Estate, name: str, random: Random) -> Happening:
    """A registration is wrong for a moment, just when scaudit looks. A problem is what a second look still sees."""
    estate.tell_of_service(name, "SERVICE_DISCOVERY_INSTANCE_UNHEALTHY")
    yield template.QUEUE_DELAY - 5
    task = estate.running(name)[0]
    estate.register(task, random.choice((Registered.MISSING, Registered.WRONG_ADDRESS, Registered.WRONG_PORT)))
    yield random.uniform(10, template.SECOND_LOOK / 2)
    estate.register(task, Registered.RIGHT)
    yield HOUR


def has_no_image(estate: Estate, name: str, random: Random) -> Happening:
    """A replacement cannot pull its image, which is no business of Service Connect's."""
    estate.stop(estate.running(name)[0])
    for _ in range(random.randint(2, 5)):
        task = estate.place(name, Proxy.ABSENT)
        yield random.uniform(60, 300)
        estate.stop(
            task, "TaskFailedToStart", "CannotPullContainerError: pull image manifest has been retried 5 time(s)"
        )
        yield random.uniform(10, 120)
    yield from comes_up(estate, name, random)


ORDINARY: tuple[Callable[[Estate, str, Random], Happening], ...] = (
    shifts,
    scales,
    crashes,
    is_interrupted,
    registers_late,
    deregisters_late,
    flickers,
    has_no_image,
)
