"""Clients and the endpoints that came after them: SC401, SC402."""

from dataclasses import replace

from scaudit.model import Alias, NeighbourEndpoint
from scaudit.model.mentioned_names import digests
from tests.builders import DEFINITION, ORDERS, WEB, audited
from tests.checks.worlds.rows import Row, ago, of_service

YOUNGER = (replace(ORDERS.endpoints[0], created_at=ago(21)),)
AS_OLD = (replace(ORDERS.endpoints[0], created_at=ago(22)),)
UNDATED = (replace(ORDERS.endpoints[0], created_at=None),)
SHORT = (NeighbourEndpoint("orders", (Alias("orders", 8080),), ago(21)),)


def calling(*endpoints: NeighbourEndpoint, says: str = "http://orders.shop:8080/v1", **changes: object):
    """The service, with a value in its command, beside a neighbour with these endpoints."""
    definition = replace(DEFINITION, mentions=digests([("command of webserver", says)]))
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
]

HEALTHY_ALL_THE_SAME = [
    Row("names an endpoint as old as its deployment", of_service(calling(*AS_OLD))),
    Row("names an endpoint of another namespace", of_service(calling(*YOUNGER, namespace="ns-x", namespace_name="x"))),
    Row("names something that only begins like a new endpoint", of_service(calling(*YOUNGER, says="orders.shopping"))),
    Row("names no new endpoint", of_service(calling(*YOUNGER, says="https://example.com/orders.html"))),
    Row("names only its own endpoint", of_service(calling(*YOUNGER, arn=WEB.service.arn))),
    Row("an endpoint whose age is not known, which it does not name", of_service(calling(*UNDATED, says="--verbose"))),
    Row("a service was deployed with its endpoints", of_service(beside_clients(DAY))),
    Row(
        "a service of another namespace was deployed before",
        of_service(beside_clients(DAY + 1, namespace="ns-x", namespace_name="x")),
    ),
    Row("it was itself deployed before", of_service(beside_clients(DAY + 1, arn=WEB.service.arn))),
]
