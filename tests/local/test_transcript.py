"""A recorded log told again: this task's ARN, listeners and times, and nothing of the recorded one's."""

import datetime as dt

import pytest

from local.emulator.ecs.listeners import listeners
from local.emulator.ecs.transcript import TRANSCRIPTS, retold, transcript

START = dt.datetime(2027, 1, 2, 3, 4, 5, 678_000, tzinfo=dt.UTC)
ARN = "arn:aws:ecs:eu-west-1:111122223333:task-set/shop/cart/ecs-svc/1234567890123456789"
CHOSEN = {"egress": 1, "ingress-cart": 2, "ingress-admin": 3}
INGRESS = {"ingress-cart": 2, "ingress-admin": 3}
NAMES = sorted(path.name for path in TRANSCRIPTS.iterdir())


def tell(name, chosen=CHOSEN, ingress=INGRESS, **more):
    return list(retold(transcript(name), START, ARN, chosen, ingress, **more))


def lines(name, containing, **more):
    return [line.partition("] ")[2] or line for _, line in tell(name, **more) if containing in line]


@pytest.fixture(params=NAMES)
def told(request):
    return tell(request.param)


def test_nothing_of_the_recorded_task_is_left(told):
    text = "\n".join(line for _, line in told)
    for recorded in ("tutorial", "nginx", "orders", "prod-ecs", "210987654321", "43727", "42106", "2026-11-22"):
        assert recorded not in text
    assert f"APPMESH_RESOURCE_ARN={ARN}" in text


def test_every_task_is_one_of_fargate(told):
    text = "\n".join(line for _, line in told)
    assert "APPNET_CONTAINER_IP_MAPPING" not in text
    assert "APPNET_AGENT_ADMIN_MODE=UDS" in text
    assert "Server started, /var/run/ecs/appnet/agent/appnet_admin.sock" in text
    assert "APPMESH_XDS_ENDPOINT=unix:///var/run/ecs/appnet/relay/appnet_relay_listener.sock" in text


def test_the_mapping_is_written_as_the_agent_does(told):
    written = r"APPNET_LISTENER_PORT_MAPPING={\"egress\":1,\"ingress-cart\":2,\"ingress-admin\":3}"
    assert sum(written in line for _, line in told) == 1


def test_listeners_that_are_called_as_the_recorded_one_was_are_still_two():
    named = {"ingress-nginx": 2, "ingress-admin": 3}
    [mapping] = lines(
        "01-healthy-start.log", "APPNET_LISTENER_PORT_MAPPING", chosen={"egress": 1, **named}, ingress=named
    )
    assert r"{\"egress\":1,\"ingress-nginx\":2,\"ingress-admin\":3}" in mapping


def test_times_start_with_the_task_and_never_run_back(told):
    moments = [moment for moment, _ in told]
    assert moments[0] == int(START.timestamp() * 1000)
    assert moments == sorted(moments)
    assert told[0][1].startswith('time="2027-01-02T03:04:05Z" level=info')
    assert told[3][1].startswith("[2027-01-02 03:04:05.678][1][info] [AppNet Agent]")


def test_the_times_of_a_healthy_start():
    assert tell("01-healthy-start.log")[-1][1].startswith("[2027-01-02 03:04:05.908][14][info][config]")


def test_a_long_recording_can_be_told_in_less_time():
    [first, *_, last] = [moment for moment, _ in tell("07-crash-loop-sigkill.log", pace=0.1)]
    assert last - first == 1272


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("01-healthy-start.log", ["ingress-cart", "ingress-admin", "egress"]),
        ("05-lds-rejected-ingress.log", ["egress"]),
        ("07-crash-loop-sigkill.log", ["ingress-cart", "ingress-admin", "egress"] * 4),
        ("09-port-in-use-ingress.log", ["egress"]),
        ("15c-xds-connected-but-silent.log", []),
        ("20-xds-unauthorized-ecs-poll.log", []),
    ],
)
def test_every_listener_is_added_as_it_was_recorded(name, added):
    assert [line.split("'")[1] for line in lines(name, "lds: add/update listener")] == added


def test_a_rejection_names_every_listener_and_its_port():
    name = "09-port-in-use-ingress.log"
    assert [line.split("'")[1::2] for line in lines(name, "failed to bind")] == [
        ["ingress-cart", "0.0.0.0:2"],
        ["ingress-admin", "0.0.0.0:3"],
    ]
    told = [line for _, line in tell(name)]
    [at] = [number for number, line in enumerate(told) if "Error adding/updating listener(s)" in line]
    assert told[at].endswith("listener(s) ingress-cart: cannot bind '0.0.0.0:2': Address already in use")
    assert told[at + 1] == "ingress-admin: cannot bind '0.0.0.0:3': Address already in use"


def test_a_client_has_nothing_to_be_rejected():
    assert lines("05-lds-rejected-ingress.log", "rejected", chosen={"egress": 1}, ingress={}) == []


def test_the_control_plane_refuses_this_deployment():
    said = lines("20-xds-unauthorized-ecs-poll.log", "closed: 13")
    assert len(said) == 8
    assert all(line.endswith(f"closed: 13, Unauthorized to perform ecs:Poll for {ARN}.") for line in said)


def test_the_restarts_of_a_crash_loop_are_all_told():
    name = "07-crash-loop-sigkill.log"
    assert [len(lines(name, part)) for part in ("Executing command", "starting workers", "Exited with code")] == [4] * 3
    assert len(lines(name, "[29]")) > 100


def test_an_override_is_absent_from_the_mapping_and_still_has_a_listener():
    chosen, ingress = listeners([{"discoveryName": "a"}, {"discoveryName": "b", "ingressPortOverride": 15000}])
    assert chosen == {"egress": chosen["egress"], "ingress-a": ingress["ingress-a"]}
    assert ingress.keys() == {"ingress-a", "ingress-b"}
    assert ingress["ingress-b"] == 15000


def test_a_client_has_no_listener_but_egress():
    chosen, ingress = listeners([])
    assert (list(chosen), ingress) == (["egress"], {})
