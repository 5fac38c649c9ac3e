"""What a proxy had from its control plane, and what Envoy did not take of it."""

from dataclasses import replace
from typing import Any

from scaudit.proxylog import ControlPlane, Outcome
from tests import builders as world
from tests.builders import NOW, with_log
from tests.checks.worlds.rows import Row, ago, of_task

DEGRADED = replace(world.PROXY_LOG, verdict=Outcome.DEGRADED, why="something is wrong")
NO_ANSWER = ControlPlane(closed=3, refused="Unauthorized to perform ecs:Poll for ARN")
REFUSED = replace(
    with_log(verdict=Outcome.NOT_READY, why="never ready", ready=False, control_plane=NO_ANSWER),
    task=replace(world.TASK, proxy_health="UNHEALTHY", started_at=ago(4)),
)
TIMED_OUT = ControlPlane(clusters_answered=True, timeouts=("Listener",))


def given(**changes: Any) -> ControlPlane:
    return ControlPlane(clusters_answered=True, listeners_answered=True, **changes)


NO_SECRET = given(timeouts=("Secret",))
LOST = given(closed=9, refused="gone", lost=True)
EXPIRED = replace(
    world.PROXY_LOG,
    verdict=Outcome.UNKNOWN,
    why="cut",
    ready=False,
    dump_seen=False,
    first_at=NOW,
    control_plane=ControlPlane(closed=1, refused="Received RST_STREAM with error code 0"),
)
UNCLEAR = replace(
    world.PROXY_LOG,
    verdict=Outcome.UNKNOWN,
    why="no line tells whether it took a later one",
    control_plane=given(unclear={"RouteConfiguration": "bad"}),
)

FAILING = [
    Row("the control plane refuses", of_task(REFUSED), {"SC303", "SC304"}),
    Row("listeners never came before the time-out", of_task(with_log(control_plane=TIMED_OUT)), {"SC304"}),
    Row("the control plane was lost after Envoy was ready", of_task(with_log(control_plane=LOST)), {"SC304"}),
    Row("a secret did not come", of_task(with_log(DEGRADED, control_plane=NO_SECRET)), {"SC309"}),
    Row(
        "the routes of an endpoint were rejected",
        of_task(with_log(DEGRADED, control_plane=given(rejected={"RouteConfiguration": "bad route ingress-nginx"}))),
        {"SC309"},
    ),
    Row(
        "a cluster was rejected whose name says nothing",
        of_task(with_log(DEGRADED, control_plane=given(rejected={"Cluster": "app: no LB"}))),
        {"SC309"},
    ),
    Row(
        "a rotated secret was refused, the earlier one serves",
        of_task(with_log(DEGRADED, control_plane=given(refused_updates={"Secret": "KEY_VALUES_MISMATCH"}))),
        {"SC309"},
    ),
]

HEALTHY_ALL_THE_SAME = [
    Row("the stream was recycled", of_task(with_log(control_plane=given(closed=1, code=13)))),
    Row("the stream was recycled, and the log's beginning has expired", of_task(with_log(EXPIRED))),
]
