"""`scaudit lint`: the limits of ECS that files can break."""

from pathlib import Path

import pytest

from tests.cli.linted import Change, case, findings, of, run, told, written


def pair(number: str) -> list[Path]:
    return case(f"{number}-s.json", f"{number}-t.json")


CASES = {
    "40-no-client-alias": ({"SC112 fail"}, "services[0].clientAliases has 0 elements, expected 1"),
    "41-two-client-aliases": ({"SC112 fail"}, "clientAliases has 2 elements, expected 1"),
    "42-ingress-port-80": ({"SC112 fail"}, "services[0].ingressPortOverride is 80, expected 1025 to 65535"),
    "43-alias-port-99999": ({"SC112 fail"}, "clientAliases[0].port is 99999, expected 0 to 65535"),
    "46-fargate-bridge": ({"SC103 fail"}, "network mode is bridge, expected awsvpc on Fargate"),
    "49-per-request-timeout-tcp": ({"SC113 fail"}, "endpoint web has perRequestTimeoutSeconds 5, and its port"),
    "50-access-log-without-log": ({"SC106 fail"}, "the proxies' log and their access log go nowhere"),
    "51-namespace-is-a-service-arn": ({"SC101 fail"}, "expected the ARN of a namespace"),
}
OF_LIMITS = ("SC101", "SC102", "SC103", "SC105", "SC106", "SC112", "SC113")
"""The checks that say what ECS refuses, and what it may. What others find in these files is not the matter here."""


def beyond(*paths: Path) -> list[dict]:
    """What is wrong by a limit: more than an info."""
    return [f for f in findings(*paths) if f["id"] in OF_LIMITS and f["status"] == "fail" and f["severity"] != "info"]


def unknown(*paths: Path) -> set[str]:
    return {f["id"] for f in findings(*paths) if f["id"] in OF_LIMITS and f["status"] == "unknown"}


@pytest.mark.parametrize("name", CASES)
def test_a_case_fails_by_its_limit_alone(name: str):
    expected, said = CASES[name]
    (wrong,) = beyond(*pair(name))
    assert {f"{wrong['id']} {wrong['status']}"} == expected and not unknown(*pair(name))
    assert said in wrong["messages"][0] and wrong["line"] > 1
    assert wrong["severity"] == "warning" or run(*pair(name))[0] == 1


def test_every_name_that_is_not_allowed_is_told_with_its_line():
    wrong = [f for f in findings(*pair("44-names-not-allowed")) if f["id"] == "SC112"]
    assert [f["messages"][0].split(", expected")[0] for f in wrong] == [
        'serviceConnectConfiguration.services[0].discoveryName is "My Web"',
        'serviceConnectConfiguration.services[0].clientAliases[0].dnsName is "http://Web"',
    ]


def test_every_value_that_is_not_enumerated_is_told():
    wrong = [f["messages"][0] for f in findings(*pair("48-enums")) if f["id"] == "SC112"]
    assert len(wrong) == 3 and run(*pair("48-enums"))[0] == 1
    assert any('appProtocol is "https", expected http, http2 or grpc' in sentence for sentence in wrong)
    assert any('accessLogConfiguration.format is "CLF", expected TEXT or JSON' in sentence for sentence in wrong)


def endpoint(**changes: object) -> Change:
    return lambda s, m, t, c: m["services"][0].update(changes)


def alias(**changes: object) -> Change:
    return lambda s, m, t, c: m["services"][0]["clientAliases"][0].update(changes)


def another(**changes: object) -> Change:
    """One more endpoint, of one more port."""

    def change(s: dict, m: dict, t: dict, c: dict) -> None:
        c["portMappings"].append({"name": "admin", "containerPort": 9901})
        m["services"].append({"portName": "admin", "clientAliases": [{"port": 81, "dnsName": "admin"}], **changes})

    return change


def mapped(**mapping: object) -> Change:
    """One more port of the container."""
    return lambda s, m, t, c: c["portMappings"].append({"containerPort": 9901, **mapping})


