"""`scaudit lint`: the namespace, the cluster and the log group that a template makes beside a service."""

from pathlib import Path

import pytest

from tests.cli.linted import CASES, findings, of, run, told

TEMPLATE = (CASES / "53-cluster-default-doubles-namespace.yaml").read_text()
NAMED = "Namespace: shop\n        LogConfiguration"
BY_ARN = "Namespace: !GetAtt Ns.Arn\n        LogConfiguration"
DEFAULT = "ServiceConnectDefaults: {Namespace: shop}"
SOUND = TEMPLATE.replace(NAMED, BY_ARN).replace(DEFAULT, "ServiceConnectDefaults: {Namespace: !GetAtt Ns.Arn}")
INCLUDE = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/x}}"


def written(folder: Path, text: str, *changes: tuple[str, str]) -> Path:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "template.yaml"
    path.write_text(text)
    return path


CASE = {
    "53-cluster-default-doubles-namespace": {"SC101 fail", "SC110 fail"},
    "54-no-namespace-anywhere": {"SC101 fail"},
    "57-log-group-class-in-template": {"SC106 fail"},
}


@pytest.mark.parametrize(("name", "expected"), CASE.items())
def test_a_case_is_a_warning(name: str, expected: set[str]):
    path = CASES / f"{name}.yaml"
    assert told(path) == expected and run(path)[0] == 0
    wrong = [f for f in findings(path) if f["status"] == "fail" and f["severity"] != "info"]
    assert all(f["severity"] == "warning" and f["line"] > 1 for f in wrong)


def test_what_aws_was_not_seen_to_answer_says_so():
    (wrong,) = of("SC101", findings(CASES / "54-no-namespace-anywhere.yaml"))["messages"]
    assert wrong == "no namespace is named, and cluster Cl sets no default (not confirmed on AWS)"


def test_the_place_is_where_the_namespace_is_named():
    found = findings(CASES / "53-cluster-default-doubles-namespace.yaml")
    lines = TEMPLATE.splitlines()
    assert "Namespace: shop" in lines[of("SC101", found)["line"] - 1]
    assert "ServiceConnectDefaults" in lines[of("SC110", found)["line"] - 1]


def log_group(of_class: str, parameters: str = "") -> tuple[str, str]:
    made = f"{{LogGroupName: /g, LogGroupClass: {of_class}}}"
    return "Resources:\n", f"{parameters}Resources:\n  LG: {{Type: AWS::Logs::LogGroup, Properties: {made}}}\n"


