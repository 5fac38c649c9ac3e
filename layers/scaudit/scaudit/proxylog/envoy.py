"""Envoy's words of its start and its listeners, by template (1.24 to 1.40), and what each means. Source lines and file
names are never matched. Known from runs, and from Envoy's source (main, 2026-11): listener_manager_impl.cc, lds_api.cc,
cds_api_helper.cc (reworded between 1.36 and 1.24), grpc_subscription_impl.cc, grpc_stream.h, init/target_impl.cc."""

from collections.abc import Callable

from scaudit.proxylog import given, stream
from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Reason, Told, shown
from scaudit.proxylog.run import keep, noted

NO_NAME = "(the whole answer)"


def epoch(life: Life, told: Told) -> None:
    """Envoy begins (`initializing epoch N`). Another process than before is another run."""
    run, process = life.run, told.process
    life.level = life.level or "info"
    life.first_of_envoy = life.first_of_envoy or told.stamp
    awaited = run.executed and not run.process and not run.dead
    if process == run.process or (process in life.past and not (awaited and life.since_start(told) >= 0)):
        if process == run.process and run.epoch:
            run.only_once(told, run.epoch)
        return
    if not awaited:
        life.opens(told, executed=False)
    life.past.discard(process)
    life.run.process, life.run.epoch = process, noted(told)


def ready(life: Life, told: Told) -> None:
    """Envoy starts its workers: it serves. At most 50 such lines are kept."""
    if not life.speaks(told):
        return
    if life.run.ready:
        life.run.only_once(told, life.run.ready)
    else:
        life.run.ready = noted(told)
        life.run.unanswered, life.run.not_live = 0, None
        life.ready_first = life.ready_first or told.stamp
        if len(life.ready_lines) < 50:
            life.ready_lines.append(told.number)


def waits(life: Life, told: Told) -> None:
    """`cm init: initializing cds`, `cm init: initializing secondary clusters` (once before, too, for those of the
    bootstrap), `all clusters initialized. initializing init manager`."""
    if life.speaks(told):
        run = life.run
        if told.text.startswith("all clusters"):
            run.waits_for = "listeners"
        elif told.text.startswith("cm init: initializing cds"):
            run.waits_for = "clusters"
        elif run.clusters:
            run.waits_for = "endpoints"


def listener(life: Life, told: Told) -> None:
    """`lds: add/update listener 'X'`, `lds: remove listener 'X'`, `lds: listener 'X' config rejected: REASON`."""
    what, _, rest = told.text.partition("'")
    name, found, rest = rest.partition("'")
    # A name that is cut off proves no listener, but a loss is a loss whatever the name.
    if (not found and what.startswith("lds: add")) or not life.speaks(told):
        return
    run, name = life.run, shown(name, 200)
    run.listeners_answered = True
    stream.is_back(run)
    if what.startswith("lds: add"):
        run.timeouts.pop("Listener", None)
        for one in (run.removed, run.unbound, run.rejected, run.stale):
            if one:
                one.pop(name, None)
                one.pop(NO_NAME, None)
        if name not in run.fallen:
            keep(run.added, name, noted(told))
    elif what.startswith("lds: remove"):
        run.added.pop(name, None)
        run.stale.pop(name, None)
        keep(run.removed, name, noted(told))
    elif rest.startswith(" config rejected"):
        refused(life, told, name, rest.partition(": ")[2])


def unbound(life: Life, told: Told) -> None:
    """`listener 'X' failed to bind or apply socket options: REASON`. Of a listener that was added before, it is an
    update that failed."""
    name, found, rest = told.text.removeprefix("listener '").partition("' failed to ")
    if found and life.speaks(told):
        reason = Reason(shown(rest.partition(": ")[2]), noted(told))
        keep(life.run.stale if name in life.run.added else life.run.unbound, shown(name, 200), reason)


