"""A running task's proxy, by ECS and by its own log."""

from dataclasses import replace

from scaudit.model.seen import LOOKED_AT
from scaudit.proxylog import Exit, Outcome
from tests import builders as world
from tests.builders import LISTENERS, NOW, TASK_SET, with_deployment, with_log, with_task
from tests.checks.worlds.control_plane import DEGRADED
from tests.checks.worlds.rows import Row, ago, of_task

EGRESS_ONLY = replace(world.PROXY_LOG, listeners=replace(LISTENERS, wanted={"egress": 1}))
ILL = replace(world.TASK, proxy_health="UNHEALTHY")
TAKEN = "cannot bind '0.0.0.0:8443': Address already in use"
OVERRIDDEN = (replace(world.NGINX, ingress_port_override=8443), world.ADMIN)
BEHIND_OVERRIDE = replace(world.PROXY_LOG, listeners=replace(LISTENERS, unwanted={"ingress-nginx": TAKEN}))
NO_METADATA = "Unable to fetch ECS container metadata from 169.254.170.2: dial tcp 169.254.170.2:80: i/o timeout"
NO_LEVEL = "Envoy log level [doomsday] is not supported, setting it to default [info]."
HUNG = replace(DEGRADED, unanswered=6, frozen=True)
KILLED = Exit(9, "14", -1, "killed")

FAILING = [
    Row("no proxy container in the task", of_task(with_task(proxy="", proxy_status="")), {"SC301"}),
    Row("the proxy container has stopped", of_task(with_task(proxy_status="STOPPED")), {"SC301"}),
    Row("ECS calls the proxy UNHEALTHY", of_task(with_task(proxy_health="UNHEALTHY")), {"SC302"}),
    Row(
        "Envoy exited and its restarts are used up",
        of_task(with_log(verdict=Outcome.EXITED, why="exit 4 of 4", exits=(KILLED,) * 4, ready=False)),
        {"SC303", "SC306"},
    ),
    Row(
        "Envoy was ready, and exited for good since",
        of_task(with_log(verdict=Outcome.EXITED, why="exited", exits=(Exit(300, "14", 1),))),
        {"SC303", "SC306"},
    ),
    Row(
        "never ready, and ECS agrees",
        of_task(replace(with_log(verdict=Outcome.NOT_READY, why="no ready line", ready=False), task=ILL)),
        {"SC302", "SC303"},
    ),
    Row(
        "a listener is rejected",
        of_task(with_log(listeners=replace(LISTENERS, rejected={"egress": "no cluster"}))),
        {"SC305"},
    ),
    Row(
        "a listener's port is taken",
        of_task(with_log(listeners=replace(LISTENERS, unbound={"ingress-nginx": "Address already in use"}))),
        {"SC305"},
    ),
    Row(
        "a listener is missing by count",
        of_task(with_log(listeners=replace(LISTENERS, missing=("egress",), unexplained=("egress",)))),
        {"SC305"},
    ),
    Row(
        "an update of a listener is refused, the earlier one serves",
        of_task(with_log(DEGRADED, listeners=replace(LISTENERS, refused_updates={"ingress-nginx": TAKEN}))),
        {"SC305"},
    ),
    Row(
        "a listener that nothing asks for is refused",
        of_task(with_log(listeners=replace(LISTENERS, unwanted={"other": TAKEN}))),
        {"SC305"},
    ),
    Row(
        "the listener behind a port override is refused",
        of_task(replace(with_deployment(endpoints=OVERRIDDEN), log=BEHIND_OVERRIDE)),
        {"SC203 nginx", "SC305"},
    ),
    Row(
        "an incoming listener was taken away",
        of_task(with_log(DEGRADED, listeners=replace(LISTENERS, lost=("ingress-nginx",), missing=("ingress-nginx",)))),
        {"SC305"},
    ),
    Row(
        "the listeners were drained on request",
        of_task(with_log(DEGRADED, listeners=replace(LISTENERS, drained=True))),
        {"SC305"},
    ),
    Row(
        "R6: a listener is rejected in a log whose first lines were dropped",
        of_task(with_log(DEGRADED, dump_seen=False, listeners=replace(LISTENERS, rejected={"egress": "no cluster"}))),
        {"SC305"},
    ),
    Row(
        "Envoy hangs, and its start-up lines are no longer kept",
        of_task(with_log(DEGRADED, unanswered=6, frozen=True, dump_seen=False, ready=False, first_at=NOW)),
        {"SC303"},
    ),
    Row("Envoy hangs", of_task(with_log(DEGRADED, unanswered=6, frozen=True)), {"SC303"}),
    Row("Envoy hung a moment ago", of_task(with_log(HUNG, unanswered_at=ago(4))), {"SC303"}),
    Row(
        "Envoy hung long ago, and ECS is not sure",
        of_task(replace(with_log(HUNG, unanswered_at=ago(60)), task=replace(world.TASK, proxy_health="UNKNOWN"))),
        {"SC303"},
    ),
    Row(
        "Envoy hung long ago, and ECS calls it UNHEALTHY",
        of_task(replace(with_log(HUNG, unanswered_at=ago(60)), task=ILL)),
        {"SC302", "SC303"},
    ),
    Row(
        "Envoy crashed once and came back",
        of_task(with_log(verdict=Outcome.RECOVERED, exits=(KILLED,), envoy_starts=2)),
        {"SC306"},
    ),
    Row("another deployment's proxy", of_task(with_log(identity=TASK_SET[:-1] + "9")), {"SC307"}),
    Row(
        "a listener named after the port mapping",
        of_task(with_log(listeners=replace(LISTENERS, wanted={"egress": 1, "ingress-nginx": 2, "ingress-admin": 3}))),
        {"SC307"},
    ),
    Row("the metadata endpoint was not reached", of_task(with_log(metadata_problems=(NO_METADATA,))), {"SC308"}),
    Row(
        "a setting was not accepted",
        of_task(with_log(complaints=(NO_LEVEL,))),
        {"SC308"},
    ),
]

HEALTHY_ALL_THE_SAME = [
    Row("the control plane took egress away", of_task(with_log(listeners=replace(LISTENERS, removed=("egress",))))),
    Row("drained before it was ready", of_task(with_log(world.PROXY_LOG, verdict=Outcome.STOPPED, ready=False))),
    Row("ends that the drain brought", of_task(with_log(verdict=Outcome.STOPPED, stop_line=5, exits=(KILLED,)))),
    Row(
        "ECS calls the proxy UNHEALTHY, 4 minutes after its start",
        of_task(with_task(proxy_health="UNHEALTHY", started_at=ago(4))),
    ),
    Row("drained and stopped", of_task(with_log(verdict=Outcome.STOPPED, why="draining"))),
    Row("its log was judged before", of_task(with_log(LOOKED_AT))),
    Row("Envoy hung an hour ago, and ECS calls it HEALTHY since", of_task(with_log(HUNG, unanswered_at=ago(60)))),
    Row(
        "start-up lines no longer kept",
        of_task(with_log(dump_seen=False, ready=False, verdict=Outcome.UNKNOWN, why="cut", first_at=NOW)),
    ),
]
