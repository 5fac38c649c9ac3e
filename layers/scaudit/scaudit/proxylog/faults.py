"""What a line says is wrong with a proxy whose workers run."""

from collections.abc import Iterator

from scaudit.proxylog import match, stream
from scaudit.proxylog.environment import TELLING
from scaudit.proxylog.given import OF_ENDPOINTS, OFTEN_SENT
from scaudit.proxylog.life import HICCUP, Life
from scaudit.proxylog.lines import Reason, moment

FROZEN = 3
"""Readiness checks in a row without an answer: AWS calls a container unhealthy after 3 failures (the default)."""
SERVES = "what it had before, if anything, serves on"


def faults(life: Life) -> Iterator[Reason]:
    """Every fault that is proven by a line, each with that line; refused updates that cannot be decided are in
    `unclear`."""
    run = life.run
    yield from _of_listeners(life)
    another = run.another_taken
    for kind, reason in run.refused_configuration.items():
        if kind in another:
            continue
        yield Reason(f"it rejected a {kind} from the control plane: {reason.text}", reason.line)
    for kind, reason in run.refused_updates.items():
        if kind not in another and (kind not in OFTEN_SENT or tells_all(life)):
            yield Reason(f"it refused an update of a {kind} ({SERVES}): {reason.text}", reason.line)
    for kind, line in run.timeouts.items():
        if kind not in another and (kind != OF_ENDPOINTS or tells_all(life)):
            yield Reason(f"the control plane sent no {kind} in time", line)
    if run.lost and is_lost(life):
        cause = f": {run.refused}" if run.refused else ""
        yield Reason(f"its control plane was lost and has not come back{cause}", run.lost)
    if run.unanswered_last and is_frozen(life):
        until = " until the agent was told to stop" if life.draining else ""
        yield Reason(f"it left the last {run.unanswered} readiness checks unanswered{until}", run.unanswered_last)


def _of_listeners(life: Life) -> Iterator[Reason]:
    run = life.run
    for name, reason in run.rejected.items():
        if not is_unwanted(life, name):
            yield Reason(f"listener {name} was rejected: {reason.text}", reason.line)
    for name, reason in (run.unbound | run.fallen).items():
        if not is_unwanted(life, name):
            yield Reason(f"listener {name} was not bound: {reason.text}", reason.line)
    for name, reason in run.stale.items():
        yield Reason(f"an update of listener {name} was refused, the earlier one serves on: {reason.text}", reason.line)
    for name in lost(life):
        yield Reason(f"listener {name} was removed", run.removed[name])
    if run.drained:
        yield Reason("its inbound listeners were drained on request", run.drained)


def lost(life: Life) -> list[str]:
    """The listeners whose removal is a loss."""
    if not (life.run.removed and life.environment.tells_listeners):
        return []
    wanted = life.environment.mapping or {}
    return [name for name in life.run.removed if not match.is_egress(name, wanted)]


def unexplained(life: Life) -> tuple[str, ...]:
    """The wanted listeners that no line adds, nor takes away again."""
    wanted, removed = life.environment.mapping or {}, life.run.removed
    if not wanted or not (gone := match.missing(wanted, life.run.added, ())):
        return ()
    return tuple([key for key in gone if not any(match.key_of(name, wanted) == key for name in removed)])


def is_unwanted(life: Life, name: str) -> bool:
    """Whether the settings ask for no listener of this name."""
    return match.is_unwanted(name, life.environment.mapping, life.run.added)


def is_lost(life: Life) -> bool:
    """Whether the control plane was lost, and no line or later silence shows that it came back."""
    return life.run.lost is not None and not stream.outlasted(life)


def is_frozen(life: Life) -> bool:
    """Whether Envoy left the last `FROZEN` readiness checks unanswered, up to the end of the log, or until the agent
    was told to stop: ECS stops a task for that."""
    if life.run.unanswered < FROZEN:
        return False
    last = moment(life.run.unanswered_at)
    latest = moment(life.draining_at) if life.draining_at else life.latest_at
    return not (last and latest and (latest - last).total_seconds() > HICCUP)


def unclear(life: Life) -> dict[str, Reason]:
    """What was refused or late, by its kind, and of which no line at this level tells what came of it later. Endpoints
    come late to every cluster that has none, such as that of a service without a task."""
    run = life.run
    if not (run.refused_updates or run.timeouts or run.another_taken or run.single or run.none_given):
        return {}
    streams = stream.lost_for_one(life)
    taken = {
        name: Reason(f"its stream {name} ends again and again, and no line tells whether it is back", line)
        for name, line in streams.items()
    } | {
        kind: Reason(
            f"a {kind} was late or refused, and no line tells whether that is the one that it took later", line
        )
        for kind, line in run.another_taken.items()
    }
    if run.none_given and match.wants_incoming(life.environment.mapping or {}):
        why = "the control plane left it without any cluster, and no line tells whether calls to its task arrive"
        taken["no cluster"] = Reason(why, run.none_given.line)
    if tells_all(life):
        return taken
    tells = f"no line at level {life.level or 'info'} tells"
    found = {
        kind: Reason(f"it refused an update of a {kind}, and {tells} whether it took a later one: {text}", line)
        for kind, (text, line) in run.refused_updates.items()
        if kind in OFTEN_SENT
    }
    if late := run.timeouts.get(OF_ENDPOINTS):
        found[OF_ENDPOINTS] = Reason(f"it got no {OF_ENDPOINTS} in time, and {tells} whether it came later", late)
    return found | taken


def tells_all(life: Life) -> bool:
    """Whether Envoy says what it takes, too, and has since its start: a level that is raised later tells nothing of
    what it took before."""
    return life.level in TELLING and life.run.executed and not life.run.quiet
