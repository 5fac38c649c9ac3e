"""`scaudit lint`: what is wrong in files, where, and what files cannot tell."""

import json
from pathlib import Path

import pytest

from tests.cli.linted import ARTICLE, DATA, SERVICE, Change, findings, of, run, told, written

TESTS = DATA.parents[1]
TEMPLATE = (DATA / "template.yaml").read_text()


def test_the_articles_mistake_is_found_where_it_is(golden, monkeypatch):
    monkeypatch.chdir(DATA)
    code, out, _ = run(*(path.name for path in ARTICLE), "--verbose")
    golden(TESTS / "golden" / "lint-article.txt", out)
    assert code == 1
    wrong = of("SC101", findings(*ARTICLE))
    assert wrong["messages"] == ["serviceConnectConfiguration.namespace is true, expected a name or an ARN"]
    assert (wrong["status"], wrong["file"], wrong["line"]) == ("fail", str(ARTICLE[0]), 32)
    assert told(*ARTICLE) == {"SC101 fail"}


def tls(mesh: dict, **given: object) -> None:
    mesh["services"][0]["tls"] = {"issuerCertificateAuthority": {"awsPcaAuthorityArn": "arn:aws:acm-pca:x"}, **given}


WRONG: dict[str, tuple[Change, set[str]]] = {
    "a port name that no mapping has": (lambda s, m, t, c: m["services"][0].update(portName="web"), {"SC102 fail"}),
    "a mapping without a name": (lambda s, m, t, c: c["portMappings"][0].pop("name"), {"SC102 fail"}),
    "a network mode": (lambda s, m, t, c: t.update(networkMode="host"), {"SC103 fail"}),
    "a controller": (lambda s, m, t, c: s.update(deploymentController={"type": "CODE_DEPLOY"}), {"SC103 fail"}),
    "two endpoints under one name": (lambda s, m, t, c: m["services"].append(m["services"][0]), {"SC105 fail"}),
    "no logs": (lambda s, m, t, c: m.pop("logConfiguration"), {"SC106 fail"}),
    "logs elsewhere": (lambda s, m, t, c: m["logConfiguration"].update(logDriver="splunk"), {"SC106 fail"}),
    "no stream prefix": (
        lambda s, m, t, c: m["logConfiguration"]["options"].pop("awslogs-stream-prefix"),
        {"SC106 fail"},
    ),
    "TLS without a role": (lambda s, m, t, c: tls(m), {"SC109 fail"}),
    "a number that is a string": (lambda s, m, t, c: s.update(desiredCount="1"), {"SC112 fail"}),
    "a number that is true": (lambda s, m, t, c: s.update(desiredCount=True), {"SC112 fail"}),
    "a misspelt field": (
        lambda s, m, t, c: m["services"][0].update(portname=m["services"][0].pop("portName")),
        {"SC112 fail", "SC102 unknown"},
    ),
    "a port that is a string": (lambda s, m, t, c: c["portMappings"][0].update(containerPort="80"), {"SC112 fail"}),
    "a list that is an object": (
        lambda s, m, t, c: m.update(services=m["services"][0]),
        {"SC112 fail", "SC102 unknown"},
    ),
    "nothing said of being enabled": (
        lambda s, m, t, c: m.pop("enabled"),
        {"SC112 fail", *(f"SC1{n:02} unknown" for n in (2, 3))},
    ),
    "another's task definition": (lambda s, m, t, c: t.update(family="other"), {"SC102 unknown", "SC103 unknown"}),
}
RIGHT: dict[str, Change] = {
    "as the article meant it": lambda s, m, t, c: None,
    "a revision of the family": lambda s, m, t, c: s.update(taskDefinition="service-connect-nginx:7"),
    "the ARN of a revision": lambda s, m, t, c: s.update(
        taskDefinition="arn:aws:ecs:eu-west-1:123456789012:task-definition/service-connect-nginx:7"
    ),
    "a client only": lambda s, m, t, c: m.pop("services"),
    "Service Connect switched off": lambda s, m, t, c: m.update(enabled=False),
    "the namespace of the cluster": lambda s, m, t, c: m.pop("namespace"),
    "a namespace of another account": lambda s, m, t, c: m.update(
        namespace="arn:aws:servicediscovery:eu-west-1:210987654321:namespace/ns-1"
    ),
    "sizes in words": lambda s, m, t, c: t.update(cpu=".5 vCPU", memory="1 GB"),
    "TLS that is complete": lambda s, m, t, c: tls(m, roleArn="arn:aws:iam::123456789012:role/tls"),
    "a discovery name of its own": lambda s, m, t, c: m["services"][0].update(discoveryName="web"),
    "a range of ports beside": lambda s, m, t, c: c["portMappings"].append(
        {"name": "range", "containerPortRange": "9000-9010"}
    ),
}


