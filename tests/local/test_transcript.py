"""A recorded log told again: this task's ARN, listeners and times, and nothing of the recorded one's."""

import datetime as dt

import pytest

from local.emulator.ecs.proxy_log import listeners
from local.emulator.ecs.transcript import TRANSCRIPTS, lines_of, retold

START = dt.datetime(2027, 1, 2, 3, 4, 5, 678_000, tzinfo=dt.UTC)
ARN = "arn:aws:ecs:eu-west-1:111122223333:task-set/shop/cart/ecs-svc/1234567890123456789"


@pytest.fixture(params=sorted(path.name for path in TRANSCRIPTS.iterdir()))
def told(request):
    ports = {"egress": 1, "ingress-cart": 2, "ingress-admin": 3}
    return list(retold(lines_of(request.param), START, ARN, ports, ["ingress-cart", "ingress-admin"]))


def test_nothing_of_the_recorded_task_is_left(told):
    text = "\n".join(line for _, line in told)
    assert "tutorial" not in text
    assert "ingress-nginx" not in text
    assert "2026-11-22" not in text
    assert f"APPMESH_RESOURCE_ARN={ARN} " in text


def test_the_mapping_is_written_as_the_agent_does(told):
    written = r"APPNET_LISTENER_PORT_MAPPING={\"egress\":1,\"ingress-cart\":2,\"ingress-admin\":3} "
    assert sum(written in line for _, line in told) == 1


def test_every_endpoint_has_its_listener(told):
    added = [line.split("'")[1] for _, line in told if "lds: add/update listener" in line]
    assert added == ["ingress-cart", "ingress-admin", "egress"]


def test_times_start_with_the_task_and_never_run_back(told):
    moments = [moment for moment, _ in told]
    assert moments[0] == int(START.timestamp() * 1000)
    assert moments == sorted(moments)
    assert told[0][1].startswith('time="2027-01-02T03:04:05Z" level=info')
    assert told[3][1].startswith("[2027-01-02 03:04:05.678][1][info] [AppNet Agent]")
    assert told[-1][1].startswith("[2027-01-02 03:04:05.908][14][info][config]")


def test_an_override_is_absent_from_the_mapping_and_still_has_a_listener():
    ports, ingress = listeners([{"discoveryName": "a"}, {"discoveryName": "b", "ingressPortOverride": 15000}])
    assert ports.keys() == {"egress", "ingress-a"}
    assert ingress == ["ingress-a", "ingress-b"]


def test_a_client_has_no_listener_but_egress():
    ports, ingress = listeners([])
    assert (list(ports), ingress) == (["egress"], [])
