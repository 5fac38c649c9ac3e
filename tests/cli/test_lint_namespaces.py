"""`scaudit lint`: which namespaces are one in files that are judged together, in the shapes that CDK gives them."""

from pathlib import Path

import pytest

from tests.cli.linted import findings, put, run

TASK = """
  T:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions: [{Name: a, Image: b, PortMappings: [{Name: http, ContainerPort: 80}]}]
"""
MADE = """
  Ns: {Type: AWS::ServiceDiscovery::PrivateDnsNamespace, Properties: {Name: NAME, Vpc: v}}
  Cl: {Type: AWS::ECS::Cluster, Properties: {ServiceConnectDefaults: {Namespace: !GetAtt Ns.Arn}}}
"""


def service(namespace: str, cluster: str = "prod") -> str:
    return f"""
  S:
    Type: AWS::ECS::Service
    Properties:
      Cluster: {cluster}
      LaunchType: FARGATE
      TaskDefinition: !Ref T
      ServiceConnectConfiguration:
        Enabled: true
        Namespace: {namespace}
        Services: [{{PortName: http, ClientAliases: [{{Port: 80, DnsName: web}}]}}]
"""


def stack(*parts: str, name: str = "shop", before: str = "") -> str:
    return before + "Resources:" + "".join(parts).replace("NAME", name)


CLUSTER = """
  Ns: {Type: AWS::ServiceDiscovery::PrivateDnsNamespace, Properties: {Name: NAME, Vpc: v}}
  Cl:
    Type: AWS::ECS::Cluster
    Properties: {ClusterName: prod, ServiceConnectDefaults: {Namespace: !GetAtt Ns.Arn}}
"""
BY_DEFAULT = service("x").replace("        Namespace: x\n", "")
OWN = stack(MADE, TASK, service("!GetAtt Ns.Arn", "!Ref Cl"))
BY_NAME = stack(MADE, TASK, service("shop", "!Ref Cl"))
LITERAL = stack(TASK, service("shop"))
ARN = stack(TASK, service("arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-aaaaaaaaaa"))
SSM = stack(TASK, service("!Ref N"), before="Parameters: {N: {Type: 'AWS::SSM::Parameter::Value<String>'}}\n")
EXPORT = "\nOutputs: {C: {Value: !Ref Cl, Export: {Name: EXPORTED}}}"


def of_stage(stage: str) -> dict[str, str]:
    """What CDK makes of a cluster with a default namespace in one stack, and of a service in another."""
    infra = stack(MADE) + EXPORT.replace("EXPORTED", f"{stage}:Cluster")
    return {
        f"{stage}Infra__yaml": infra,
        f"{stage}Web__yaml": stack(TASK, service("shop", f"!ImportValue {stage}:Cluster")),
    }


PAIRS: dict[str, tuple[dict[str, str], list[str]]] = {
    "made by two stacks": ({"a__yaml": OWN, "b__yaml": OWN}, ["skipped", "skipped"]),
    "made by two stacks under two names": (
        {"a__yaml": OWN, "b__yaml": OWN.replace("shop", "till")},
        ["skipped", "skipped"],
    ),
    "made by two stacks, and named": ({"a__yaml": BY_NAME, "b__yaml": BY_NAME}, ["skipped", "skipped"]),
    "made, and another by its ARN": ({"a__yaml": OWN, "b__yaml": ARN}, ["skipped", "skipped"]),
    "made, and one that a parameter names": ({"a__yaml": OWN, "b__yaml": SSM}, ["skipped", "unknown"]),
    "one name": ({"a__yaml": LITERAL, "b__yaml": LITERAL}, ["fail", "fail"]),
    "made, and named by another stack": ({"a__yaml": OWN, "b__yaml": LITERAL}, ["fail", "fail"]),
    "one of two that are made": (
        {"a__yaml": OWN, "b__yaml": OWN, "c__yaml": LITERAL},
        ["skipped", "skipped", "unknown"],
    ),
    "the default of one's own cluster, of two with one name": (
        {"a__yaml": stack(CLUSTER, TASK, BY_DEFAULT), "b__yaml": stack(CLUSTER, TASK, BY_DEFAULT, name="till")},
        ["skipped", "skipped"],
    ),
    "two stages": ({**of_stage("dev"), **of_stage("prod")}, ["skipped", "skipped"]),
}


@pytest.mark.parametrize(("files", "expected"), PAIRS.values(), ids=PAIRS)
def test_which_namespaces_are_one(tmp_path: Path, files: dict[str, str], expected: list[str]):
    found = [f for f in findings(*put(tmp_path, **files)) if f["id"] == "SC105"]
    assert [f["status"] for f in sorted(found, key=lambda f: f["file"])] == expected


def test_a_colliding_service_is_told_with_its_file(tmp_path: Path):
    one, other = put(tmp_path, a__yaml=LITERAL, b__yaml=LITERAL)
    told = [f["messages"][0] for f in findings(one, other) if f["id"] == "SC105"]
    assert f"endpoint http of service S of {other};" in told[0] or f"of service prod/S of {other}" in told[0]
    assert run(one, other)[0] == 1


def test_what_is_in_doubt_says_what_is_not_settled(tmp_path: Path):
    (told,) = [f for f in findings(*put(tmp_path, a__yaml=OWN, b__yaml=SSM)) if f["status"] == "unknown"]
    assert told["messages"] == [
        f"discovery name http may be that of endpoint http of service S of {tmp_path / 'a.yaml'}: "
        "the file does not settle the namespace"
    ]
