"""Envoy's words, by template (1.24 to 1.40), and what each means. Source lines and file names are never matched."""

from collections.abc import Callable

from scaudit.proxylog.life import Life, keep, noted
from scaudit.proxylog.lines import Reason, Told, shown

NO_NAME = "(the whole answer)"
GRAVE_TIMEOUTS = frozenset({"Cluster", "Listener", "RouteConfiguration", "Secret"})
"""Not ClusterLoadAssignment: the agent's own bootstrap gives its static cluster 1 ms for it (agent source, since
2026-01), so that this one fires in most healthy starts."""


def epoch(life: Life, told: Told) -> None:
    run, process = life.run, told.process
    life.level = life.level or "info"
    awaited = run.executed and not run.process and not run.dead
    if process == run.process or (process in life.past and not (awaited and told.stamp >= run.stamp)):
        return
    if not awaited:
        life.opens(told, executed=False)
    life.past.discard(process)
    life.run.process = process


def ready(life: Life, told: Told) -> None:
    if life.speaks(told) and not life.run.ready:
        life.run.ready = noted(told)
        life.run.unanswered = 0
        life.ready_first = life.ready_first or told.stamp
        if len(life.ready_lines) < 50:
            life.ready_lines.append(told.number)


def waits(life: Life, told: Told) -> None:
    if life.speaks(told):
        life.run.waits_for = "clusters" if told.text.startswith("cm init: initializing cds") else "listeners"


def clusters(life: Life, told: Told) -> None:
    if life.speaks(told):
        life.run.clusters = noted(told)
        life.run.lost = None
        life.run.timeouts.pop("Cluster", None)
        life.run.refused_configuration.pop("Cluster", None)


def listener(life: Life, told: Told) -> None:
    """`lds: add/update listener 'X'`, `lds: remove listener 'X'`, `lds: listener 'X' config rejected: REASON`."""
    what, _, rest = told.text.partition("'")
    name, found, rest = rest.partition("'")
    # A name that is cut off proves no listener, but a loss is a loss whatever the name.
    if (not found and what.startswith("lds: add")) or not life.speaks(told):
        return
    run, name = life.run, _name(name)
    run.listeners_answered = True
    if what.startswith("lds: add"):
        keep(run.added, name, noted(told))
        run.timeouts.pop("Listener", None)
        run.removed.pop(name, None)
        run.unbound.pop(name, None)
        if run.rejected:
            run.rejected.pop(name, None)
            run.rejected.pop(NO_NAME, None)
    elif what.startswith("lds: remove"):
        run.added.pop(name, None)
        keep(run.removed, name, noted(told))
    elif rest.startswith(" config rejected"):
        _refused(life, told, name, rest.partition(": ")[2])


def unbound(life: Life, told: Told) -> None:
    name, found, rest = told.text.removeprefix("listener '").partition("' failed to ")
    if found and life.speaks(told):
        keep(life.run.unbound, _name(name), Reason(shown(rest.partition(": ")[2]), noted(told)))


def configuration(life: Life, told: Told) -> None:
    """`gRPC config for type.googleapis.com/...TYPE rejected: ...`, `gRPC config: initial fetch timed out for ...`."""
    text = told.text
    if ": initial fetch timed out for " in text:
        kind = text.rstrip().rpartition(".")[2]
        if kind in GRAVE_TIMEOUTS and life.speaks(told):
            keep(life.run.timeouts, kind, noted(told))
        return
    kind, found, reason = text.partition(" rejected: ")
    if not found or not life.speaks(told):
        return
    kind = _name(kind.rpartition(".")[2])
    if kind != "Listener":
        keep(life.run.refused_configuration, kind, Reason(shown(reason), noted(told)))
        return
    life.run.listeners_answered = life.run.rejecting = True
    _, listed, names = reason.partition("Error adding/updating listener(s) ")
    name, colon, cause = names.partition(": ")
    if listed and colon and " " not in name:
        _refused(life, told, _name(name), cause)
    else:
        _refused(life, told, NO_NAME, reason)


def rejected_too(life: Life, told: Told) -> None:
    """Second and later names of one rejection stand on lines of their own, without a head."""
    name, colon, reason = told.text.partition(": ")
    if colon and name in (life.environment.mapping or ()):
        _refused(life, told, name, reason)


def _refused(life: Life, told: Told, name: str, reason: str) -> None:
    unbound = reason.startswith("cannot bind ")
    if not unbound or name not in life.run.unbound:  # the line of the bind error itself names the cause better
        keep(life.run.unbound if unbound else life.run.rejected, name, Reason(shown(reason), noted(told)))


def closed(life: Life, told: Told) -> None:
    """`StreamAggregatedResources gRPC config stream [to X] closed[ since Ns ago]: CODE, REASON`."""
    stream, found, rest = told.text.partition(" gRPC config stream ")
    if not found or " " in stream or not life.speaks(told):
        return
    code, comma, reason = rest.partition("closed")[2].partition(": ")[2].partition(",")
    if not comma:
        return
    run, mark = life.run, noted(told)
    if run.closed_last and run.closed_last.text == mark.text:
        return
    run.closed += 1
    run.closed_last = mark
    run.code = int(code) if code.isdecimal() and len(code) < 4 else None
    run.refused = shown(reason) or run.refused
    if run.ready:
        run.lost, run.was_lost = mark, True


def level_changed(life: Life, told: Told) -> None:
    life.at_level(told.text.partition("level='")[2].partition("'")[0], noted(told))


def dies(life: Life, told: Told) -> None:
    """Envoy's last words; an end by SIGKILL (so also by lack of memory) has none."""
    life.run.dying = life.run.dying or shown(told.text)
    life.run.dead = life.run.dead or Reason(life.run.dying, noted(told))


def shuts_down(life: Life, told: Told) -> None:
    if life.speaks(told):
        life.run.dead = life.run.dead or Reason(shown(told.text), noted(told))


def _name(name: str) -> str:
    return shown(name, 200)


TEMPLATES: tuple[tuple[str, Callable[[Life, Told], None]], ...] = (
    ("initializing epoch ", epoch),
    ("all dependencies initialized. starting workers", ready),
    ("cm init: initializing cds", waits),
    ("all clusters initialized. initializing init manager", waits),
    ("cds: ", clusters),
    ("lds: ", listener),
    ("listener '", unbound),
    ("gRPC config", configuration),
    ("delta config", configuration),
    ("StreamAggregatedResources gRPC config stream ", closed),
    ("DeltaAggregatedResources gRPC config stream ", closed),
    ("change all log levels: level='", level_changed),
    ("caught ENVOY_SIGTERM", shuts_down),
    ("shutting down server instance", shuts_down),
    ("main dispatch loop exited", shuts_down),
)

LAST_WORDS: tuple[tuple[str, Callable[[Life, Told], None]], ...] = (
    ("Caught ", dies),
    ("error `", dies),
    ("error initializing ", dies),
    ("panic: ", dies),
    ("assert failure: ", dies),
)
"""Only at level critical."""
