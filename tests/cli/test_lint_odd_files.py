"""`scaudit lint`: files of other tools, other requests and answers of ECS, and what comes from a pipe."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scaudit_cli.app import app
from tests.cli.linted import CASES, DEFINITION, SERVICE, findings, of, put, run, told, without

SOUND = (CASES / "53-cluster-default-doubles-namespace.yaml").read_text()


def piped(text: str, *arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["lint", *map(str, arguments)], input=text, env={"COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr


def test_a_dash_is_standard_input(tmp_path: Path):
    service, task = put(tmp_path, service__json=SERVICE, task__json=DEFINITION)
    assert piped(task.read_text(), service, "-") == (0, run(service, task)[1], "")
    broken = SERVICE | {"launchType": "FARGAT"}
    code, out, _ = piped(json.dumps(broken), "-", task)
    assert code == 0 and "-" in out
    assert (
        piped("{", "-")[2]
        == "scaudit: cannot read standard input: line 1: expected a name in double quotes, found the end of the file\n"
    )
    assert piped(" ", "-")[2] == "scaudit: cannot read standard input: it is empty\n"
    assert piped(SOUND, "-")[0] == run(CASES / "53-cluster-default-doubles-namespace.yaml")[0]


OTHERS: dict[str, tuple[str, object, str]] = {
    "run-task": (
        "x.json",
        {"cluster": "a", "taskDefinition": "b", "launchType": "FARGATE", "count": 1},
        "is what `aws ecs run-task` takes",
    ),
    "a task set": (
        "x.json",
        {"cluster": "a", "service": "b", "taskDefinition": "c", "launchType": "FARGATE", "scale": {"value": 1}},
        "is what `aws ecs create-task-set` takes",
    ),
    "a cluster": (
        "x.json",
        {"clusterName": "a", "serviceConnectDefaults": {"namespace": "b"}},
        "create-cluster` takes",
    ),
    "an express service": (
        "x.json",
        {"executionRoleArn": "a", "infrastructureRoleArn": "b", "primaryContainer": {}, "serviceName": "c"},
        "create-express-gateway-service` takes",
    ),
    "described clusters": (
        "x.json",
        {"clusters": [{"clusterName": "a"}], "failures": []},
        "describe-clusters` answers",
    ),
    "listed services": ("x.json", {"serviceArns": ["a"]}, "list-services or list-services-by-namespace` answers"),
    "described deployments": (
        "x.json",
        {"serviceDeployments": [], "failures": []},
        "describe-service-deployments` answers",
    ),
    "Pulumi's state": ("x.json", {"version": 3, "deployment": {"resources": []}}, "is of Pulumi"),
    "Pulumi's YAML": ("Pulumi.yaml", "name: x\nruntime: yaml\nresources: {}\n", "is of Pulumi"),
    "Kubernetes": (
        "x.yaml",
        "apiVersion: ecs.services.k8s.aws/v1alpha1\nkind: Service\nspec: {}\n",
        "is a manifest of Kubernetes",
    ),
    "Serverless": (
        "serverless.yml",
        "service: x\nprovider: {name: aws}\nresources: {Resources: {}}\n",
        "serverless package",
    ),
    "CDK's assembly": ("manifest.json", {"version": "36.0.0", "artifacts": {}}, "cdk.out/*.template.json"),
    "CDK's tree": ("tree.json", {"version": "tree-0.1", "tree": {}}, "cdk.out/*.template.json"),
    "CDK's settings": ("cdk.json", {"app": "npx ts-node bin/app.ts"}, "cdk.out/*.template.json"),
    "an AppSpec": (
        "appspec.yml",
        "version: 0.0\nResources: [{TargetService: {Type: AWS::ECS::Service}}]\n",
        "AppSpec of CodeDeploy",
    ),
    "comments": (
        "x.json",
        "{\n// the service\n}",
        "line 2: expected a name in double quotes, found a comment, which JSON does not have",
    ),
    "comments for a value": ("x.json", '{"a":\n/* b */ 1}', "line 2: expected a value, found a comment"),
    "Jinja": ("x.yaml", "{% for x in y %}\nResources: {}\n{% endfor %}\n", "template engine"),
    "a template as a text": (
        "x.json",
        {"TemplateBody": "Resources: {}", "StagesAvailable": ["Original"]},
        "--query TemplateBody --output text",
    ),
}


@pytest.mark.parametrize(("name", "content", "said"), OTHERS.values(), ids=OTHERS)
def test_what_is_something_else_is_named(tmp_path: Path, name: str, content: object, said: str):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    code, out, err = run(path)
    assert (code, out) == (64, "") and said in err and str(path) in err and err.count("\n") == 1


def test_a_request_with_a_misspelt_field_is_not_taken_for_another(tmp_path: Path):
    paths = put(tmp_path, service__json=without(SERVICE, "launchType", launchTyp="FARGATE"), task__json=DEFINITION)
    assert told(*paths) == {"SC112 fail"}


def test_a_message_about_yaml_is_one_line(tmp_path: Path):
    (path,) = put(tmp_path, x__yaml="---\nResources: {}\n---\nResources: {}\n")
    code, _, err = run(path)
    assert code == 64 and "single document" in err and err.count("\n") == 1 and "unicode string" not in err


def test_the_answer_of_get_template_is_a_template(tmp_path: Path):
    service = {"Type": "AWS::ECS::Service", "Properties": {"ServiceConnectConfiguration": {"Enabled": True}}}
    body = {"Resources": {"S": service, "Cl": {"Type": "AWS::ECS::Cluster"}}}
    body["Resources"]["S"]["Properties"]["Cluster"] = {"Ref": "Cl"}
    bare, answer = put(tmp_path, bare__json=body, answer__json={"TemplateBody": body, "StagesAvailable": ["Processed"]})
    assert told(answer) == told(bare) != set()
    assert of("SC101", findings(answer))["line"] > of("SC101", findings(bare))["line"]


def stack_set(body: str) -> str:
    head = "Resources:\n  Set:\n    Type: AWS::CloudFormation::StackSet\n    Properties:"
    return f"{head}\n      StackSetName: x\n      {body}\n"


@pytest.mark.parametrize(
    "body",
    [
        "TemplateURL: https://bucket.s3.amazonaws.com/shop.yaml",
        "TemplateURL: !Ref Url",
        'TemplateBody: "Resources: {S: {Type: AWS::ECS::Service}}"',
        'TemplateBody: !Sub "Resources: {S: {Type: AWS::ECS::Service}}"',
        "TemplateBody: !Ref Body",
    ],
)
def test_a_stack_set_may_have_services(tmp_path: Path, body: str):
    (path,) = put(tmp_path, parent__yaml=stack_set(body))
    code, out, _ = run(path)
    assert code == 2 and "stack sets may have services (Set)" in out


def test_a_stack_set_whose_template_is_given_or_has_nothing_of_ecs_hides_nothing(tmp_path: Path):
    parent, child = put(tmp_path, parent__yaml=stack_set("TemplateURL: https://b/child.yaml"), child__yaml=SOUND)
    assert run(parent, child)[0] == run(child)[0] != 2
    rules = 'TemplateBody: !Sub "Resources: {R: {Type: AWS::Events::Rule}}"'
    assert run(*put(tmp_path, parent__yaml=stack_set(rules)))[0] == 0


def test_a_product_of_a_catalog_may_have_services_and_what_is_only_offered_has_none(tmp_path: Path):
    head = "Resources:\n  Product:\n    Type: AWS::ServiceCatalog::CloudFormation"
    (deployed,) = put(tmp_path, a__yaml=f"{head}ProvisionedProduct\n    Properties: {{ProductName: x}}\n")
    code, out, _ = run(deployed)
    assert code == 2 and "stack sets may have services (Product)" in out
    (offered,) = put(tmp_path, b__yaml=f"{head}Product\n    Properties: {{Name: x}}\n")
    assert run(offered)[0] == 0
