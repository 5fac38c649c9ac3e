"""What the control plane gave to Envoy, and what became of it: clusters, endpoints, routes, secrets. What Envoy takes
of them it says at level debug alone, clusters excepted."""

from scaudit.proxylog import stream
from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Reason, Told, moment, shown
from scaudit.proxylog.run import MOST_NAMES, Run, keep, noted

AT_ONCE = 0.1
"""Seconds: longer than the static cluster's endpoints are waited for, and less than those of any other (15 s)."""
OF_ENDPOINTS = "ClusterLoadAssignment"
OF_CLUSTERS = "Cluster"
OF_SECRETS = "Secret"
OF_ROUTES = "RouteConfiguration"
_NONE = ("cds: response indicates 0 added/updated cluster(s), ", "cds: add 0 cluster(s), remove ")
"""An answer without a cluster, and how many it takes away: those of the bootstrap are counted, which stay (runs of 1.36
to 1.40). What it has not Envoy does not keep, if not by the delta protocol, which the agent does not ask for (its
source, envoy_bootstrap.go: GRPC)."""
SERVICES = ("Secrets", "Clusters", "Endpoints", "Listeners", "Routes", "ScopedRoutes", "VirtualHosts")
"""What Envoy may ask for by a stream of its own (its API: service/*/v3); the agent's bootstrap knows of one for
secrets (APPMESH_SDS_SOCKET_PATH)."""
OF_SETTINGS = "Runtime"
"""No call needs it."""
OFTEN_SENT = frozenset({OF_ROUTES, "ScopedRouteConfiguration", "VirtualHost", OF_ENDPOINTS})
"""Sent anew whenever something changes in the namespace: a refused update is soon followed by another, and whether
that is taken no line at level info tells. A refused secret stands until the next rotation, days later."""


def clusters(life: Life, told: Told) -> None:
    """`cds: response indicates ...` (`cds: add N cluster(s), ...` before 2023) begins an answer, `cds: added/updated
    ...` ends it, and `cds: cluster 'X' config rejected: REASON` may come in between."""
    if not life.speaks(told):
        return
    run, text = life.run, told.text
    stream.is_back(run)
    if text.startswith("cds: cluster '"):
        name, found, reason = text.removeprefix("cds: cluster '").partition("' config rejected: ")
        if found:
            refuse(life, told, OF_CLUSTERS, f"{name}: {reason}")
        return
    run.clusters, run.clusters_at = noted(told), run.clusters_at or told.stamp
    ends = text.startswith("cds: added/updated ")
    if not (ends and run.clusters_coming):
        told_twice = ends or run.clusters_coming  # CloudWatch Logs may store an event again
        missed = run.refused_configuration.get(OF_CLUSTERS)
        run.missed_cluster = missed or (run.missed_cluster if told_twice else None)
        mend(life, told, OF_CLUSTERS)
    run.clusters_coming = not ends
    if not ends:
        run.none_given = _none(told) if text.startswith(_NONE) and not run.delta else None
    elif run.none_given and f"; removed {run.none_given.text} cluster(s)" in text:
        run.none_given = None  # the delta protocol: only there Envoy has had all that an answer takes away


def _none(told: Told) -> Reason:
    return Reason(told.text.removeprefix(_NONE[0]).removeprefix(_NONE[1]).partition(" ")[0], noted(told))


def did_not_come(life: Life, told: Told, kind: str) -> None:
    """The agent's own bootstrap gives the endpoints of its static cluster 1 ms (agent source, since 2026-01), so that
    most healthy starts tell of it; that is over before the first clusters are there. Where the clock was set back, only
    the order of the lines tells."""
    if kind != OF_ENDPOINTS or _is_of_given_cluster(life, told):
        keep(life.run.timeouts, kind, noted(told))
        life.run.another_taken.pop(kind, None)


def _is_of_given_cluster(life: Life, told: Told) -> bool:
    run = life.run
    if not run.clusters_at or run.set_back:
        return bool(run.clusters_at)
    came, now = moment(run.clusters_at), moment(told.stamp)
    return bool(came and now and (now - came).total_seconds() > AT_ONCE)


def refuse(life: Life, told: Told, kind: str, reason: str) -> None:
    """Envoy keeps what it has when it refuses an update; what it refuses before it is ready it has not, nor when it is
    sent the same again, as on every new stream."""
    run, why = life.run, Reason(shown(reason), noted(told))
    never_had = kind in run.timeouts or kind in run.refused_configuration
    if kind == OF_CLUSTERS and run.missed_cluster:
        first = reason.removeprefix("Error adding/updating cluster(s) ").partition(": ")[0]
        never_had = never_had or f" {first}: " in f" {run.missed_cluster.text}"
    keep(run.refused_configuration if never_had or not _is_update(life) else run.refused_updates, kind, why)
    run.another_taken.pop(kind, None)
    if kind == OF_SECRETS:
        run.secret_refused_at = told.stamp