def stand_ins(s: dict, m: dict, t: dict, c: dict) -> None:
    tls(m)
    m["services"][0].pop("portName")
    m["services"][0].pop("discoveryName", None)
    m["services"][0].update(timeout={"perRequestTimeoutSeconds": "x"})
    m["services"][0]["clientAliases"][0].update(port="eighty", dnsName=["web"])
    m["services"].append({"portName": "other", "clientAliases": [{"port": 81}]})
    m["logConfiguration"]["logDriver"] = True
    t.update(networkMode=True)
    c.pop("name")
    c["portMappings"][0].pop("name")


def test_what_no_file_says_stands_in_no_sentence(tmp_path: Path):
    found = findings(*written(tmp_path, stand_ins))
    quoted = {f["id"] for f in found if f["status"] == "fail" and f["id"] != "SC112"}
    assert quoted <= {"SC102", "SC108", "SC113"}, found
    assert of("SC102", found)["messages"] == ["portName other is not among the named port mappings (none)"]
    sayings = {m for f in found for m in f["messages"] if f["status"] in ("unknown", "skipped")}
    said = (" is missing", ", expected a string", ", expected a whole number", "needs AWS: ")
    assert all(any(each in m for each in said) for m in sayings), sayings
    assert {f["endpoint"] for f in found} == {"", "other"}


def test_a_missing_port_name_is_one_error(tmp_path: Path):
    def without_name(s: dict, m: dict, t: dict, c: dict) -> None:
        tls(m)
        m["services"][0].pop("portName")
        m["services"][0].pop("discoveryName", None)
        c["portMappings"][0].pop("name")

    found = findings(*written(tmp_path, without_name))
    assert {f["id"] for f in found if f["status"] == "fail" and f["severity"] == "error"} == {"SC112"}
    for id in ("SC102", "SC109"):
        wrong = of(id, found)
        assert (wrong["status"], wrong["messages"]) == (
            "unknown",
            ["serviceConnectConfiguration.services[0].portName is missing"],
        )


def test_two_wrong_arns_do_not_look_alike(tmp_path: Path):
    begin = "arn:aws:servicediscovery:eu-central-1:123456789012:service/"
    said = set()
    for id in ("srv-tsw4bbsna23fxcjx", "srv-aaaabbbbccccdddd", "x" * 300 + "y", "x" * 300 + "z"):
        wrong = of("SC101", findings(*written(tmp_path, lambda s, m, t, c, id=id: m.update(namespace=begin + id))))
        assert begin in wrong["messages"][0] and id[-20:] in wrong["messages"][0]
        said.add(wrong["messages"][0])
    assert len(said) == 4 and all(len(each) < 400 for each in said)


