"""What a proxy writes in all its life: its start, streams that end as they do by design, its end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.simulation.ends import FOR_ITS_HEALTH, Words, agent, last_words, stream_ends
from tests.simulation.parts import Task
from tests.simulation.proxies import lines, process, written_at

RECYCLED_EVERY = 2405.0
"""Seconds: 40 minutes, and five of grace (amazon-ecs-service-connect-agent, pull request 124). The first time is any,
for the relay's own stream is older than the task."""
DRAINS = 20.0
"""Seconds that the agent lets Envoy drain."""
Written = Iterator[tuple[int, str]]


def life(task: Task, task_set: str, now: datetime) -> Written:
    """Every line of the proxy of a task up to now, each with its time in milliseconds."""
    yield from lines(task.proxy, task.created_at, task_set, task.service)
    if not task.proxy.starts or task.started_at is None:
        return
    envoy, until = process(task.proxy), task.stopped_at or now
    well = until
    if task.end and task.ill_at:
        well = task.ill_at - timedelta(seconds=task.end.lead)
        words = last_words(task.end.last, envoy, (until - task.ill_at).total_seconds())
        starts = _milliseconds(task.started_at)
        yield from ((at, line) for at, line in _timed(task.ill_at, words) if at > starts)
    yield from _timed(task.started_at, _recycled(task, envoy, (well - task.started_at).total_seconds()))
    if task.left_at and _drains(task):
        yield from _timed(task.left_at, _drained())


def _recycled(task: Task, envoy: str, seconds: float) -> Words:
    """Now and then the first try to open the stream anew meets a socket that is being replaced."""
    at, count = RECYCLED_EVERY * (task.number * 7 % 100) / 100, task.number
    while at < seconds:
        yield at, stream_ends(envoy)
        if count % 3 == 0:
            yield at + 0.4, stream_ends(envoy, "13, ")
        at, count = at + RECYCLED_EVERY, count + 1


def _drains(task: Task) -> bool:
    """Whether it was told to stop, and said so: lines are lost now and then."""
    by_its_proxy = task.end is not None and task.end.stop != FOR_ITS_HEALTH
    return not by_its_proxy and task.number % 5 != 0


def _drained() -> Words:
    yield 0, agent("Draining Envoy listeners...")
    yield 0.001, agent("Waiting 20s for Envoy to drain listeners.")
    yield DRAINS, agent("Graceful Envoy listener draining completed! Exiting...")


def _timed(began: datetime, words: Words) -> Written:
    for after, line in words:
        moment = began + timedelta(seconds=after)
        yield _milliseconds(moment), f"[{written_at(moment)}{line}" if line.startswith("][") else line


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
