"""Clients, the endpoints that came after them, and the names by which they call."""

from dataclasses import replace

from scaudit.model import Alias, NeighbourEndpoint
from scaudit.model.mentioned_names import digests
from tests.builders import DEFINITION, NGINX, ORDERS, WEB, audited, serving
from tests.checks.worlds.rows import Row, ago, of_service

YOUNGER = (replace(ORDERS.endpoints[0], created_at=ago(21)),)
AS_OLD = (replace(ORDERS.endpoints[0], created_at=ago(22)),)
UNDATED = (replace(ORDERS.endpoints[0], created_at=None),)
SHORT = (NeighbourEndpoint("orders", (Alias("orders", 8080),), ago(21)),)


OLD_SHORT = (replace(SHORT[0], created_at=ago(60)),)
BY_ANOTHER_NAME = (NeighbourEndpoint("orders-api", (Alias("orders", 8080),), ago(60)),)
TWO_PORTS = NeighbourEndpoint("orders-admin", (Alias("orders.shop", 9090),), ago(60))
UNNAMED = (NeighbourEndpoint("orders", (Alias("", 8080),), ago(60)),)
OWN = NeighbourEndpoint("nginx", (Alias("nginx.shop", 80),), ago(60))
ELSEWHERE = {"namespace": "ns-x", "namespace_name": "x"}


def calling(*endpoints: NeighbourEndpoint, says: str = "http://orders.shop:8080/v1", **changes: object):
    """The service, with a value in its command, beside a neighbour with these endpoints."""
    definition = replace(DEFINITION, words=digests([("command of webserver", says)]))
    return audited(task_definition=definition, neighbours=(replace(ORDERS, endpoints=endpoints, **changes),))


def beside_clients(minutes: float, **changes: object):
    """The service, beside a client that was deployed so many minutes ago."""
    return audited(neighbours=(replace(ORDERS, endpoints=(), deployed_at=ago(minutes), **changes),))


DAY = 24 * 60

FAILING = [
    Row("names an endpoint that was created after its deployment", of_service(calling(*YOUNGER)), {"SC401"}),
    Row(
        "names it in capitals, at the end of a sentence",
        of_service(calling(*YOUNGER, says="see ORDERS.shop.")),
        {"SC401"},
    ),
    Row("names a new endpoint by a short alias", of_service(calling(*SHORT, says="--host=orders")), {"SC401"}),
    Row(
        "names a new endpoint, and one whose age is not known",
        of_service(calling(*UNDATED, *YOUNGER)),
        {"SC401"},
    ),
    Row(
        "a service was deployed before its endpoints",
        of_service(beside_clients(DAY + 1)),
        {"SC402 nginx", "SC402 web-admin"},
    ),
    Row(
        "R11: names an endpoint with the namespace behind its short alias",
        of_service(calling(*OLD_SHORT, says="http://orders.shop:8080/v1")),
        {"SC403"},
    ),
    Row(
        "R11: names an endpoint with another port than its alias has",
        of_service(calling(*AS_OLD, says="redis://:secret@ORDERS.shop:80/0")),
        {"SC403"},
    ),
    Row("by a short name, with another port", of_service(calling(*OLD_SHORT, says="--host=orders:80")), {"SC403"}),
    Row(
        "by its alias without a name, with another port",
        of_service(calling(*UNNAMED, says="orders.shop:80")),
        {"SC403"},
    ),
    Row(
        "by the discovery name where the alias is another",
        of_service(calling(*BY_ANOTHER_NAME, says="orders-api.shop")),
        {"SC403"},
    ),
    Row(
        "by a short alias that is not its discovery name, with the namespace behind it",
        of_service(calling(*BY_ANOTHER_NAME, says="http://orders.shop:8080/v1")),
        {"SC403"},
    ),
    Row(
        "by its discovery name alone, where the alias has the namespace behind it",
        of_service(calling(*UNNAMED, says="http://orders:8080/v1")),
        {"SC403"},
    ),
    Row(
        "by its discovery name with the port, where the alias is another",
        of_service(calling(*BY_ANOTHER_NAME, says="--to orders-api:8080")),
        {"SC403"},
    ),
    Row("R11: names an endpoint of another namespace", of_service(calling(*AS_OLD, **ELSEWHERE)), {"SC403"}),
    Row(
        "of another namespace, by that namespace's name",
        of_service(calling(*OLD_SHORT, says="orders.x:8080", **ELSEWHERE)),
        {"SC403"},
    ),
    Row(
        "of another namespace, by its short alias and port",
        of_service(calling(*OLD_SHORT, says="http://orders:8080", **ELSEWHERE)),
        {"SC403"},
    ),
]

