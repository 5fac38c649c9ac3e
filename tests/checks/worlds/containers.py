"""The containers beside the proxy."""

from dataclasses import replace

from scaudit.model import Container
from tests.builders import DEFINITION, WEBSERVER, declared
from tests.checks.worlds.rows import Row, of_service

SIDECAR = Container("sidecar", essential=False)


def with_containers(*containers: Container, **changes: object):
    return declared(definition=replace(DEFINITION, containers=containers, **changes))


FAILING = [
    Row(
        "an essential container without health check",
        of_service(with_containers(WEBSERVER, replace(SIDECAR, essential=True))),
        {"SC107"},
    ),
    Row("255 CPU units beside the containers'", of_service(with_containers(WEBSERVER, cpu=511)), {"SC108"}),
    Row("63 MiB beside the containers'", of_service(with_containers(WEBSERVER, memory=319)), {"SC108"}),
    Row("no memory for the task", of_service(with_containers(WEBSERVER, memory=None)), {"SC108"}),
]
HEALTHY_ALL_THE_SAME = [
    Row("a sidecar without health check", of_service(with_containers(WEBSERVER, SIDECAR))),
    Row("just enough room for the proxy", of_service(with_containers(WEBSERVER, cpu=512, memory=320))),
    Row("EC2 without a limit of CPU", of_service(with_containers(WEBSERVER, cpu=None))),
]
