"""Faults that can be laid on a service from outside, by its tag `local:fault`; read when each of its tasks starts."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from local.emulator.ecs.containers import UNHEALTHY
from local.emulator.ecs.fate import OUT_OF_MEMORY, Failure, Fate
from local.emulator.ecs.model import ACTIVATING
from local.emulator.protocol import INVALID, AwsError

TAG = "local:fault"

# The recorded Envoy dies as one that the kernel kills for want of memory. The proxy exits with 0 when its restarts are
# used up.
PROXY_CRASHED = Failure(
    "EssentialContainerExited", "Essential container in task exited", proxy_exit=0, proxy_reason=OUT_OF_MEMORY
)
# How AWS ends a task whose proxy is never healthy is not known; these are its words for one that did not start.
CONTROL_PLANE_REFUSED = Failure("TaskFailedToStart", "Task failed to start", proxy_health=UNHEALTHY)
CONTROL_PLANE_SILENT = replace(CONTROL_PLANE_REFUSED, patience=None)
LOG_GROUP_MISSING = Failure(
    "TaskFailedToStart",
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to "
    "create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
    proxy_starts=False,
    patience=1,
)
# AWS: a registration that is refused is told as a stopped task error. That the attachment tells it too is only known
# of a deregistration.
REGISTER_DENIED = Failure(
    "TaskFailedToStart",
    "User: arn:aws:sts::{account}:assumed-role/AWSServiceRoleForECS/ecs-service-scheduler is not authorized to perform:"
    " servicediscovery:RegisterInstance on resource: {cloud_map_service} with an explicit deny in an identity-based "
    "policy",
    state=ACTIVATING,
    patience=1,
)

FAULTS: Mapping[str, Callable[[Fate], Fate]] = {
    "wrong-port": lambda fate: replace(fate, port_offset=1),
    "wrong-address": lambda fate: replace(fate, foreign_address=True),
    "not-registered": lambda fate: replace(fate, registers=False),
    "register-denied": lambda fate: replace(fate, registers=False, failure=REGISTER_DENIED),
    "ghost": lambda fate: replace(fate, stays_registered=True),
    "ghost-reused": lambda fate: replace(fate, stays_registered=True, vacates_address=True),
    "proxy-crashed": lambda fate: replace(fate, log="07-crash-loop-sigkill.log", failure=PROXY_CRASHED),
    # The log of such a proxy may be that of a healthy one.
    "proxy-unhealthy": lambda fate: replace(fate, proxy_health=UNHEALTHY),
    "control-plane-refused": lambda fate: replace(
        fate, log="20-xds-unauthorized-ecs-poll.log", failure=CONTROL_PLANE_REFUSED
    ),
    "control-plane-silent": lambda fate: replace(
        fate, log="15c-xds-connected-but-silent.log", failure=CONTROL_PLANE_SILENT
    ),
    # AWS: the proxy's health check does not look at its listeners.
    "listener-rejected": lambda fate: replace(fate, log="05-lds-rejected-ingress.log"),
    "listener-port-taken": lambda fate: replace(fate, log="09-port-in-use-ingress.log"),
    # The control plane ends its stream by design, about every half hour (amazon-ecs-service-connect-agent, pull request
    # 124); recorded sooner. It is no fault.
    "stream-recycled": lambda fate: replace(fate, log="13-stream-recycled.log"),
    "no-logs": lambda fate: replace(fate, log=None),
    "log-group-missing": lambda fate: replace(fate, failure=LOG_GROUP_MISSING),
}

FAULTS_WITH_SECONDS: Mapping[str, Callable[[Fate, float], Fate]] = {
    "registered-late": lambda fate, seconds: replace(fate, registration_delay=seconds),
    "crash-loop": lambda fate, seconds: replace(fate, crashes_after=seconds),
    "proxy-killed": lambda fate, seconds: replace(fate, proxy_killed_after=seconds),
}


def fate_of(tags: Mapping[str, str]) -> Fate:
    """What the tag asks for. An unknown fault is refused, so that a slip of the pen does not look healthy."""
    fate = Fate()
    for fault in tags.get(TAG, "").split():
        name, _, argument = fault.partition(":")
        if name in FAULTS and not argument:
            fate = FAULTS[name](fate)
        elif name in FAULTS_WITH_SECONDS and argument.replace(".", "", 1).isdigit():
            fate = FAULTS_WITH_SECONDS[name](fate, float(argument))
        else:
            known = ", ".join([*FAULTS, *(f"{name}:SECONDS" for name in FAULTS_WITH_SECONDS)])
            raise AwsError(INVALID, f"{TAG} does not know {fault!r}; it knows {known}.")
    return fate