HEALTHY_ALL_THE_SAME = [
    Row("names an endpoint as old as its deployment", of_service(calling(*AS_OLD))),
    Row("names something that only begins like a new endpoint", of_service(calling(*YOUNGER, says="orders.shopping"))),
    Row("names no new endpoint", of_service(calling(*YOUNGER, says="https://example.com/orders.html"))),
    Row("names only its own endpoint", of_service(calling(*YOUNGER, arn=WEB.service.arn))),
    Row("an endpoint whose age is not known, which it does not name", of_service(calling(*UNDATED, says="--verbose"))),
    Row("names an endpoint by its alias and port", of_service(calling(*AS_OLD, says="tcp://orders.shop:8080."))),
    Row("names an endpoint by its alias without a name", of_service(calling(*UNNAMED, says="orders.shop:8080"))),
    Row("by its discovery name alone, and without its port", of_service(calling(*UNNAMED, says="http://orders"))),
    Row("by its discovery name with a port of something else", of_service(calling(*UNNAMED, says="orders:5432"))),
    Row("names an endpoint by its short alias", of_service(calling(*OLD_SHORT, says="orders:8080 orders"))),
    Row("names an image of a registry", of_service(calling(*OLD_SHORT, says="registry.example.com/orders:42"))),
    Row("names a database in a namespace", of_service(calling(*AS_OLD, says="postgres://db.shop:5432/orders"))),
    Row(
        "names what has the namespace behind a name that has it already",
        of_service(calling(*AS_OLD, says="orders.shop.shop")),
    ),
    Row("names what only somebody else can know", of_service(calling(*OLD_SHORT, says="orders.eu.example.com:80"))),
    Row("names its own endpoint with another port", of_service(calling(*AS_OLD, says="0.0.0.0 nginx.shop:8443"))),
    Row(
        "its own, which the namespace lists like any other",
        of_service(calling(OWN, says="0.0.0.0 nginx.shop:8443", arn=WEB.service.arn)),
    ),
    Row(
        "its own, by a short alias with the namespace behind it",
        of_service(
            replace(
                calling(
                    NeighbourEndpoint("nginx", (Alias("front", 80),), ago(60)), says="front.shop", arn=WEB.service.arn
                ),
                service=serving(replace(NGINX, aliases=(Alias("front", 80),))).service,
            )
        ),
    ),
    Row("its own, which another namespace has, too", of_service(calling(OWN, says="nginx.shop:80", **ELSEWHERE))),
    Row("a word that is an alias elsewhere", of_service(calling(*OLD_SHORT, says="--queue=orders", **ELSEWHERE))),
    Row(
        "a word and a number, which is not the port of that alias elsewhere",
        of_service(calling(*OLD_SHORT, says="orders:80", **ELSEWHERE)),
    ),
    Row("a service that is in DNS, too", of_service(calling(*OLD_SHORT, says="orders.shop:8080", in_dns=True))),
    Row("two endpoints on two ports of one alias", of_service(calling(*AS_OLD, TWO_PORTS, says="orders.shop:9090"))),
    Row("a service was deployed with its endpoints", of_service(beside_clients(DAY))),
    Row(
        "a service of another namespace was deployed before",
        of_service(beside_clients(DAY + 1, namespace="ns-x", namespace_name="x")),
    ),
    Row("it was itself deployed before", of_service(beside_clients(DAY + 1, arn=WEB.service.arn))),
]
