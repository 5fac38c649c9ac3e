"""The services of a namespace as the table keeps them: written when there is news, forgotten when they are gone."""

from dataclasses import replace
from typing import Any

import pytest

from scaudit.model import Alias, Neighbour, NeighbourEndpoint
from scaudit.model.mentioned_names import digest
from scaudit.store.neighbours import Mesh
from scaudit.store.table import Table
from tests.builders import DEPLOYMENT, NOW, REGION, SERVICE
from tests.fakes.stubbed import TABLE, Clock

WEB = Neighbour(SERVICE.arn, "tutorial", "web", DEPLOYMENT.id, NOW, DEPLOYMENT.namespace, "mesh")
API = replace(WEB, cluster="prod", service="api")
ELSEWHERE = replace(WEB, namespace_name="other")


@pytest.fixture
def mesh(dynamodb: Any) -> Mesh:
    return Mesh(REGION, Table(dynamodb, TABLE))


def again(dynamodb: Any) -> Mesh:
    return Mesh(REGION, Table(dynamodb, TABLE))


def test_a_namespace_has_the_services_of_every_cluster_and_no_other(mesh: Mesh, dynamodb: Any, clock: Clock) -> None:
    for neighbour in (WEB, API, ELSEWHERE):
        mesh.keep(neighbour, clock())
    assert mesh.neighbours("mesh") == again(dynamodb).neighbours("mesh") == (API, WEB)


def test_the_same_again_is_not_written_for_a_day(mesh: Mesh, dynamodb: Any, clock: Clock) -> None:
    mesh.keep(WEB, clock())
    (first,) = dynamodb.scan(TableName=TABLE)["Items"]
    clock.forward(86000)
    again(dynamodb).keep(WEB, clock())
    assert dynamodb.scan(TableName=TABLE)["Items"] == [first]
    clock.forward(1000)
    again(dynamodb).keep(WEB, clock())
    (later,) = dynamodb.scan(TableName=TABLE)["Items"]
    assert later["seen_at"]["S"] > first["seen_at"]["S"] and later["expires_at"]["N"] > first["expires_at"]["N"]


def test_news_is_written_at_once(mesh: Mesh, dynamodb: Any, clock: Clock) -> None:
    mesh.keep(WEB, clock())
    mesh.keep(replace(WEB, deployment_id="ecs-svc/9"), clock())
    assert [n.deployment_id for n in again(dynamodb).neighbours("mesh")] == ["ecs-svc/9"]


def test_the_forgotten_are_gone(mesh: Mesh, dynamodb: Any, clock: Clock) -> None:
    for neighbour in (WEB, API):
        mesh.keep(neighbour, clock())
    mesh.forget([API])
    assert mesh.neighbours("mesh") == again(dynamodb).neighbours("mesh") == (WEB,)


ORDERS = replace(
    WEB,
    service="orders",
    namespace_name="other",
    endpoints=(NeighbourEndpoint("orders", (Alias("orders.prod.local", 80),)), NeighbourEndpoint("admin")),
)


@pytest.mark.parametrize(
    ("mentioned", "found"), [("prod.local", (ORDERS,)), ("other", (ORDERS,)), ("local", ()), ("mesh", ())]
)
def test_services_elsewhere_are_found_by_what_follows_the_first_dot_of_their_names(
    mesh: Mesh, dynamodb: Any, clock: Clock, mentioned: str, found: tuple[Neighbour, ...]
) -> None:
    mesh.keep(ORDERS, clock())
    mesh.keep(replace(WEB, endpoints=(NeighbourEndpoint("web", (Alias("web", 80),)),)), clock())
    assert again(dynamodb).elsewhere({digest(mentioned)}, but="mesh") == found