@pytest.mark.parametrize(("change", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found(tmp_path: Path, change: Change, expected: set[str]):
    found = told(*written(tmp_path, change))
    assert expected <= found and {f for f in found if f.endswith("fail")} == {f for f in expected if f.endswith("fail")}


@pytest.mark.parametrize("change", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_not(tmp_path: Path, change: Change):
    paths = written(tmp_path, change)
    assert told(*paths) == set()
    assert run(*paths)[0] == 0


def test_what_only_aws_can_tell_is_skipped_and_never_passed(tmp_path: Path):
    found = findings(*written(tmp_path, RIGHT["as the article meant it"]))
    only_aws = {f["id"]: f["messages"][0] for f in found if f["status"] == "skipped" and "AWS" in f["messages"][0]}
    assert only_aws.keys() == {"SC101", "SC104", "SC105", "SC106", "SC110"}
    assert only_aws["SC106"] == "needs AWS: whether the log group exists"


def test_a_finding_points_at_the_value_it_quotes(tmp_path: Path):
    def second_port_name(s: dict, m: dict, t: dict, c: dict) -> None:
        m["services"].append({"portName": "nosuch", "clientAliases": [{"port": 81}]})

    service, definition = written(tmp_path, second_port_name)
    wrong = of("SC102", findings(service, definition))
    lines = service.read_text().splitlines()
    assert "nosuch" in lines[wrong["line"] - 1] and wrong["file"] == str(service)
    small = of("SC108", findings(service, definition))
    assert '"cpu": "256"' in definition.read_text().splitlines()[small["line"] - 1]


def test_sizes_in_words_are_what_ecs_makes_of_them(tmp_path: Path):
    small = findings(*written(tmp_path, lambda s, m, t, c: t.update(cpu=".25 vCPU", memory="1 GB")))
    assert of("SC108", small)["messages"] == [
        "the task has 256 CPU units, expected 356 for its containers and the proxy"
    ]
    assert of("SC108", findings(*written(tmp_path, RIGHT["sizes in words"])))["status"] == "pass"


def test_a_service_is_not_told_of_a_name_that_another_lacks(tmp_path: Path):
    service, definition = written(tmp_path, lambda s, m, t, c: m.update(namespace="${NAMESPACE}"))
    endpoint = {"clientAliases": [{"port": 80}]}
    mesh = {**SERVICE["serviceConnectConfiguration"], "services": [endpoint]}
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**SERVICE, "serviceName": "other", "serviceConnectConfiguration": mesh}))
    found = findings(service, other, definition)
    assert {f["status"] for f in found if f["id"] == "SC105" and f["service"] != "other"} == {"skipped"}


def test_the_namespace_that_a_cluster_has_by_default_is_told_as_what_it_is(tmp_path: Path):
    def by_default(s: dict, m: dict, t: dict, c: dict) -> None:
        m.pop("namespace")
        for endpoint in m["services"]:
            endpoint.update(clientAliases=[{"port": 80}])

    service, definition = written(tmp_path, by_default)
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**json.loads(service.read_text()), "serviceName": "other"}))
    collide = [f["messages"][0] for f in findings(service, other, definition) if f["id"] == "SC105"]
    alias = "nginx.(the default namespace of cluster tutorial):80"
    assert len(collide) == 2 and all(f"alias {alias} is also that of" in told_of for told_of in collide), collide


def test_services_that_collide_are_told_of_each_other(tmp_path: Path):
    service, definition = written(tmp_path, RIGHT["as the article meant it"])
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**SERVICE, "serviceName": "other"}))
    collide = [f for f in findings(service, other, definition) if f["id"] == "SC105"]
    assert {f["service"] for f in collide if f["status"] == "fail"} == {"other", SERVICE["serviceName"]}
    elsewhere = {**SERVICE["serviceConnectConfiguration"], "namespace": "elsewhere"}
    other.write_text(json.dumps({**SERVICE, "serviceName": "other", "serviceConnectConfiguration": elsewhere}))
    assert told(service, other, definition) == set()


def test_a_template_is_resolved_as_far_as_it_can_be(golden, monkeypatch):
    monkeypatch.chdir(DATA)
    code, out, _ = run("template.yaml", "--verbose")
    golden(TESTS / "golden" / "lint-template.txt", out)
    assert code == 0