def tls(role: str, authority: str) -> Change:
    return endpoint(tls={"roleArn": role, "issuerCertificateAuthority": {"awsPcaAuthorityArn": authority}})


def options(**changes: object) -> Change:
    return lambda s, m, t, c: m["logConfiguration"]["options"].update(
        {f"awslogs-{name.replace('_', '-')}": value for name, value in changes.items()}
    )


def hooked(details: object) -> Change:
    hook = {"hookTargetArn": "arn:aws:lambda:x", "lifecycleStages": ["PRE_SCALE_UP"], "hookDetails": details}
    return lambda s, m, t, c: s.update(deploymentConfiguration={"strategy": "BLUE_GREEN", "lifecycleHooks": [hook]})


def settings(*each: dict) -> Change:
    return lambda s, m, t, c: m.update(containerConfigurations=[*each])


def port(**changes: object) -> Change:
    return lambda s, m, t, c: c["portMappings"][0].update(changes)


WRONG: dict[str, tuple[Change, str]] = {
    "an empty list of aliases": (endpoint(clientAliases=[]), "SC112 fail"),
    "ingress port 0": (endpoint(ingressPortOverride=0), "SC112 fail"),
    "ingress port 1024": (endpoint(ingressPortOverride=1024), "SC112 fail"),
    "ingress port 65536": (endpoint(ingressPortOverride=65536), "SC112 fail"),
    "a negative port": (alias(port=-1), "SC112 fail"),
    "a name of 65 letters": (endpoint(discoveryName="a" * 65), "SC112 fail"),
    "a name with a leading hyphen": (endpoint(discoveryName="-web"), "SC112 fail"),
    "a name with a dot": (endpoint(discoveryName="web.shop"), "SC112 fail"),
    "an alias of 128 letters": (alias(dnsName="a" * 128), "SC112 fail"),
    "an alias with capitals": (alias(dnsName="Web"), "SC112 fail"),
    "a port name with capitals": (port(name="HTTP"), "SC112 fail"),
    "a negative timeout": (endpoint(timeout={"idleTimeoutSeconds": -1}), "SC112 fail"),
    "no network mode on Fargate": (lambda s, m, t, c: t.pop("networkMode"), "SC103 fail"),
    "a network mode that is none": (lambda s, m, t, c: t.update(networkMode="nat"), "SC112 fail"),
    "bridge mode on Fargate capacity": (
        lambda s, m, t, c: (
            s.pop("launchType"),
            s.update(capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}]),
            t.update(networkMode="bridge"),
        ),
        "SC103 fail",
    ),
    "the ARN of a namespace without its account": (
        lambda s, m, t, c: m.update(namespace="arn:aws:servicediscovery:eu-west-1::namespace/ns-1"),
        "SC101 fail",
    ),
    "the ARN of a cluster": (lambda s, m, t, c: m.update(namespace="arn:aws:ecs:x:1:cluster/a"), "SC101 fail"),
    "a namespace with a space": (lambda s, m, t, c: m.update(namespace="my shop"), "SC101 fail"),
    "ingress port 70000": (endpoint(ingressPortOverride=70000), "SC112 fail"),
    "a size that is no number": (lambda s, m, t, c: t.update(cpu="lots"), "SC112 fail"),
    "a size with two dots": (lambda s, m, t, c: t.update(cpu="1.2.3 vCPU"), "SC112 fail"),
    "a size in another script": (lambda s, m, t, c: t.update(memory="\u00b2"), "SC112 fail"),
    "a size of 5,000 digits": (lambda s, m, t, c: t.update(memory="9" * 5000), "SC112 fail"),
    "a platform version that ends in a dot": (lambda s, m, t, c: s.update(platformVersion="1.4."), "SC112 fail"),
    "a launch type beside capacity providers": (
        lambda s, m, t, c: s.update(capacityProviderStrategy=[{"capacityProvider": "FARGATE"}]),
        "SC112 fail",
    ),
    "another port of the host in awsvpc mode": (port(hostPort=8080), "SC112 fail"),
    "a log driver that Fargate has not": (
        lambda s, m, t, c: m.update(logConfiguration={"logDriver": "json-file"}),
        "SC112 fail",
    ),
    "a setting of the proxy twice": (settings({"logLevel": "debug"}, {"logLevel": "info"}), "SC112 fail"),
    "an object without a setting of the proxy": (settings({}), "SC112 fail"),
    "a service's name with a dot": (lambda s, m, t, c: s.update(serviceName="a.b"), "SC112 fail"),
}
UNSURE: dict[str, tuple[Change, str]] = {
    "no network mode on EC2": (
        lambda s, m, t, c: (
            s.update(launchType="EC2"),
            t.pop("networkMode"),
            m["services"][0]["clientAliases"][0].update(port=81),
        ),
        "SC103",
    ),
    "alias port 0": (alias(port=0), "SC112"),
    "a udp port": (port(protocol="udp"), "SC102"),
    "a range of ports": (
        lambda s, m, t, c: c["portMappings"].__setitem__(0, {"name": "nginx", "containerPortRange": "80-90"}),
        "SC102",
    ),
    "one ingress port of two endpoints": (
        lambda s, m, t, c: (
            endpoint(ingressPortOverride=15000)(s, m, t, c),
            another(ingressPortOverride=15000)(s, m, t, c),
        ),
        "SC112",
    ),
    "one name of two ports": (mapped(name="nginx"), "SC112"),
    "one port under two protocols": (mapped(containerPort=80, protocol="udp"), "SC112"),
    "an authority by its name": (tls("arn:aws:iam::123456789012:role/tls", "my-ca"), "SC112"),
    "a log without its Region": (
        lambda s, m, t, c: m["logConfiguration"]["options"].pop("awslogs-region"),
        "SC112",
    ),
    "a log group that is not to be made": (options(create_group="false"), "SC112"),
    "a namespace that looks like an id": (lambda s, m, t, c: m.update(namespace="ns-vdpucf3aztj23ecw"), "SC101"),
    "two endpoints of one discovery name": (
        lambda s, m, t, c: m["services"].append(
            {**m["services"][0], "clientAliases": [{"port": 81, "dnsName": "other"}]}
        ),
        "SC105",
    ),
}
RIGHT: dict[str, Change] = {
    "ingress port 1025": endpoint(ingressPortOverride=1025),
    "the ingress port is the container's own": lambda s, m, t, c: (
        c["portMappings"][0].update(containerPort=15000, hostPort=15000),
        endpoint(ingressPortOverride=15000)(s, m, t, c),
    ),
    "two ingress ports": lambda s, m, t, c: (
        endpoint(ingressPortOverride=15000)(s, m, t, c),
        another(ingressPortOverride=15001)(s, m, t, c),
    ),
    "a udp port that is no endpoint's": mapped(name="dns", protocol="udp"),
    "one port of two containers": lambda s, m, t, c: (
        t.update(networkMode="bridge", requiresCompatibilities=["EC2"]),
        s.update(launchType="EC2"),
        c["portMappings"][0].update(hostPort=0),
        t["containerDefinitions"].append({"name": "b", "portMappings": [{"containerPort": 80, "hostPort": 0}]}),
    ),
    "ports without names": lambda s, m, t, c: c["portMappings"].extend([{"containerPort": 1}, {"containerPort": 2}]),
    "an authority by its ARN": tls("arn:aws:iam::123456789012:role/tls", "arn:aws:acm-pca:eu-west-1:1:c/x"),
    "a log group that is to be made": options(create_group="true"),
    "one setting of the proxy": settings({"logLevel": "debug"}),
    **{
        f"what {kind} tells a lifecycle hook": hooked(details)
        for kind, details in (("an object", {"a": 1, "b": [{}]}), ("a text", "{}"), ("a list", ["x"]))
    },
    "an alias with dots": alias(dnsName="web.shop.internal"),
    "a name of 64": endpoint(discoveryName="a" * 63 + "_"),
    "a timeout per request over HTTP": lambda s, m, t, c: (
        port(appProtocol="http")(s, m, t, c),
        endpoint(timeout={"perRequestTimeoutSeconds": 5})(s, m, t, c),
    ),
    "an idle timeout over TCP": lambda s, m, t, c: (
        c["portMappings"][0].pop("appProtocol", None),
        endpoint(timeout={"idleTimeoutSeconds": 0})(s, m, t, c),
    ),
    "a namespace of China's partition": lambda s, m, t, c: m.update(
        namespace="arn:aws-cn:servicediscovery:cn-north-1:123456789012:namespace/ns-1"
    ),
    "a namespace with dots": lambda s, m, t, c: m.update(namespace="Shop.local"),
    "what is switched off is not looked at": lambda s, m, t, c: m.update(
        enabled=False, services=[{"portName": "HTTP"}]
    ),
    "sizes with units": lambda s, m, t, c: t.update(cpu=".5 vcpu", memory="1GB"),
    "the newest platform version": lambda s, m, t, c: s.update(platformVersion="LATEST"),
    "no capacity providers beside a launch type": lambda s, m, t, c: s.update(capacityProviderStrategy=[]),
    "the same port of the host": lambda s, m, t, c: c["portMappings"][0].update(
        hostPort=c["portMappings"][0]["containerPort"]
    ),
    "another port of the host in bridge mode": lambda s, m, t, c: (
        s.update(launchType="EC2"),
        t.update(networkMode="bridge", requiresCompatibilities=["EC2"]),
        c["portMappings"][0].update(hostPort=8080),
    ),
    "a protocol that ECS takes for tcp": port(protocol="sctp"),
    "an operating system of tomorrow": lambda s, m, t, c: t.update(
        runtimePlatform={"operatingSystemFamily": "LINUX_2030"}
    ),
}


