"""The namespace and the names in it."""

from dataclasses import replace

from scaudit.model import Alias, Neighbour, NeighbourEndpoint
from tests.builders import (
    DEPLOYMENT,
    MAP,
    NGINX,
    ORDERS,
    SERVICE,
    WEB,
    audited,
    declared,
)
from tests.checks.worlds.rows import Row, ago, of_service

LISTED = WEB.cloud_map_services["nginx"]
SHARED = "arn:aws:servicediscovery:ap-northeast-1:999999999999:namespace/ns-shared"
ELSEWHERE = replace(ORDERS, endpoints=(), namespace=f"{MAP}:namespace/ns-other", namespace_name="shop")
TWICE = replace(NGINX, name="web-tls")


def cloud_map_service(**changes: object):
    return audited(cloud_map_services={**WEB.cloud_map_services, "nginx": replace(LISTED, **changes)})


def beside(*endpoints: NeighbourEndpoint, **changes: object) -> tuple[Neighbour, ...]:
    return (replace(ORDERS, endpoints=endpoints, **changes),)


def in_shared_namespace(*neighbours: Neighbour):
    return replace(declared(namespace=SHARED), neighbours=neighbours)


SAME_NAME = NeighbourEndpoint("nginx", (Alias("other.shop", 80),), ago(60))
SAME_ALIAS = NeighbourEndpoint("other", (Alias("nginx.shop", 80),), ago(60))
DEFAULT_ALIAS = NeighbourEndpoint("other", (Alias("", 80),), ago(60))
SAME_ALIAS_OTHER_PORT = NeighbourEndpoint("other", (Alias("nginx.shop", 81),), ago(60))

FAILING = [
    Row("the namespace is gone", of_service(audited(namespace=None)), {"SC101"}),
    Row(
        "the namespace is gone, and the Cloud Map service with it",
        of_service(audited(namespace=None, cloud_map_services={**WEB.cloud_map_services, "nginx": None})),
        {"SC101", "SC104 nginx"},
    ),
    Row(
        "the Cloud Map service is gone",
        of_service(audited(cloud_map_services={**WEB.cloud_map_services, "nginx": None})),
        {"SC104 nginx"},
    ),
    Row(
        "the deployment lists no Cloud Map service",
        of_service(declared(endpoints=(replace(NGINX, cloud_map_service=None),))),
        {"SC104 nginx"},
    ),
    Row(
        "the Cloud Map service is another ECS service's",
        of_service(cloud_map_service(description=f"Managed by {ORDERS.arn}")),
        {"SC104 nginx"},
    ),
    Row("the Cloud Map service was made by hand", of_service(cloud_map_service(description="")), {"SC104 nginx"}),
    Row("the Cloud Map service has another name", of_service(cloud_map_service(name="web")), {"SC104 nginx"}),
    Row("another service has its discovery name", of_service(audited(neighbours=beside(SAME_NAME))), {"SC105 nginx"}),
    Row("another service has its alias and port", of_service(audited(neighbours=beside(SAME_ALIAS))), {"SC105 nginx"}),
    Row(
        "two of its own endpoints have one alias and port",
        of_service(
            replace(
                declared(endpoints=(NGINX, TWICE)),
                cloud_map_services={"nginx": LISTED, "web-tls": replace(LISTED, name="web-tls")},
            )
        ),
        {"SC105 nginx", "SC105 web-tls"},
    ),
    Row(
        "two of its own endpoints have one discovery name",
        of_service(declared(endpoints=(NGINX, replace(NGINX, port_name="admin", aliases=(Alias("other", 81),))))),
        {"SC105 nginx"},
    ),
    Row(
        "a collision in a namespace that another account shares",
        of_service(in_shared_namespace(*beside(SAME_NAME, namespace=SHARED))),
        {"SC105 nginx"},
    ),
    Row(
        "a service of its cluster in another namespace of the same name",
        of_service(audited(neighbours=(ELSEWHERE,))),
        {"SC110"},
    ),
]

HEALTHY_ALL_THE_SAME = [
    Row(
        "no Cloud Map service yet, 4 minutes after the deployment",
        of_service(replace(declared(created_at=ago(4)), cloud_map_services=dict.fromkeys(WEB.cloud_map_services))),
    ),
    Row("another service has its alias on another port", of_service(audited(neighbours=beside(SAME_ALIAS_OTHER_PORT)))),
    Row(
        "both have the alias that ECS gives when none is named",
        of_service(
            replace(
                declared(endpoints=(replace(NGINX, aliases=DEFAULT_ALIAS.aliases),)), neighbours=beside(DEFAULT_ALIAS)
            )
        ),
    ),
    Row(
        "its names are taken in another namespace",
        of_service(audited(neighbours=beside(SAME_NAME, SAME_ALIAS, namespace="ns-x", namespace_name="x"))),
    ),
    Row(
        "it is itself among the neighbours",
        of_service(audited(neighbours=beside(SAME_NAME, SAME_ALIAS, arn=SERVICE.arn, service="web"))),
    ),
    Row(
        "a namespace of the same name in another cluster",
        of_service(audited(neighbours=(replace(ELSEWHERE, cluster="staging"),))),
    ),
    Row("client only", of_service(declared(endpoints=()))),
    Row("Service Connect switched off", of_service(declared(service_connect=False))),
    Row(
        "no PRIMARY deployment",
        of_service(audited(service=replace(SERVICE, deployments=(replace(DEPLOYMENT, primary=False),)))),
    ),
]
