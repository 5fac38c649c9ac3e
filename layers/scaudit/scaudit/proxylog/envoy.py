"""Envoy's words of its start and its listeners, by template (1.24 to 1.40), and what each means. Source lines and file
names are never matched. Known from runs, and from Envoy's source (main, 2026-11): listener_manager_impl.cc, lds_api.cc,
cds_api_helper.cc (reworded between 1.36 and 1.24), grpc_subscription_impl.cc, grpc_stream.h, init/target_impl.cc."""

from collections.abc import Callable

from scaudit.proxylog import given, listeners, stream
from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Reason, Told, shown
from scaudit.proxylog.run import noted


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


def waits_for_clusters(life: Life, told: Told) -> None:
    """`cm init: initializing cds`."""
    if life.speaks(told):
        life.run.waits_for = "clusters"


def waits_for_endpoints(life: Life, told: Told) -> None:
    """`cm init: initializing secondary clusters`: those that were sent; once before, too, those of the bootstrap."""
    if life.speaks(told) and life.run.clusters:
        life.run.waits_for = "endpoints"


def waits_for_listeners(life: Life, told: Told) -> None:
    """`all clusters initialized. initializing init manager`."""
    if life.speaks(told):
        life.run.waits_for = "listeners"


def late(life: Life, told: Told) -> None:
    """`gRPC config: initial fetch timed out for type.googleapis.com/...TYPE`."""
    kind = shown(told.text.rpartition(".")[2].partition("\t")[0], 200)
    if life.speaks(told) and kind != given.OF_SETTINGS:
        given.did_not_come(life, told, kind)


def configuration(life: Life, told: Told) -> None:
    """`gRPC config for type.googleapis.com/...TYPE rejected: REASON`."""
    kind, found, reason = told.text.partition(" rejected: ")
    if not found or not life.speaks(told):
        return
    kind = shown(kind.rpartition(".")[2], 200)
    stream.is_back(life.run)
    life.run.delta = life.run.delta or told.text.startswith("delta ")
    if kind == "Listener":
        listeners.rejected(life, told, reason)
    elif kind != given.OF_SETTINGS:
        given.refuse(life, told, kind, reason)


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
    ("cm init: initializing cds", waits_for_clusters),
    ("cm init: initializing secondary clusters", waits_for_endpoints),
    ("all clusters initialized. initializing init manager", waits_for_listeners),
    ("cds: ", given.clusters),
    ("lds: ", listeners.changed),
    ("listener '", listeners.unbound),
    ("final pre-worker listener init for listener '", listeners.fell),
    ("gRPC config: initial fetch timed out for ", late),
    ("delta config: initial fetch timed out for ", late),
    ("gRPC config for ", configuration),
    ("delta config for ", configuration),
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