@pytest.mark.parametrize(("change", "expected"), WRONG.values(), ids=WRONG)
def test_a_broken_limit_fails(tmp_path: Path, change: Change, expected: str):
    paths = written(tmp_path, change)
    assert expected in told(*paths) and run(*paths)[0] == 1


@pytest.mark.parametrize(("change", "id"), UNSURE.values(), ids=UNSURE)
def test_what_is_not_confirmed_is_a_warning_that_says_so(tmp_path: Path, change: Change, id: str):
    paths = written(tmp_path, change)
    wrong = beyond(*paths)
    assert {(f["id"], f["severity"]) for f in wrong} == {(id, "warning")}
    assert all("not confirmed on AWS" in f["messages"][0] for f in wrong)


@pytest.mark.parametrize("change", RIGHT.values(), ids=RIGHT)
def test_what_keeps_within_the_limits_is_sound(tmp_path: Path, change: Change):
    paths = written(tmp_path, change)
    assert not beyond(*paths) and not unknown(*paths)


def test_the_drivers_of_instances_are_told_as_unread_alone(tmp_path: Path):
    def on_instances(s: dict, m: dict, t: dict, c: dict) -> None:
        s.update(launchType="EC2")
        t.update(requiresCompatibilities=["EC2"])
        m.update(logConfiguration={"logDriver": "json-file"})

    assert [f["id"] for f in beyond(*written(tmp_path, on_instances))] == ["SC106"]


def test_a_value_that_may_be_newer_than_botocore_is_a_note(tmp_path: Path):
    note = of("SC112", findings(*written(tmp_path, RIGHT["an operating system of tomorrow"])))
    assert note["severity"] == "info" and "botocore 1." in note["messages"][0]


@pytest.mark.parametrize("version", ["1.4.", "1..4", "\u00b2"])
def test_a_platform_version_that_is_none_breaks_no_check(tmp_path: Path, version: str):
    assert not unknown(*written(tmp_path, lambda s, m, t, c: s.update(platformVersion=version)))
