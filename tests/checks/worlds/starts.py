"""Tasks that do not run, and what their proxies' logs say. Each row names what explains each failure."""

from dataclasses import replace
from datetime import timedelta

from scaudit.judge.causes import explain
from scaudit.judge.rules import Rules
from scaudit.judge.tasks import judge_unstarted
from scaudit.model import Moot, Unread
from scaudit.model.seen import LOOKED_AT, Seen
from scaudit.proxylog import ControlPlane, Exit, Outcome
from tests import builders as world
from tests.builders import NOW, unstarted
from tests.checks.worlds.control_plane import REFUSED
from tests.checks.worlds.rows import Row

STARTING = replace(world.PROXY_LOG, verdict=Outcome.NOT_READY, why="not yet ready", ready=False)
REJECTED = replace(
    world.PROXY_LOG,
    verdict=Outcome.DEGRADED,
    why="listener ingress-nginx was rejected.",
    listeners=replace(world.PROXY_LOG.listeners, rejected={"ingress-nginx": "no filter chain"}),
)
_NO_GROUP = Unread("The specified log group does not exist", code="ResourceNotFoundException")
_NO_STREAM = Unread("The specified log stream does not exist", code="ResourceNotFoundException")
_SAYS_SO = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to "
    "create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."
)
_MADE = replace(world.DEPLOYMENT.log, makes_group=True)

CAUSES: list[tuple[str, Seen, dict[str, str]]] = [
    ("refused by the control plane", unstarted(REFUSED.log), {"SC209": "SC304", "SC303": "SC304", "SC304": ""}),
    (
        "Envoy crashed until its restarts were used up",
        unstarted(
            replace(world.PROXY_LOG, verdict=Outcome.EXITED, why="exited", exits=(Exit(1, "9", -1),), ready=False)
        ),
        {"SC209": "SC303", "SC303": "", "SC306": "SC303"},
    ),
    (
        "the log group of the proxy is gone",
        unstarted(_NO_GROUP),
        {"SC209": ""},
    ),
    (
        "the log group of the proxy is gone, in the words of Fargate",
        unstarted(_NO_GROUP, stop_code="TaskFailedToStart", reasons=(_SAYS_SO,)),
        {"SC209": ""},
    ),
    ("its proxy exited, and its log is not there", unstarted(_NO_STREAM, proxy_exit=139), {"SC209": ""}),
    (
        "its proxy exited, and its log goes elsewhere",
        unstarted(Moot("goes to awsfirelens"), proxy_exit=1),
        {"SC209": ""},
    ),
    ("registration is refused", unstarted(registration_reason="not authorized: RegisterInstance"), {"SC209": ""}),
    (
        "stuck in PENDING: the control plane keeps silent",
        unstarted(replace(REFUSED.log, control_plane=ControlPlane(silent=True)), last_status="PENDING"),
        {"SC209": "SC304", "SC303": "SC304", "SC304": ""},
    ),
    (
        "stopped a second after it was created: nothing of it has still to settle",
        unstarted(REFUSED.log, created_at=NOW - timedelta(seconds=1)),
        {"SC209": "SC304", "SC303": "SC304", "SC304": ""},
    ),
    (
        "scaled in while its proxy still started",
        unstarted(STARTING, stop_code="ServiceSchedulerInitiated", proxy_health="UNKNOWN"),
        {},
    ),
    (
        "stopped by the scheduler for its proxy's health",
        unstarted(STARTING, stop_code="ServiceSchedulerInitiated", proxy_health="UNHEALTHY"),
        {"SC209": "SC303", "SC303": ""},
    ),
    (
        "unhealthy, and its Envoy has a listener rejected",
        unstarted(REJECTED, proxy_health="UNHEALTHY"),
        {"SC209": "SC305", "SC305": ""},
    ),
    (
        "unhealthy, and cut off before its Envoy was started",
        unstarted(replace(STARTING, control_plane=ControlPlane()), proxy_health="UNHEALTHY"),
        {"SC209": "SC303", "SC303": ""},
    ),
    (
        "unhealthy, and cut off just after another start of its Envoy",
        unstarted(
            replace(STARTING, control_plane=ControlPlane(silent=True), exits=(Exit(1, "9", -1),)),
            proxy_health="UNHEALTHY",
        ),
        {"SC209": "SC303", "SC303": "", "SC306": "SC303"},
    ),
    (
        "called off by a person, refused by the control plane",
        unstarted(REFUSED.log, stop_code="UserInitiated", proxy_health="UNKNOWN"),
        {"SC304": ""},
    ),
    (
        "called off, its proxy had crashed",
        unstarted(
            replace(world.PROXY_LOG, verdict=Outcome.EXITED, why="exited", exits=(Exit(1, "9", -1),), ready=False),
            stop_code="UserInitiated",
            proxy_health="UNKNOWN",
        ),
        {"SC209": "SC303", "SC303": "", "SC306": "SC303"},
    ),
    (
        "R4: the proxy's own container could not be started",
        unstarted(LOOKED_AT, proxy_reason="CannotStartContainerError: failed to initialize logging driver"),
        {"SC209": ""},
    ),
    (
        "J13: an image could not be pulled while its proxy still started",
        unstarted(STARTING, stop_code="TaskFailedToStart", reasons=("CannotPullContainerError: no such image",)),
        {},
    ),
    (
        "J13: the application exited while its proxy still started",
        unstarted(STARTING, stop_code="EssentialContainerExited", others_exited=True),
        {},
    ),
    ("J13: its host was unwell", unstarted(STARTING, stop_code="InfrastructureHealth"), {}),
    ("J13: a stop code that is not known", unstarted(STARTING, stop_code="SomethingNew"), {}),
    (
        "J14: the log group is made when the proxy starts, and it did not",
        replace(
            unstarted(_NO_GROUP), service=replace(world.SERVICE, deployments=(replace(world.DEPLOYMENT, log=_MADE),))
        ),
        {},
    ),
    (
        "J14: the log group is missing, and an image could not be pulled",
        unstarted(_NO_GROUP, reasons=("CannotPullContainerError: no such image",)),
        {},
    ),
    (
        "J14: ECS names the missing group, which the driver makes",
        replace(
            unstarted(_NO_GROUP, reasons=(_SAYS_SO,)),
            service=replace(world.SERVICE, deployments=(replace(world.DEPLOYMENT, log=_MADE),)),
        ),
        {},
    ),
    (
        "its proxy was told to stop when the application had exited",
        unstarted(_NO_STREAM, stop_code="EssentialContainerExited", others_exited=True, proxy_exit=143),
        {},
    ),
    ("the image could not be pulled", unstarted(LOOKED_AT, reasons=("CannotPullContainerError",)), {}),
    ("its proxy was fine, the application was not", unstarted(reasons=("exit 1",)), {}),
    ("an application's log group is gone", unstarted(Unread("no line"), reasons=("log group does not exist",)), {}),
]

FAILING = [Row(name, explain(judge_unstarted(seen, Rules())), set(causes)) for name, seen, causes in CAUSES if causes]
HEALTHY_ALL_THE_SAME: list[Row] = []