def fell(life: Life, told: Told) -> None:
    """`final pre-worker listener init for listener 'X' failed: REASON`: Envoy drops the listener, and the one that it
    was to replace, when it starts its workers or when the listener has warmed (onListenerWarmed). `lds: add/update` is
    said before that, so that it does not show that the listener listens."""
    name, found, rest = told.text.partition("'")[2].partition("' failed: ")
    if found and life.speaks(told):
        name = shown(name, 200)
        in_use = " (its address is in use)" if rest.rstrip().endswith("errno=98") else ""
        life.run.added.pop(name, None)
        life.run.stale.pop(name, None)
        keep(life.run.fallen, name, Reason(shown(f"{rest.strip()}{in_use}"), noted(told)))


def configuration(life: Life, told: Told) -> None:
    """`gRPC config for type.googleapis.com/...TYPE rejected: ...`, `gRPC config: initial fetch timed out for ...`."""
    text = told.text
    if ": initial fetch timed out for " in text:
        kind = shown(text.rpartition(".")[2].partition("\t")[0], 200)
        if life.speaks(told) and kind != given.OF_SETTINGS:
            given.did_not_come(life, told, kind)
        return
    kind, found, reason = text.partition(" rejected: ")
    if not found or not life.speaks(told):
        return
    kind = shown(kind.rpartition(".")[2], 200)
    stream.is_back(life.run)
    life.run.delta = life.run.delta or text.startswith("delta ")
    if kind != "Listener":
        if kind != given.OF_SETTINGS:
            given.refuse(life, told, kind, reason)
        return
    life.run.listeners_answered = life.run.rejecting = True
    _, listed, names = reason.partition("Error adding/updating listener(s) ")
    name, colon, cause = names.partition(": ")
    if listed and colon and " " not in name:
        refused(life, told, shown(name, 200), cause)
    else:
        refused(life, told, NO_NAME, reason)


def rejected_too(life: Life, told: Told) -> None:
    """Second and later names of one rejection stand on lines of their own, without a head."""
    name, colon, reason = told.text.partition(": ")
    if colon and name in (life.environment.mapping or ()):
        refused(life, told, name, reason)


def refused(life: Life, told: Told, name: str, reason: str) -> None:
    """A listener that was added before goes on as it was: Envoy drops a rejected update, not what it would replace."""
    run, unbound = life.run, reason.startswith("cannot bind ")
    if name in run.added or (name == NO_NAME and run.added):
        keep(run.stale, name, Reason(shown(reason), noted(told)))
    elif not unbound or name not in run.unbound:  # the line of the bind error itself names the cause better
        keep(run.unbound if unbound else run.rejected, name, Reason(shown(reason), noted(told)))


def level_changed(life: Life, told: Told) -> None:
    """Envoy's log level was changed by its admin interface."""
    life.at_level(told.text.partition("level='")[2].partition("'")[0], noted(told))


def dies(life: Life, told: Told) -> None:
    """Envoy's last words; an end by SIGKILL (so also by lack of memory) has none."""
    life.run.dying = life.run.dying or shown(told.text)
    life.run.dead = life.run.dead or Reason(life.run.dying, noted(told))


def shuts_down(life: Life, told: Told) -> None:
    """Envoy is told to end."""
    if life.speaks(told):
        life.run.dead = life.run.dead or Reason(shown(told.text), noted(told))


TEMPLATES: tuple[tuple[str, Callable[[Life, Told], None]], ...] = (
    ("initializing epoch ", epoch),
    ("all dependencies initialized. starting workers", ready),
    ("cm init: initializing cds", waits),
    ("cm init: initializing secondary clusters", waits),
    ("all clusters initialized. initializing init manager", waits),
    ("cds: ", given.clusters),
    ("lds: ", listener),
    ("listener '", unbound),
    ("final pre-worker listener init for listener '", fell),
    ("gRPC config", configuration),
    ("delta config", configuration),
    ("StreamAggregatedResources gRPC config stream ", stream.closed),
    ("DeltaAggregatedResources gRPC config stream ", stream.closed),
    *((f"{how}{kind} gRPC config stream ", stream.closed) for how in ("Stream", "Delta") for kind in given.SERVICES),
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
    ("std::terminate called!", dies),
    ("Backtrace (use ", dies),
)
"""Only at level critical."""
