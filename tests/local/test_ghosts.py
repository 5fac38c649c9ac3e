"""Registrations that outlive their task, and addresses that go to somebody else."""

import pytest

from tests.local.mesh import NGINX, Mesh, address, eventually, task_id


@pytest.fixture(scope="module")
def mesh(stack):
    return Mesh(stack, "haunted")


def stop(mesh, service, task):
    mesh.ecs.update_service(cluster=mesh.name, service=service, desiredCount=0)
    eventually(lambda: mesh.task(task["taskArn"])["lastStatus"] == "STOPPED")


def laid(mesh, fault, name):
    tags = [{"key": "local:fault", "value": fault}]
    [task] = mesh.steady(name, endpoints=[{**NGINX, "discoveryName": name}], tags=tags)
    return task


def test_ghost(mesh):
    task = laid(mesh, "ghost", "ghost")
    before = mesh.registered("ghost")
    stop(mesh, "ghost", task)
    assert mesh.registered("ghost") == before
    assert list(before) == [task_id(task)]
    [other] = mesh.steady("other", endpoints=[{**NGINX, "discoveryName": "other"}])
    assert address(other) != address(task)


def test_a_ghost_can_be_laid_to_rest_by_hand(mesh):
    [ghost] = mesh.registered("ghost")
    mesh.cloud_map.deregister_instance(ServiceId=mesh.endpoint("ghost"), InstanceId=ghost)
    assert mesh.registered("ghost") == {}


def test_ghost_reused(mesh):
    task = laid(mesh, "ghost-reused", "reused")
    stop(mesh, "reused", task)
    mesh.ecs.update_service(cluster=mesh.name, service="reused", desiredCount=1)
    [again] = mesh.running("reused", 1)
    assert address(again) != address(task)
    first, second = mesh.steady("heir", 2, endpoints=[{**NGINX, "discoveryName": "heir"}])
    assert [address(first), address(second)].count(address(task)) == 1
    assert mesh.registered("reused")[task_id(task)]["AWS_INSTANCE_IPV4"] == address(task)
    heirs = {found["AWS_INSTANCE_IPV4"] for found in mesh.registered("heir").values()}
    assert heirs == {address(first), address(second)}


def test_an_address_is_not_taken_into_another_subnet(mesh):
    task = laid(mesh, "ghost-reused", "near")
    stop(mesh, "near", task)
    far = {"awsvpcConfiguration": {"subnets": ["subnet-9"]}}
    [elsewhere] = mesh.steady("far", endpoints=[], networkConfiguration=far)
    assert address(elsewhere) != address(task)
    [here] = mesh.steady("here", endpoints=[])
    assert address(here) == address(task)
