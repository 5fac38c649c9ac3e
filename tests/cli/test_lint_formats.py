"""`scaudit lint`: the files in which people keep what they ask of ECS."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from tests.cli.linted import ARTICLE, DATA, DEFINITION, SERVICE, case, findings, of, put, run, told, without

MESH = SERVICE["serviceConnectConfiguration"]

PATHS = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
DESCRIBED = {
    "services": [
        {
            "serviceArn": "arn:aws:ecs:eu-central-1:123456789012:service/prod/web",
            "serviceName": "web",
            "clusterArn": "arn:aws:ecs:eu-central-1:123456789012:cluster/prod",
            "status": "ACTIVE",
            "desiredCount": 1,
            "taskDefinition": "arn:aws:ecs:eu-central-1:123456789012:task-definition/service-connect-nginx:7",
            "deployments": [
                {"id": "ecs-svc/1", "status": "ACTIVE", "serviceConnectConfiguration": {"enabled": False}},
                {"id": "ecs-svc/2", "status": "PRIMARY", "serviceConnectConfiguration": MESH},
            ],
            "events": [],
            "roleArn": None,
        }
    ],
    "failures": [],
}
REGISTERED = {
    "taskDefinition": {
        **DEFINITION,
        "taskDefinitionArn": "arn:aws:ecs:eu-central-1:123456789012:task-definition/service-connect-nginx:7",
        "revision": 7,
        "status": "ACTIVE",
        "requiresAttributes": [{"name": "ecs.capability.task-eni"}],
        "compatibilities": ["EC2", "FARGATE"],
        "registeredAt": "2026-11-23T12:00:00+00:00",
        "registeredBy": "arn:aws:iam::123456789012:user/x",
    },
    "tags": [],
}
ALIKE: dict[str, dict[str, object]] = {
    "ecspresso's definitions": {
        "service__json": without(SERVICE, "serviceName", "cluster", "taskDefinition"),
        "task__json": DEFINITION,
    },
    "an update of the service": {
        "service__json": without(SERVICE, "serviceName", "launchType", service=SERVICE["serviceName"]),
        "task__json": DEFINITION,
    },
    "an update by ARN, without a task definition": {
        "service__json": {
            "service": "arn:aws:ecs:eu-west-1:123456789012:service/prod/web",
            "forceNewDeployment": True,
            "serviceConnectConfiguration": MESH,
        },
        "task__json": DEFINITION,
    },
    "the configuration alone": {"mesh__json": MESH, "task__json": DEFINITION},
    "a client's configuration alone": {"mesh__json": without(MESH, "services"), "task__json": DEFINITION},
    "answers of describe": {"service__json": DESCRIBED, "task__json": REGISTERED},
    "one service of an answer": {"service__json": DESCRIBED["services"][0], "task__json": REGISTERED["taskDefinition"]},
    "an answer of create-service": {"service__json": {"service": DESCRIBED["services"][0]}, "task__json": REGISTERED},
    "a revision of the service": {
        "revision__json": {
            "serviceRevisions": [
                {
                    "serviceRevisionArn": "arn:aws:ecs:eu-central-1:123456789012:service-revision/prod/web/1",
                    "serviceArn": "arn:aws:ecs:eu-central-1:123456789012:service/prod/web",
                    "clusterArn": "arn:aws:ecs:eu-central-1:123456789012:cluster/prod",
                    "taskDefinition": DEFINITION["family"],
                    "launchType": "FARGATE",
                    "serviceConnectConfiguration": MESH,
                }
            ]
        },
        "task__json": DEFINITION,
    },
    "a list of services": {"services__json": DESCRIBED["services"], "task__json": REGISTERED},
}


@pytest.mark.parametrize("contents", ALIKE.values(), ids=ALIKE)
def test_a_request_is_known_in_every_form_that_it_is_kept_in(tmp_path: Path, contents: dict[str, object]):
    paths = put(tmp_path, **contents)
    assert told(*paths) == set()
    code, out, _ = run(*paths)
    assert code == 0 and out.splitlines()[-1].startswith("1 service, 1 healthy") and "note:" not in out


@pytest.mark.parametrize("form", [form for form, contents in ALIKE.items() if "portName" in json.dumps(contents)])
def test_what_is_wrong_is_found_in_every_form(tmp_path: Path, form: str):
    wrong = json.loads(json.dumps(ALIKE[form]).replace('"portName": "nginx"', '"portName": "nowhere"'))
    assert told(*put(tmp_path, **wrong)) == {"SC102 fail"}


@pytest.mark.parametrize(
    "names",
    [
        ("60-ecs-service-def.json", "60-ecs-task-def.json"),
        ("61-update-service.json", "60-ecs-task-def.json"),
        ("61-update-service.json", "63-described-task-definition.json"),
        ("65-described-services.json", "63-described-task-definition.json"),
    ],
)
def test_a_sound_case_is_sound(names: tuple[str, ...]):
    assert told(*case(*names)) == set()
    assert run(*case(*names))[0] == 0


def test_the_configuration_of_a_described_service_is_its_primary_deployments(tmp_path: Path):
    described = deepcopy(DESCRIBED)
    described["services"][0]["deployments"][1]["serviceConnectConfiguration"]["services"][0]["portName"] = "nowhere"
    service, task = put(tmp_path, service__json=described, task__json=REGISTERED)
    wrong = of("SC102", findings(service, task))
    assert wrong["status"] == "fail" and wrong["cluster"] == "prod"
    assert "nowhere" in service.read_text().splitlines()[wrong["line"] - 1]


def test_what_ecs_could_not_describe_is_unknown(tmp_path: Path):
    failures = [{"arn": "arn:aws:ecs:eu-central-1:123456789012:service/prod/gone", "reason": "MISSING"}]
    service, task = put(tmp_path, service__json={**DESCRIBED, "failures": failures}, task__json=REGISTERED)
    assert told(service, task) == {"SC112 unknown"} and run(service, task)[0] == 2
    assert "service/prod/gone: MISSING" in of("SC112", findings(service, task))["messages"][0]
    service.write_text(json.dumps({"services": [], "failures": failures}))
    assert told(service) == {"SC112 unknown"} and run(service)[0] == 2
    service.write_text(json.dumps({"services": [], "failures": []}))
    assert run(service)[0] == 0 and "has no service to judge" in run(service)[1]


def test_a_service_has_the_revision_that_it_names(tmp_path: Path):
    newer = deepcopy(REGISTERED)
    newer["taskDefinition"] |= {"revision": 8, "containerDefinitions": []}
    paths = put(tmp_path, service__json=DESCRIBED, seven__json=REGISTERED, eight__json=newer)
    assert of("SC102", findings(*paths))["status"] == "pass"
    newer["taskDefinition"]["revision"] = 7
    put(tmp_path, eight__json=newer)
    assert of("SC102", findings(*paths))["status"] == "unknown"


def test_another_revision_than_the_one_that_a_service_names_is_not_taken_for_it(tmp_path: Path):
    older = deepcopy(REGISTERED)
    older["taskDefinition"] |= {"revision": 6}
    service, other = put(tmp_path, service__json=DESCRIBED, six__json=older)
    unknown = of("SC102", findings(service, other))
    assert unknown["status"] == "unknown" and unknown["messages"][0].endswith(f"{other} has revision 6 of it")
    put(tmp_path, service__json=SERVICE | {"taskDefinition": "service-connect-nginx"})
    assert of("SC102", findings(service, other))["status"] == "pass"
    put(tmp_path, service__json=DESCRIBED, six__json=DEFINITION)
    assert of("SC102", findings(service, other))["status"] == "pass"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("a:\n{{ if x }}\n b", "render"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, text: str, said: str):
    (path,) = put(tmp_path, service__yml=text)
    code, _, err = run(path)
    assert code == 64 and said in err and str(path) in err


def test_services_that_a_query_took_out_of_the_answer_are_known(tmp_path: Path):
    paths = put(tmp_path, service__json=without(DESCRIBED, "failures"), task__json=REGISTERED)
    assert run(*paths)[1].startswith("✓ 1 healthy")


@pytest.mark.parametrize("status", ["INACTIVE", "DRAINING"])
def test_a_deleted_service_is_not_judged(tmp_path: Path, status: str):
    described = deepcopy(DESCRIBED)
    described["services"][0]["status"] = status
    described["services"][0]["deployments"][1]["serviceConnectConfiguration"]["services"][0]["portName"] = "nowhere"
    paths = put(tmp_path, service__json=described, task__json=REGISTERED)
    assert told(*paths) == set() and f"is {status}, and not judged" in run(*paths)[1]


@pytest.mark.parametrize("content", ["service: shop\nprovider: {name: aws}\n", "service: shop\ncluster: prod\n"])
def test_a_service_of_another_tool_is_none_of_ecs(tmp_path: Path, content: str):
    (path,) = put(tmp_path, serverless__yml=content)
    assert run(path)[0] == 64


def test_what_two_files_say_of_one_service_does_not_collide(tmp_path: Path):
    update = without(SERVICE, "serviceName", "launchType", service=SERVICE["serviceName"])
    create, *_ = paths = put(tmp_path, create__json=SERVICE, update__json=update, task__json=DEFINITION)
    assert told(*paths) == set() and run(*paths)[0] == 0
    create.write_text(json.dumps({**SERVICE, "cluster": "another"}))
    assert told(*paths) == {"SC105 fail"}


def test_a_service_without_service_connect_is_not_healthy_for_a_note(tmp_path: Path):
    (path,) = put(tmp_path, service__json={**without(SERVICE, "serviceConnectConfiguration"), "newer": 1})
    assert "✓" not in run(path)[1] and "1 not judged" in run(path)[1]


def test_two_files_with_one_logical_id_are_two_services(tmp_path: Path):
    template = (DATA / "template.yaml").read_text()
    paths = put(tmp_path, a__yaml=template, b__yaml=template.replace("[ht, tp]", "[ht, tps]"))
    wrong = of("SC102", [f for f in findings(*paths) if f["status"] == "fail"])
    assert wrong["service"] == f"Web of {paths[1]}"
    assert run(*paths)[1].splitlines()[-1].startswith("4 services, ")


ECSPRESSO = """region: eu-central-1
cluster: prod
service: web
service_definition: ecs-service-def.json
task_definition: ecs-task-def.json
timeout: "10m0s"
"""


def test_ecspresso_has_the_names_and_the_pairing_in_its_own_file(tmp_path: Path):
    service = without(SERVICE, "serviceName", "cluster", "taskDefinition", PlatformVersion=None)
    config, service_file, task_file, _ = put(
        tmp_path,
        ecspresso__yml=ECSPRESSO.replace("prod", "{{ must_env `CLUSTER` }}"),
        **{
            "ecs-service-def__json": service,
            "ecs-task-def__json": DEFINITION,
            "other__json": {**DEFINITION, "family": "x"},
        },
    )
    config.write_text(ECSPRESSO)
    for given in ([config], [config, service_file, task_file]):
        code, out, _ = run(*given)
        assert code == 0 and out.splitlines()[0].startswith("✓ 1 healthy") and ": prod/web\n" in out
    service["serviceConnectConfiguration"]["services"][0]["portName"] = "nowhere"
    service_file.write_text(json.dumps(service))
    wrong = of("SC102", findings(config, tmp_path / "other.json"))
    assert (wrong["status"], wrong["file"]) == ("fail", str(service_file))


def test_an_ecspresso_file_may_itself_be_a_template(tmp_path: Path):
    config, *_ = put(
        tmp_path,
        ecspresso__yml=ECSPRESSO.replace("prod", "{{ must_env `CLUSTER` }}"),
        **{
            "ecs-service-def__json": without(SERVICE, "serviceName", "cluster", "taskDefinition"),
            "ecs-task-def__json": json.dumps(DEFINITION).replace(
                '"containerPort": 80', '"containerPort": {{ env `P` }}'
            ),
        },
    )
    assert run(config)[0] == 0


def test_a_placeholder_in_a_service_of_ecspresso_is_open(tmp_path: Path):
    mesh = {**MESH, "namespace": "{{ tfstate `aws_service_discovery_http_namespace.main.arn` }}"}
    service = without(SERVICE, "serviceName", "cluster", "taskDefinition", serviceConnectConfiguration=mesh)
    config, *_ = put(
        tmp_path,
        ecspresso__yml=ECSPRESSO.replace("prod", '"{{ tfstate `aws_ecs_cluster.main.name` }}"'),
        **{"ecs-service-def__json": service, "ecs-task-def__json": DEFINITION},
    )
    assert told(config) == set() and ": web\n" in run(config)[1]
    mesh["services"] = [{**MESH["services"][0], "portName": "{{ must_env `PORT` }}"}]
    put(tmp_path, **{"ecs-service-def__json": service})
    assert told(config) == {"SC102 unknown"}


def test_one_file_by_two_paths_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    put(tmp_path, ecspresso__yml=ECSPRESSO, **{"ecs-service-def__json": SERVICE, "ecs-task-def__json": DEFINITION})
    put(tmp_path, template__yaml=(DATA / "template.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    given = ["./ecspresso.yml", "./ecs-service-def.json", "link/ecs-task-def.json", "template.yaml", "./template.yaml"]
    assert told(*given) == told("ecspresso.yml", "template.yaml")
    assert run(*given)[1].splitlines()[-1].startswith("3 services, ")


def test_a_name_that_no_file_can_have_is_64(tmp_path: Path):
    (config,) = put(tmp_path, ecspresso__json=json.dumps({"service_definition": "\0", "task_definition": "t.json"}))
    for given in ([config], ["\0"]):
        code, out, err = run(*given)
        assert (code, out) == (64, "") and "cannot read" in err


def test_an_ecspresso_file_is_not_its_own_definition(tmp_path: Path):
    (config,) = put(tmp_path, ecspresso__yml=ECSPRESSO.replace("ecs-service-def.json", "ecspresso.yml"))
    code, out, err = run(config)
    assert (code, out) == (64, "") and "no definition" in err


def test_a_file_that_ecspresso_names_by_a_placeholder_is_64(tmp_path: Path):
    (config,) = put(tmp_path, ecspresso__yml=ECSPRESSO.replace("ecs-task-def.json", "{{ must_env `T` }}.json"))
    code, _, err = run(config)
    assert code == 64 and "names its task_definition by a placeholder" in err and "ecspresso render taskdef" in err


@pytest.mark.parametrize("name", ["${TASK_DEFINITION_ARN}", "<TASK_DEFINITION>", "{{ must_env `FAMILY` }}:3"])
def test_a_service_that_names_its_task_definition_by_a_placeholder_has_the_only_one(tmp_path: Path, name: str):
    paths = put(tmp_path, service__json={**SERVICE, "taskDefinition": name}, task__json=DEFINITION)
    assert told(*paths) == set()
    other = put(tmp_path, other__json={**DEFINITION, "family": "other"})
    assert "SC102 unknown" in told(*paths, *other)


@pytest.mark.parametrize("missing", ["ecs-service-def.json", "ecs-task-def.json"])
def test_a_file_that_ecspresso_names_and_is_not_there_is_64(tmp_path: Path, missing: str):
    config, *_ = put(
        tmp_path, ecspresso__yml=ECSPRESSO, **{"ecs-service-def__json": SERVICE, "ecs-task-def__json": DEFINITION}
    )
    (tmp_path / missing).unlink()
    code, _, err = run(config)
    assert code == 64 and missing in err and str(config) in err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("service.jsonnet", "{}", "Jsonnet: give the JSON that it makes"),
        ("main.tf", 'resource "aws_ecs_service" "web" {}', "terraform show -json"),
        ("tfplan", "PK\x03\x04", "terraform show -json"),
        ("manifest.yml", "name: web\ntype: Load Balanced Web Service\nnetwork: {connect: true}", "copilot svc package"),
        ("terraform.tfstate", '{"version": 4, "terraform_version": "1.9.0", "resources": []}', "terraform show -json"),
        ("main.tf.json", '{"resource": {"aws_ecs_service": {"web": {}}}}', "terraform show -json"),
        ("compose.yaml", "services: {web: {image: nginx}}", "Compose file"),
    ],
)
def test_what_says_only_what_is_wanted_is_named_with_what_to_give_instead(
    tmp_path: Path, name: str, content: str, said: str
):
    path = tmp_path / name
    path.write_text(content)
    code, out, err = run(path)
    assert (code, out) == (64, "") and said in err and str(path) in err


def test_jsonnet_that_ecspresso_names_is_told_with_who_names_it(tmp_path: Path):
    config, _ = put(
        tmp_path,
        ecspresso__yml=ECSPRESSO.replace("task-def.json", "task-def.jsonnet"),
        **{"ecs-service-def__json": SERVICE},
    )
    code, _, err = run(config)
    assert code == 64 and "Jsonnet" in err and "ecspresso.yml names it as its task_definition" in err


@pytest.mark.parametrize(
    "placeholder",
    [
        *["{{ must_env `NAME` }}", "${NAME}", "<IMAGE1_NAME>", "web-${ENV}", "$NAME", "__NAME__", "${{ vars.NAME }}"],
        *[
            "$(NAME)",
            "{% if a %}x{% endif %}",
            "<%= name %>",
            "[[NAME]]",
            "NAME_PLACEHOLDER",
            "CHANGE_ME",
            "REPLACE_WITH_NAME",
        ],
    ],
)
def test_a_placeholder_is_not_a_name(tmp_path: Path, placeholder: str):
    definition = deepcopy(DEFINITION)
    definition["containerDefinitions"][0]["portMappings"][0]["name"] = placeholder
    paths = put(tmp_path, service__json={**SERVICE, "serviceConnectConfiguration": MESH}, task__json=definition)
    assert told(*paths) == {"SC102 unknown"}
    assert run(*paths)[0] == 2


def test_the_case_of_a_placeholder():
    assert told(*case("66-placeholder-t.json", "66-s.json")) == {"SC102 unknown"}


def test_what_a_skeleton_leaves_is_told_and_not_taken_for_a_value(tmp_path: Path):
    left = {**SERVICE, "clientToken": "", "role": "", "platformVersion": ""}
    paths = put(tmp_path, service__json=left, task__json=DEFINITION)
    wrong = of("SC112", findings(*paths))
    assert (wrong["status"], wrong["severity"]) == ("fail", "warning")
    assert "platformVersion, clientToken, role" in wrong["messages"][0] and "cluster" not in wrong["messages"][0]
    assert "not confirmed on AWS" in wrong["messages"][0] and run(*paths)[0] == 0


def test_a_skeleton_that_nobody_filled_in_is_told_in_two_lines(tmp_path: Path):
    left = {**SERVICE, "serviceName": "", "volumeConfigurations": [{"name": ""}], "role": "", "clientToken": ""}
    left.pop("launchType")
    left["capacityProviderStrategy"] = [{"capacityProvider": ""} for _ in range(5)]
    paths = put(tmp_path, service__json=left, task__json=DEFINITION)
    empty, spare = sorted((f for f in findings(*paths) if f["id"] == "SC112"), key=lambda f: f["severity"])
    assert "serviceName, " in empty["messages"][0] and empty["messages"][0].endswith(" and 2 more")
    assert (empty["severity"], spare["severity"]) == ("error", "warning") and run(*paths)[0] == 1


def test_container_definitions_alone_are_a_task_definition(tmp_path: Path):
    wrong = deepcopy(DEFINITION["containerDefinitions"])
    paths = put(tmp_path, mesh__json=MESH, containers__json=wrong)
    assert "SC102 fail" not in told(*paths)
    wrong[0]["portMappings"][0]["name"] = "other"
    assert "SC102 fail" in told(*put(tmp_path, mesh__json=MESH, containers__json=wrong))


def test_a_field_that_this_botocore_does_not_know_is_a_note(tmp_path: Path):
    newer = {**SERVICE, "serviceConnectConfiguration": {**MESH, "nextYearsField": [{"logLevel": "debug"}]}}
    paths = put(tmp_path, service__json=newer, task__json=DEFINITION)
    told_of = of("SC112", findings(*paths))
    assert told_of["severity"] == "info" and "nextYearsField" in told_of["messages"][0]
    assert "botocore 1." in told_of["messages"][0]
    code, out, _ = run(*paths)
    assert code == 0 and "1 healthy" in out


def test_utf_16_and_a_byte_order_mark_are_text(tmp_path: Path):
    for encoding in ("utf-16", "utf-8-sig"):
        service, task = put(tmp_path, service__json=SERVICE, task__json=DEFINITION)
        service.write_text(json.dumps(SERVICE), encoding=encoding)
        assert run(service, task)[0] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"serviceName": "a",}', "line 1: expected a name in double quotes"),
        ('{"serviceName": "a"\n "cluster": "b"}', "line 2: expected , or }"),
        ('{"serviceName":\n\n NaN}', "line 3: expected a value"),
        ('{"serviceName": "a"', "the end of the file"),
        ("[" * 5000, "nested too deeply"),
        ('{"desiredCount": ' + "1" * 5000 + "}", "too long"),
        ('{"serviceName": "a\nb"}', "line 1"),
        ('{"serviceName":\n "\\ud800"}', "line 2: half of a pair"),
        ('{"serviceName":\n "\\ue000a\\ue001b\\ue002"}', "line 2: a character for private use"),
    ],
)
def test_json_that_is_none_is_told_with_its_line(tmp_path: Path, text: str, said: str):
    (path,) = put(tmp_path, service__json=text)
    code, out, err = run(path)
    assert (code, out) == (64, "") and said in err and str(path) in err


def test_plain_json_needs_no_reader_of_templates(tmp_path: Path):
    """Each of these takes longer to import than to judge the files (benchmarks/lint.py has the budget)."""
    program = (
        "import sys\nfrom typer.testing import CliRunner\nfrom scaudit_cli.app import app\n"
        f"assert CliRunner().invoke(app, ['lint', *{list(map(str, ARTICLE))}]).exit_code == 1\n"
        "print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=PATHS)
    loaded = set(ran.stdout.split())
    assert "botocore.model" in loaded
    assert not loaded & {
        "cfnlint",
        "sympy",
        "yaml",
        "boto3",
        "botocore.session",
        "rich.markdown",
        "scaudit.announce",
        "scaudit.proxylog.reading",
    }
