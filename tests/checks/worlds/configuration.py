"""What a service and its task definition declare."""

from dataclasses import replace

from scaudit.model import Alias, Container, LogTarget, Tls
from tests.builders import ADMIN, DEFINITION, DEPLOYMENT, NGINX, SERVICE, WEB, WEBSERVER, audited, declared
from tests.checks.worlds.containers import with_containers
from tests.checks.worlds.rows import Row, of_service

PLAIN = replace(NGINX, tls=None)
RENAMED = replace(DEFINITION, ports={"http": 80, "admin": 9901})
RANGE = replace(DEFINITION, ports={"nginx": 80}, protocols={"nginx": "", "admin": ""})
NONE = replace(DEFINITION, network_mode="none")
BRIDGE = replace(DEFINITION, network_mode="bridge")
UNNAMED = replace(BRIDGE, names_mode=False)
OTHER_PORTS = (replace(PLAIN, aliases=(Alias("nginx.shop", 8080),)),)


def in_bridge(container: Container):
    return declared(definition=replace(BRIDGE, containers=(container,)), endpoints=OTHER_PORTS)


FAILING = [
    Row(
        "a portName names no port mapping",
        of_service(declared(definition=RENAMED)),
        {"SC102"},
    ),
    Row("a portName names a udp port", of_service(declared(definition=replace(DEFINITION, udp=("admin",)))), {"SC102"}),
    Row("a portName names a range of ports", of_service(declared(definition=RANGE)), {"SC102"}),
    Row(
        "host mode",
        of_service(declared(definition=replace(DEFINITION, network_mode="host"), endpoints=(PLAIN,))),
        {"SC103"},
    ),
    Row(
        "bridge mode on Fargate",
        of_service(declared(definition=BRIDGE, endpoints=OTHER_PORTS, launch_type="FARGATE")),
        {"SC103"},
    ),
    Row(
        "bridge mode on Fargate's spare capacity",
        of_service(
            declared(definition=BRIDGE, endpoints=OTHER_PORTS, launch_type="", capacity_providers=("FARGATE_SPOT",))
        ),
        {"SC103"},
    ),
    Row(
        "a task definition for Fargate in bridge mode",
        of_service(declared(definition=replace(BRIDGE, compatibilities=("FARGATE",)), endpoints=OTHER_PORTS)),
        {"SC103"},
    ),
    Row(
        "bridge mode on Managed Instances",
        of_service(declared(definition=BRIDGE, endpoints=OTHER_PORTS, launch_type="MANAGED_INSTANCES")),
        {"SC103"},
    ),
    Row(
        "a task definition for Managed Instances in bridge mode",
        of_service(declared(definition=replace(BRIDGE, compatibilities=("MANAGED_INSTANCES",)), endpoints=OTHER_PORTS)),
        {"SC103"},
    ),
    Row("bridge mode by default", of_service(declared(definition=UNNAMED, endpoints=OTHER_PORTS)), {"SC103"}),
    Row("Windows by the deployment", of_service(declared(platform="Windows_Server_2022_Core")), {"SC103"}),
    Row(
        "Windows by the task definition",
        of_service(declared(definition=replace(DEFINITION, operating_system="WINDOWS_SERVER_2022_CORE"), platform="")),
        {"SC103"},
    ),
    Row("Fargate platform 1.3.0", of_service(declared(platform_version="1.3.0")), {"SC103"}),
    Row("ECS Anywhere", of_service(declared(launch_type="EXTERNAL", platform_version="")), {"SC103"}),
    Row(
        "blue/green by CodeDeploy", of_service(declared(service=replace(SERVICE, controller="CODE_DEPLOY"))), {"SC103"}
    ),
    Row("bridge with a hostname", of_service(in_bridge(replace(WEBSERVER, hostname="web"))), {"SC103"}),
    Row("bridge with links", of_service(in_bridge(replace(WEBSERVER, links=("db",)))), {"SC103"}),
    Row("no log configuration", of_service(declared(log=LogTarget())), {"SC106"}),
    Row("no log configuration for the access log", of_service(declared(log=LogTarget(requests=True))), {"SC106"}),
    Row("logs to splunk", of_service(declared(log=LogTarget("splunk"))), {"SC106"}),
    Row("no stream prefix", of_service(declared(log=replace(DEPLOYMENT.log, prefix=""))), {"SC106"}),
    Row("the log group is gone", of_service(audited(log_group=None)), {"SC106"}),
    Row("no log group is named", of_service(declared(log=replace(DEPLOYMENT.log, group=""))), {"SC106"}),
    Row(
        "an Infrequent Access log group",
        of_service(audited(log_group=replace(WEB.log_group, log_class="INFREQUENT_ACCESS"))),
        {"SC106"},
    ),
    Row("TLS without authority", of_service(declared(endpoints=(replace(NGINX, tls=Tls(role="r")),))), {"SC109"}),
    Row("TLS without role", of_service(declared(endpoints=(replace(NGINX, tls=Tls(authority="a")),))), {"SC109"}),
    Row("TLS in none mode", of_service(declared(definition=NONE)), {"SC103", "SC109"}),
    Row(
        "TLS in bridge mode",
        of_service(declared(definition=BRIDGE, endpoints=(replace(OTHER_PORTS[0], tls=NGINX.tls),))),
        {"SC109"},
    ),
    Row(
        "bridge, and an alias port is a container's",
        of_service(declared(definition=BRIDGE, endpoints=(PLAIN,))),
        {"SC111"},
    ),
]

HEALTHY_ALL_THE_SAME = [
    Row("nothing is wrong", of_service(WEB)),
    Row("another port is udp's", of_service(declared(definition=replace(DEFINITION, udp=("dns",))))),
    Row("Fargate platform LATEST", of_service(declared(platform_version="LATEST"))),
    Row("Fargate platform 1.10.0", of_service(declared(platform_version="1.10.0"))),
    Row(
        "EC2 says neither platform nor version",
        of_service(declared(platform="", platform_version="", launch_type="EC2")),
    ),
    Row(
        "awsvpc on Managed Instances",
        of_service(declared(definition=replace(DEFINITION, compatibilities=("MANAGED_INSTANCES",)), launch_type="")),
    ),
    Row(
        "awsvpc on Fargate",
        of_service(
            declared(
                definition=replace(DEFINITION, compatibilities=("EC2", "FARGATE")),
                launch_type="FARGATE",
                capacity_providers=("FARGATE", "FARGATE_SPOT"),
            )
        ),
    ),
    Row(
        "bridge on capacity of its own",
        of_service(
            declared(
                definition=replace(BRIDGE, compatibilities=("EC2",)),
                endpoints=OTHER_PORTS,
                capacity_providers=("spot",),
            )
        ),
    ),
    Row("an access log", of_service(declared(log=replace(DEPLOYMENT.log, requests=True)))),
    Row("bridge", of_service(declared(definition=BRIDGE, endpoints=OTHER_PORTS))),
    Row("awsvpc with a hostname", of_service(with_containers(replace(WEBSERVER, hostname="web")))),
    Row("no endpoint has TLS", of_service(declared(endpoints=(PLAIN, ADMIN)))),
]
