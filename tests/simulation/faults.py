"""What is planted: a fault of one kind in one service, how it comes and how it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tests.simulation.ends import ENDS, End
from tests.simulation.estate import Estate
from tests.simulation.healthy_life import Happening, comes_up, rolls
from tests.simulation.parts import Registered, Task
from tests.simulation.proxies import Proxy

LIVES = (300, 2400)
"""Seconds that a task lives whose proxy dies again and again."""
UNHEALTHY = (60, 1500)
"""Seconds until ECS stops a task whose proxy is UNHEALTHY."""


@dataclass(slots=True)
class Fault:
    """One planted fault, which is to be announced under this check's id, and may be under that of `also`. `planted` is
    when it began to come, `mended` when it was gone."""

    kind: str
    check: str
    service: str
    planted: datetime
    mended: datetime | None = None
    mending: bool = False
    also: str = ""

    @property
    def subject(self) -> tuple[str, str]:
        return self.service, self.check

    def __str__(self) -> str:
        until = f"to {self.mended:%d. %H:%M:%S}" if self.mended else "on"
        return f"{self.kind} ({self.check}) in {self.service}, from {self.planted:%d. %H:%M:%S} {until}"


Part = Callable[[Fault, Estate, Random], Happening]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of fault is planted and mended, the check that must find it, and the one that finds it, `also`, while
    a log cannot be read."""

    check: str
    plant: Part
    mend: Part
    also: str = ""


def _registered(how: Registered) -> Part:
    """Tasks are registered wrongly from their start, or somebody changes registrations by hand."""

    def plant(fault: Fault, estate: Estate, random: Random) -> Happening:
        if random.random() < 0.5:
            yield from rolls(estate, fault.service, random, registered=how)
        else:
            running = estate.running(fault.service)
            for task in random.sample(running, random.randint(1, len(running))):
                estate.register(task, how)

    return plant


def _mends_registrations(fault: Fault, estate: Estate, random: Random) -> Happening:
    """By hand, or by a deployment."""
    if random.random() < 0.5:
        yield from rolls(estate, fault.service, random)
    else:
        for task in estate.running(fault.service):
            if task.stands is not Registered.RIGHT:
                estate.register(task, Registered.RIGHT)


def _leaves_ghosts(fault: Fault, estate: Estate, random: Random) -> Happening:
    running = estate.running(fault.service)
    for task in random.sample(running, random.randint(1, len(running))):
        estate.stop(task, stays=True)
        yield from comes_up(estate, fault.service, random)


def _removes_ghosts(fault: Fault, estate: Estate, random: Random) -> Happening:
    for task in _ghosts(estate, fault.service):
        estate.register(task, Registered.MISSING)
        yield random.uniform(1, 60)


def _ghosts(estate: Estate, name: str) -> list[Task]:
    return [t for t in estate.services[name].tasks if t.stopped_at and t.stands is not Registered.MISSING]


def _mistypes(fault: Fault, estate: Estate, random: Random) -> Happening:
    yield from rolls(estate, fault.service, random, mistyped=True)


def _deploys(fault: Fault, estate: Estate, random: Random) -> Happening:
    yield from rolls(estate, fault.service, random)


def _has_proxies(proxy: Proxy) -> Part:
    """A whole deployment of them, or one task; each of which reaches RUNNING and is HEALTHY to ECS."""

    def plant(fault: Fault, estate: Estate, random: Random) -> Happening:
        if random.random() < 0.5:
            yield from rolls(estate, fault.service, random, proxy=proxy)
        else:
            estate.stop(estate.running(fault.service)[0])
            yield from comes_up(estate, fault.service, random, proxy=proxy)

    return plant


def _never_starts(proxy: Proxy) -> Part:
    """A deployment whose tasks are stopped and placed again for as long as it is there; the old ones run on."""

    def plant(fault: Fault, estate: Estate, random: Random) -> Happening:
        estate.deploy(fault.service)
        while not fault.mending:
            task = estate.place(fault.service, proxy)
            yield random.uniform(100, 300)
            if not task.stopped_at:
                reason = "Task failed container health checks"
                estate.stop(task, "TaskFailedToStart", reason)
            yield random.uniform(10, 300)

    return plant


def _dies(end: End) -> Part:
    """The proxy of a task that ran for hours or minutes, and at no higher age that of each task in its place, for as
    long as this deployment is there."""

    def plant(fault: Fault, estate: Estate, random: Random) -> Happening:
        task = random.choice(estate.running(fault.service))
        lives = min(random.uniform(*LIVES), (fault.planted - task.created_at).total_seconds())
        while not fault.mending and not task.left_at:
            estate.falls_ill(task, end)
            if end.unhealthy:
                yield random.uniform(*UNHEALTHY)
            if not task.stopped_at:
                estate.stop_for_its_proxy(task)
            yield random.uniform(1, 60)
            if fault.mending:
                return
            yield from comes_up(estate, fault.service, random)
            task = estate.services[fault.service].tasks[-1]
            yield lives * random.uniform(0.95, 1.05)

    return plant


KINDS = {
    "wrong port": Kind(Registered.WRONG_PORT, _registered(Registered.WRONG_PORT), _mends_registrations),
    "wrong address": Kind(Registered.WRONG_ADDRESS, _registered(Registered.WRONG_ADDRESS), _mends_registrations),
    "not registered": Kind(Registered.MISSING, _registered(Registered.MISSING), _mends_registrations),
    "ghost registration": Kind("SC206", _leaves_ghosts, _removes_ghosts),
    "mistyped port": Kind("SC102", _mistypes, _deploys),
    "listener port taken": Kind("SC305", _has_proxies(Proxy.PORT_TAKEN), _deploys),
    "listener rejected": Kind("SC305", _has_proxies(Proxy.LISTENER_REJECTED), _deploys),
    "control plane refuses": Kind("SC304", _never_starts(Proxy.REFUSED), _deploys),
    "proxy killed": Kind("SC303", _never_starts(Proxy.KILLED), _deploys),
    "secret never comes": Kind("SC309", _has_proxies(Proxy.SECRET_NEVER), _deploys),
    "secret rejected": Kind("SC309", _has_proxies(Proxy.SECRET_REJECTED), _deploys),
    **{f"proxy {name}": Kind(end.check, _dies(end), _deploys, end.without_log) for name, end in ENDS.items()},
}