TEMPLATES = {
    "another port name": (("[ht, tp]", "[ht, tps]"), "SC102 fail"),
    "a network mode by default of a parameter": (("Default: 80", "Default: eighty"), "SC112 fail"),
    "a namespace that is true": (
        ("Namespace: !GetAtt Namespace.Arn\n        Services", "Namespace: true\n        Services"),
        "SC101 fail",
    ),
    "a port name that is a parameter": (('!Join ["", [ht, tp]]', "!Ref AWS::StackName"), "SC102 unknown"),
    "a port name that is wrong in one variant": (('!Join ["", [ht, tp]]', "!Ref Stage"), "SC102 fail"),
    "a port name of one Region": (('!Join ["", [ht, tp]]', "!Sub '${AWS::Region}'"), "SC102 unknown"),
    "a task definition from elsewhere": (
        (
            'TaskDefinition: !Ref WebTask\n      ServiceConnectConfiguration:\n        Enabled: "true"',
            'TaskDefinition: !ImportValue web\n      ServiceConnectConfiguration:\n        Enabled: "true"',
        ),
        "SC102 unknown",
    ),
    "enabled in one variant": (('Enabled: "true"', "Enabled: !If [Production, 1, false]"), "SC103 unknown"),
}


@pytest.mark.parametrize(("change", "expected"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_change_of_the_template_is_seen(tmp_path: Path, change: tuple[str, str], expected: str):
    assert TEMPLATE.count(change[0]) == 1 or "Enabled" in change[0]
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE.replace(*change))
    before = {f"{f['id']} {f['status']}" for f in findings(DATA / "template.yaml") if f["service"] == "Web"}
    after = {f"{f['id']} {f['status']}" for f in findings(path) if f["service"] == "Web"}
    assert expected in after - before


def test_json_templates_have_lines_too(tmp_path: Path):
    properties = {"ServiceConnectConfiguration": {"Enabled": True, "Services": [{"PortName": 5.5}]}}
    path = tmp_path / "template.json"
    path.write_text(json.dumps({"Resources": {"S": {"Type": "AWS::ECS::Service", "Properties": properties}}}, indent=1))
    lines = path.read_text().splitlines()
    assert '"ServiceConnectConfiguration"' in lines[of("SC106", findings(path))["line"] - 1]
    refused = [lines[f["line"] - 1] for f in findings(path) if f["id"] == "SC112"]
    assert any('"PortName": 5.5' in line for line in refused)


def test_nothing_to_judge_is_said_and_is_no_failure(tmp_path: Path):
    path = tmp_path / "template.yaml"
    path.write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}")
    assert run(path)[:2] == (0, f"note: {path} has no AWS::ECS::Service\n0 services, 0 healthy: nothing found\n")
    code, out, _ = run(ARTICLE[1])
    assert code == 0 and "no service in the files uses task definition service-connect-nginx" in out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "is neither the input of"),
        ("[1, 2]", "is neither the input of"),
        ('{"a": 1}', "is neither the input of"),
        ("", "is empty"),
        ("a: [1\nb: 2", "cannot read"),
        ('{"serviceName": "a",\n"serviceName": "b"}', 'line 2: "serviceName" is there twice'),
    ],
)
def test_what_is_no_such_file_is_64(tmp_path: Path, text: str, said: str):
    path = tmp_path / "file"
    path.write_text(text)
    code, out, err = run(path)
    assert (code, out) == (64, "") and said in err and str(path) in err


def test_what_cannot_be_read_is_64(tmp_path: Path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for path, said in ((tmp_path, "Is a directory"), (tmp_path / "no", "No such file"), (tmp_path / "binary", "text")):
        code, _, err = run(path)
        assert code == 64 and said in err
    assert run()[0] == 64 and run("--fail-on", "dreadful", *ARTICLE)[0] == 64


def test_the_threshold_decides():
    assert run(DATA / "template.yaml")[0] == 0
    assert run(DATA / "template.yaml", "--fail-on", "info")[0] == 1
    paths = [DATA / "service-connect-nginx.json"]
    assert run(*paths, "--fail-on", "info")[0] == 0