def _is_update(life: Life) -> bool:
    return life.run.ready is not None or not life.began


def taken(life: Life, told: Told) -> None:
    """At level debug: `gRPC config for type.googleapis.com/...TYPE accepted with N resources with version V`, `Delta
    config for TYPE accepted with N resources added, M removed`, and `Config update for TYPE (version V) accepted with
    ...` where both protocols share their code."""
    kind, found, _ = told.text.partition(" accepted with ")
    if not found or not life.speaks(told):
        return
    run, kind = life.run, kind.partition(" (version ")[0].rpartition(".")[2]
    stream.is_back(run)
    run.delta = run.delta or told.text.startswith("Delta ")
    if kind == "Listener" and not run.delta:
        for listeners in (run.rejected, run.unbound, run.stale):
            listeners.clear()
    if kind != OF_SECRETS or run.secret_at > run.secret_refused_at:  # lines change places within milliseconds
        mend(life, told, shown(kind, 200))


def secret(life: Life, told: Told) -> None:
    """At level debug: `Secret is updated.`, before it is refused or accepted. Envoy accepts a secret that it has just
    refused when it is sent again (SdsApi: its hash is the same), does not use it, and does not say this (runs of 1.36
    to 1.40)."""
    if life.speaks(told):
        life.run.secret_at = told.stamp


def mend(life: Life, told: Told, kind: str) -> None:
    """Configuration of this kind was taken. An answer with clusters has them all, so that what was wrong with them is
    mended. Of all else, and of what the delta protocol sends, it may be another than the one that was late or
    refused, unless only one is asked for: the lines do not name it."""
    run = life.run
    if not (kind in run.timeouts or kind in run.refused_configuration or kind in run.refused_updates):
        return
    whole = kind == OF_CLUSTERS and (not run.delta or kind in run.timeouts)
    if whole or run.watched.get(kind) == 1:
        _is_mended(run, told, kind)
    else:
        keep(run.another_taken, kind, noted(told))


def _is_mended(run: Run, told: Told, kind: str) -> None:
    for wrong in (run.timeouts, run.refused_configuration, run.refused_updates, run.another_taken):
        wrong.pop(kind, None)
    run.mended = noted(told) if run.ready else run.mended


def watched(life: Life, told: Told) -> None:
    """At level debug, without the delta protocol: `gRPC mux addWatch for type.googleapis.com/...TYPE`, one for each
    resource of the kinds that are asked for by name."""
    kind = shown(told.text.rstrip().rpartition(".")[2], 200)
    if life.speaks(told):
        keep(life.run.watched, kind, life.run.watched.get(kind, 0) + 1)


def routes(life: Life, told: Told) -> None:
    """At level debug: `rds: loading new configuration: config_name=NAME hash=N`. A refusal mostly ends with
    their name."""
    name = told.text.partition("config_name=")[2].partition(" hash=")[0]
    if not life.speaks(told):
        return
    for refused in (life.run.refused_configuration, life.run.refused_updates):
        if (why := refused.get(OF_ROUTES)) and why.text.endswith(f" in route {name}"):
            del refused[OF_ROUTES]
            life.run.mended = noted(told) if life.run.ready else life.run.mended


def target(life: Life, told: Told) -> None:
    """At level debug: `init manager Listener-local-init-manager NAME HASH initializing [shared ]target TARGET`, and
    `[shared ]target TARGET initialized, notifying init manager ...`."""
    text, run = told.text, life.run
    if not life.speaks(told):
        return
    if text.startswith("init manager Listener-local-init-manager "):
        manager, _, waited = text.partition(" initializing ")
        if waited and len(run.targets) < MOST_NAMES:
            run.targets[waited] = shown(manager.removeprefix("init manager Listener-local-init-manager ").split(" ")[0])
    else:
        run.targets.pop(text.partition(" initialized, notifying ")[0], None)


def unchanged(life: Life, told: Told) -> None:
    """At level debug: `lds: add/update listener 'X' skipped`: it is sent again as it is."""
    name, found, _ = told.text.partition("'")[2].partition("' skipped")
    if found and life.speaks(told):
        stream.is_back(life.run)
        life.run.stale.pop(name, None)


DEBUG = {
    "config": (
        ("gRPC config for ", taken),
        ("Delta config for ", taken),
        ("Config update for ", taken),
        ("gRPC mux addWatch for ", watched),
        ("Secret is updated.", secret),
    ),
    "rds": (("rds: loading new configuration: config_name=", routes),),
    "init": (
        ("init manager Listener-local-init-manager ", target),
        ("target ", target),
        ("shared target ", target),
    ),
    "upstream": (("lds: add/update listener '", unchanged),),
}
"""By component. Stream and start are told at info, whatever the level."""
