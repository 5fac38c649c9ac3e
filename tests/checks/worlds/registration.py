"""A running task's registration, and what can be read of ports in the task's configuration."""

from dataclasses import replace

from scaudit.model import Endpoint, Instance, Service
from tests import builders as world
from tests.builders import (
    ADMIN,
    DEPLOYMENT,
    HEALTHY,
    NGINX,
    REGISTERED,
    TASK,
    TASK_ID,
    TASK_SET,
    with_definition,
    with_deployment,
    with_instance,
    with_registration,
    with_task,
)
from tests.checks.worlds.proxy import EGRESS_ONLY
from tests.checks.worlds.rows import Row, ago, of_task

OVERRIDE = replace(NGINX, ingress_port_override=8443)
CLIENT = replace(with_deployment(endpoints=()), log=EGRESS_ONLY)
BRIDGE = replace(
    with_task(address="", proxy_host_ports=(32768, 49153)),
    task_definition=replace(world.DEFINITION, network_mode="bridge"),
    registrations={
        "nginx": Instance(TASK_ID, "10.9.9.9", "32768", "", TASK_SET),
        "web-admin": Instance(TASK_ID, "10.9.9.9", "49153", "", TASK_SET),
    },
)
YOUNG = replace(TASK, started_at=ago(9))
SHIFTING = replace(world.SERVICE, strategy="BLUE_GREEN", deployments=(replace(DEPLOYMENT, in_progress=True),))


OLDER = replace(DEPLOYMENT, id="ecs-svc/1", primary=False)


def replaced(minutes: float, **changes: object) -> Service:
    """The service after a deployment that was complete so many minutes ago; the task's own is no longer listed."""
    next_one = replace(DEPLOYMENT, id="ecs-svc/2", updated_at=ago(minutes), **changes)
    return replace(world.SERVICE, deployments=(next_one,))


FAILING = [
    Row("the portName names no port mapping", of_task(with_definition(ports={"http": 80, "admin": 9901})), {"SC102"}),
    Row("no port mapping is named at all", of_task(with_definition(ports={})), {"SC102"}),
    Row("not registered", of_task(with_registration(None)), {"SC201 nginx"}),
    Row(
        "not registered under its second endpoint",
        of_task(with_registration(None, "web-admin")),
        {"SC201 web-admin"},
    ),
    Row("another task's address", of_task(with_instance(address="172.31.0.11")), {"SC202 nginx"}),
    Row("registered without an address", of_task(with_instance(address="")), {"SC202 nginx"}),
    Row("another port", of_task(with_instance(port="9999")), {"SC203 nginx"}),
    Row("the ports of two endpoints swapped", of_task(with_instance(port="9901")), {"SC203 nginx"}),
    Row("registered without a port", of_task(with_instance(port="")), {"SC203 nginx"}),
    Row("the log's ephemeral listener port", of_task(with_instance(port="43727")), {"SC203 nginx"}),
    Row("an older deployment's registration", of_task(with_instance(deployment=TASK_SET[:-1] + "9")), {"SC204 nginx"}),
    Row(
        "the same deployment id of another service",
        of_task(with_instance(deployment=TASK_SET.replace("/web/", "/api/"))),
        {"SC204 nginx"},
    ),
    Row(
        "deployment replaced an hour ago, and the task is still registered",
        of_task(replace(HEALTHY, service=replaced(60))),
        {"SC204 nginx", "SC204 web-admin"},
    ),
    Row("another zone than the task's", of_task(with_instance(zone="ap-northeast-1c")), {"SC205 nginx"}),
    Row(
        "everything about the instance is wrong",
        of_task(with_instance(address="10.0.0.1", port="1", deployment="-", zone="-")),
        {"SC202 nginx", "SC203 nginx", "SC204 nginx", "SC205 nginx"},
    ),
    Row(
        "an override that is not what is registered",
        of_task(with_deployment(endpoints=(OVERRIDE, ADMIN))),
        {"SC203 nginx"},
    ),
    Row(
        "bridge: not the proxy's host port",
        of_task(replace(BRIDGE, registrations=REGISTERED)),
        {"SC203 nginx", "SC203 web-admin"},
    ),
]

HEALTHY_ALL_THE_SAME = [
    Row("nothing is wrong", of_task(HEALTHY)),
    Row("client only: serves nothing, so needs no registration", of_task(replace(CLIENT, registrations={}))),
    Row(
        "an override that is registered",
        of_task(
            replace(
                with_deployment(endpoints=(OVERRIDE,)),
                registrations={"nginx": replace(REGISTERED["nginx"], port="8443")},
                log=EGRESS_ONLY,
            )
        ),
    ),
    Row("bridge: the proxy's host port, and an address of the host", of_task(BRIDGE)),
    Row("registered without a zone", of_task(with_instance(zone=""))),
    Row(
        "another zone than the task's, 9 minutes after its start", of_task(replace(with_instance(zone="x"), task=YOUNG))
    ),
    Row(
        "an old deployment's task beside the new PRIMARY",
        of_task(
            replace(
                HEALTHY,
                service=replace(
                    world.SERVICE,
                    deployments=(
                        replace(DEPLOYMENT, id="ecs-svc/2", endpoints=(Endpoint("other", "nginx"),)),
                        replace(DEPLOYMENT, primary=False),
                    ),
                ),
            )
        ),
    ),
    Row("not registered, 9 minutes after its start", of_task(replace(with_registration(None), task=YOUNG))),
    Row(
        "an older deployment's registration, 9 minutes after its start",
        of_task(replace(with_instance(deployment="-"), task=YOUNG)),
    ),
    Row(
        "own deployment replaced, and no other is listed",
        of_task(replace(with_instance(port="1"), service=replace(world.SERVICE, deployments=()))),
    ),
    Row("deployment replaced 59 minutes ago", of_task(replace(with_instance(port="1"), service=replaced(59)))),
    Row(
        "deployment replaced an hour ago, by one that is still in progress",
        of_task(replace(HEALTHY, service=replaced(60, in_progress=True))),
    ),
    Row(
        "deployment replaced an hour ago, and no longer registered",
        of_task(replace(HEALTHY, service=replaced(60), registrations={"nginx": None, "web-admin": None})),
    ),
    Row(
        "deployment replaced an hour ago, and traffic still shifts away from a third",
        of_task(replace(HEALTHY, service=replace(SHIFTING, deployments=(*replaced(60).deployments, OLDER)))),
    ),
    Row("service deleted", of_task(replace(HEALTHY, service=None, registrations={}))),
]