MADE_OF_ID = "arn:aws:servicediscovery:${AWS::Region}:${AWS::AccountId}:namespace/${Ns}"
IN_IRELAND = "Cluster: arn:aws:ecs:eu-west-1:123456789012:cluster/prod\n"
ELSEWHERE = "arn:aws:servicediscovery:us-east-1:210987654321:namespace/ns-abcdefgh"
WRONG: dict[str, tuple[list[tuple[str, str]], set[str]]] = {
    "the namespace is in another Region": (
        [("Cluster: !Ref Cl\n", IN_IRELAND), (BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", ELSEWHERE))],
        {"SC101 fail"},
    ),
    "the service names the namespace by Ref": ([(BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", "!Ref Ns"))], {"SC101 fail"}),
    "by its Id": ([(BY_ARN, BY_ARN.replace("Ns.Arn", "Ns.Id"))], {"SC101 fail"}),
    "within a Sub": ([(BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", '!Sub "${Ns}"'))], {"SC101 fail"}),
    "the cluster does, and the service takes its default": (
        [(f"        {BY_ARN}", "        LogConfiguration"), ("{Namespace: !GetAtt Ns.Arn}", "{Namespace: !Ref Ns}")],
        {"SC101 fail"},
    ),
    "by a name that nothing makes it wait for": (
        [(BY_ARN, NAMED), ("{Namespace: !GetAtt Ns.Arn}", "{Namespace: other}")],
        {"SC101 fail"},
    ),
    "by the parameter that the namespace is named by": (
        [
            (BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", "!Ref Name")),
            ("{Namespace: !GetAtt Ns.Arn}", "{Namespace: other}"),
            ("Name: shop, Vpc", "Name: !Ref Name, Vpc"),
            ("Resources:\n", "Parameters: {Name: {Type: String}}\nResources:\n"),
        ],
        {"SC101 fail"},
    ),
    "a log group of its own class, by name": ([log_group("DELIVERY")], {"SC106 fail"}),
}
RIGHT: dict[str, list[tuple[str, str]]] = {
    "by ARN": [],
    "by a name, in a cluster that waits for the namespace (as CDK writes it)": [(BY_ARN, NAMED)],
    "by a name, waiting for it": [
        (BY_ARN, NAMED),
        ("{Namespace: !GetAtt Ns.Arn}", "{Namespace: other}"),
        ("  Svc:\n", "  Svc:\n    DependsOn: [Ns]\n"),
    ],
    "by the cluster's default": [(f"        {BY_ARN}", "        LogConfiguration")],
    "by the ARN made of its id": [(BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", f'!Sub "{MADE_OF_ID}"'))],
    "a namespace in another Region, of what is switched off": [
        ("Cluster: !Ref Cl\n", IN_IRELAND),
        (BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", ELSEWHERE)),
        ("        Enabled: true\n", "        Enabled: false\n"),
    ],
    "a namespace of another account in the cluster's Region": [
        ("Cluster: !Ref Cl\n", IN_IRELAND),
        (BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", ELSEWHERE.replace("us-east-1", "eu-west-1"))),
    ],
    "a namespace of whichever Region": [
        ("Cluster: !Ref Cl\n", IN_IRELAND),
        (BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", "!Sub " + ELSEWHERE.replace("us-east-1", "${AWS::Region}"))),
    ],
    "a cluster that is made elsewhere": [
        (f"        {BY_ARN}", "        LogConfiguration"),
        ("Cluster: !Ref Cl\n", "Cluster: prod\n"),
    ],
    "a log group of class STANDARD": [log_group("STANDARD")],
    "a cluster with text from elsewhere": [
        (f"        {BY_ARN}", "        LogConfiguration"),
        ("ServiceConnectDefaults: {Namespace: !GetAtt Ns.Arn}", f"Tags: [], {INCLUDE}"),
    ],
    "a log group of a class that a parameter says": [log_group("!Ref Class", "Parameters: {Class: {Type: String}}\n")],
}


ON_BRIDGE = [
    ("NetworkMode: awsvpc", "NetworkMode: bridge"),
    ("      LaunchType: FARGATE\n", ""),
    ("      RequiresCompatibilities: [FARGATE]\n", ""),
]
FARGATE = "[{CapacityProvider: FARGATE_SPOT, Weight: 1}]"
ASSOCIATED = (
    "  As:\n    Type: AWS::ECS::ClusterCapacityProviderAssociations\n    Properties: {Cluster: !Ref CLUSTER, "
    f"CapacityProviders: [FARGATE_SPOT], DefaultCapacityProviderStrategy: {FARGATE}}}\n"
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("{ServiceConnectDefaults:", f"{{DefaultCapacityProviderStrategy: {FARGATE}, ServiceConnectDefaults:"), True),
        (("Resources:\n", f"Resources:\n{ASSOCIATED.replace('CLUSTER', 'Cl')}"), True),
        (("Resources:\n", f"Resources:\n{ASSOCIATED.replace('CLUSTER', 'Other')}"), False),
    ],
    ids=["the cluster's own", "associated with it", "another cluster's"],
)
def test_a_service_that_names_no_capacity_has_that_of_its_cluster(
    tmp_path: Path, change: tuple[str, str], expected: bool
):
    path = written(tmp_path, SOUND, *ON_BRIDGE, change)
    assert (of("SC103", findings(path))["status"] == "fail") is expected
    path.write_text(
        path.read_text().replace("      Cluster: !Ref Cl\n", "      Cluster: !Ref Cl\n      LaunchType: EC2\n")
    )
    assert of("SC103", findings(path))["status"] == "pass"


def test_what_is_associated_with_a_cluster_may_be_in_another_template(tmp_path: Path):
    path = written(tmp_path, SOUND, *ON_BRIDGE)
    text = f"Outputs: {{C: {{Value: !Ref Cl, Export: {{Name: cl}}}}}}\n{path.read_text()}"
    path.write_text(text)
    other = tmp_path / "capacity.yaml"
    other.write_text(f"Resources:\n{ASSOCIATED.replace('!Ref CLUSTER', '!ImportValue cl')}")
    assert of("SC103", findings(path))["status"] == "pass"
    assert of("SC103", findings(path, other))["status"] == "fail"
    other.write_text(other.read_text().replace("!ImportValue cl", "!ImportValue cl-b"))
    assert of("SC103", findings(path, other))["status"] == "pass"


OPEN_PROVIDER = "Parameters: {Cp: {Type: String}}\nResources:\n"
OWN_PROVIDER = "Resources:\n  Cp: {Type: AWS::ECS::CapacityProvider, Properties: {ManagedInstancesProvider: {}}}\n"
OWN_NAMED = "  Own: {Type: AWS::ECS::CapacityProvider, Properties: {Name: !Ref Cp, AutoScalingGroupProvider: {}}}\n"
DEFAULTS = "{ServiceConnectDefaults:"


def by_default(strategy: str) -> tuple[str, str]:
    return DEFAULTS, f"{{DefaultCapacityProviderStrategy: {strategy}, ServiceConnectDefaults:"


CAPACITY: dict[str, tuple[list[tuple[str, str]], str, str]] = {
    "the cluster's default is a parameter": (
        [("Resources:\n", OPEN_PROVIDER), by_default("[{CapacityProvider: !Ref Cp}]")],
        "unknown",
        "the default capacity provider of cluster Cl is ${Cp}, which the file does not settle",
    ),
    "the whole default is": (
        [("Resources:\n", OPEN_PROVIDER), by_default("!Ref Cp")],
        "unknown",
        "the default capacity provider of cluster Cl is ${Cp}, which the file does not settle",
    ),
    "it is one of its own": (
        [("Resources:\n", OWN_PROVIDER), by_default("[{CapacityProvider: !Ref Cp}]")],
        "pass",
        "",
    ),
    "it is one of its own, by a name that is open": (
        [
            ("Resources:\n", OPEN_PROVIDER + OWN_NAMED),
            by_default("[{CapacityProvider: !Ref Own}]"),
        ],
        "pass",
        "",
    ),
    "it is a name that is none of AWS's whatever is open in it": (
        [("Resources:\n", OPEN_PROVIDER), by_default('[{CapacityProvider: !Sub "${Cp}-ec2"}]')],
        "pass",
        "",
    ),
    "the cluster has none": ([], "pass", ""),
    "the cluster is made elsewhere": (
        [("Cluster: !Ref Cl\n", "Cluster: prod\n")],
        "skipped",
        "needs AWS: the default capacity providers of cluster prod",
    ),
    "in a mode that a parameter says, which is awsvpc": (
        [
            ("NetworkMode: bridge", "NetworkMode: !Ref Mode"),
            ("Resources:\n", "Parameters: {Mode: {Type: String, AllowedValues: [awsvpc]}}\nResources:\n"),
            ("Cluster: !Ref Cl\n", "Cluster: prod\n"),
        ],
        "pass",
        "",
    ),
    "a service of EC2": ([("Cluster: !Ref Cl\n", "Cluster: prod\n      LaunchType: EC2\n")], "pass", ""),
    "the service's provider is a parameter": (
        [
            ("Resources:\n", OPEN_PROVIDER),
            ("Cluster: !Ref Cl\n", "Cluster: prod\n      CapacityProviderStrategy: [{CapacityProvider: !Ref Cp}]\n"),
        ],
        "unknown",
        "capacityProviderStrategy[0].capacityProvider is ${Cp}, which the file does not settle",
    ),
    "the service's provider is Fargate's spare capacity where a parameter says so": (
        [
            ("Resources:\n", OPEN_PROVIDER),
            (
                "Cluster: !Ref Cl\n",
                'Cluster: prod\n      CapacityProviderStrategy: [{CapacityProvider: !Sub "${Cp}_SPOT"}]\n',
            ),
        ],
        "unknown",
        "capacityProviderStrategy[0].capacityProvider is ${Cp}_SPOT, which the file does not settle",
    ),
    "the service's provider is one of its own": (
        [
            ("Resources:\n", OWN_PROVIDER),
            ("Cluster: !Ref Cl\n", "Cluster: prod\n      CapacityProviderStrategy: [{CapacityProvider: !Ref Cp}]\n"),
        ],
        "pass",
        "",
    ),
}


@pytest.mark.parametrize(("changes", "status", "message"), CAPACITY.values(), ids=CAPACITY)
def test_bridge_mode_is_only_right_where_the_capacity_is_not_fargates(
    tmp_path: Path, changes: list[tuple[str, str]], status: str, message: str
):
    path = written(tmp_path, SOUND, *ON_BRIDGE, *changes)
    found = of("SC103", findings(path))
    assert found["status"] == status
    assert not message or found["messages"] == [message]
    mode = [] if "NetworkMode: bridge" in dict(changes) else [("NetworkMode: bridge", "NetworkMode: awsvpc")]
    awsvpc = written(tmp_path, SOUND, *ON_BRIDGE, *changes, *mode)
    assert of("SC103", findings(awsvpc))["status"] == "pass"


def test_in_awsvpc_mode_what_only_bridge_mode_asks_of_containers_is_not_asked(tmp_path: Path):
    containers = SOUND[SOUND.index("      ContainerDefinitions:") : SOUND.index("  Svc:")]
    included = f"      ContainerDefinitions:\n        {INCLUDE}\n"
    found = findings(written(tmp_path, SOUND, (containers, included)))
    told = {id: of(id, found)["status"] for id in ("SC102", "SC103", "SC107", "SC111")}
    assert told == {"SC102": "unknown", "SC103": "pass", "SC107": "unknown", "SC111": "skipped"}
    for mode in ("bridge", "!Ref Mode"):
        changes = [(containers, included), ("NetworkMode: awsvpc", f"NetworkMode: {mode}"), *ON_BRIDGE[1:]]
        changes += [("Resources:\n", "Parameters: {Mode: {Type: String}}\nResources:\n")]
        found = findings(written(tmp_path, SOUND, *changes))
        assert {of(id, found)["status"] for id in ("SC103", "SC111")} == {"unknown"}


@pytest.mark.parametrize(("changes", "expected"), WRONG.values(), ids=WRONG)
def test_what_cannot_work_together_is_told(tmp_path: Path, changes: list[tuple[str, str]], expected: set[str]):
    assert told(written(tmp_path, SOUND, *changes)) == expected


@pytest.mark.parametrize("changes", RIGHT.values(), ids=RIGHT)
def test_what_works_together_is_not(tmp_path: Path, changes: list[tuple[str, str]]):
    assert told(written(tmp_path, SOUND, *changes)) == set()


def test_an_id_is_no_name_and_fails(tmp_path: Path):
    path = written(tmp_path, SOUND, (BY_ARN, BY_ARN.replace("!GetAtt Ns.Arn", "!Ref Ns")))
    wrong = of("SC101", findings(path))
    assert wrong["messages"] == ["namespace is the id of Ns, expected Fn::GetAtt [Ns, Arn]"] and run(path)[0] == 1


def test_the_spelling_of_cloudformation_is_heeded():
    wrong = [f["messages"][0] for f in findings(CASES / "55-template-lower-case-keys.yaml") if f["id"] == "SC112"]
    assert [sentence.split("; did you mean ")[1] for sentence in wrong] == ["ServiceConnectConfiguration?", "PortName?"]
    assert run(CASES / "55-template-lower-case-keys.yaml")[0] == 1


@pytest.mark.parametrize(("name", "severity"), [("DiscoverName", "error"), ("isEnabled", "info")])
def test_a_property_of_the_configuration_that_nobody_knows_is_told(tmp_path: Path, name: str, severity: str):
    path = written(tmp_path, SOUND, ("        LogConfiguration:", f"        {name}: []\n        LogConfiguration:"))
    if name == "DiscoverName":
        path = written(tmp_path, SOUND, ("DiscoveryName: web", "DiscoverName: web"))
    wrong = of("SC112", findings(path))
    assert wrong["severity"] == severity and name in wrong["messages"][0]


def test_json_templates_need_no_reader_of_yaml(tmp_path: Path):
    """Which takes pairs of \\u for an error."""
    path = tmp_path / "template.json"
    resource = '{"Type": "AWS::ECS::Service",\n "Properties": {\n"ServiceConnectConfiguration": 1}}'
    path.write_text(f'{{"Description": "\\ud83d\\ude00",\n "Resources": {{"S": {resource}}}}}')
    assert of("SC112", findings(path))["line"] == 4 and run(path)[0] == 1


def test_nothing_is_said_of_a_cluster_that_is_made_elsewhere(tmp_path: Path):
    made = (
        (f"        {BY_ARN}", "        LogConfiguration"),
        ("{Type: AWS::ECS::Cluster,", f"{{{INCLUDE}, Type: AWS::ECS::Cluster,"),
    )
    path = written(tmp_path, SOUND.replace("ServiceConnectDefaults: {Namespace: !GetAtt Ns.Arn}", ""), *made)
    assert told(path) == {"SC112 unknown"}
