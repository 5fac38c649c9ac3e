"""Functions: what runs, what they are told, and that the code reads just that."""

import ast
import re

import pytest

from scaudit import settings
from tests.contracts.deployed import PARAMETERS, RESOURCES, ROOT, arn, listed, made, of_type, properties

FUNCTIONS = of_type("AWS::Lambda::Function")
TOLD_TO_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME": "scaudit"}


def environment(function: str) -> dict[str, str]:
    """The variables with the values a deployment gives them that changes no parameter."""
    told = properties(function)["Environment"]["Variables"]
    joined = {"Fn::Join": [",", {"Ref": "LinkedRegions"}]}
    refs = {name: joined["Fn::Join"][1] if value == joined else value for name, value in told.items()}
    refs = {
        name: value["Fn::If"][2] if isinstance(value, dict) and "Fn::If" in value else value
        for name, value in refs.items()
    }
    values = {name: value["Ref"] if isinstance(value, dict) else value for name, value in refs.items()}
    return {name: str(PARAMETERS.get(value, {"Default": value})["Default"]) for name, value in values.items()}


class Recorder(dict):
    """A mapping that remembers what was asked of it."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: str | None = None) -> str | None:
        self.read.add(name)
        return super().get(name, default)


def test_there_are_three_functions():
    assert set(FUNCTIONS) == {"VerifyFunction", "SweepFunction", "NotifyFunction"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_runs_python_3_13_on_arm_with_our_layer(function):
    its = properties(function)
    assert (its["Runtime"], its["Architectures"]) == ("python3.13", ["arm64"])
    (layer,) = of_type("AWS::Lambda::LayerVersion")
    assert its["Layers"] == [{"Ref": layer}]
    assert properties(layer)["CompatibleRuntimes"] == ["python3.13"]
    assert its["Timeout"] <= 900


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_is_there_and_thin(function):
    module, name = properties(function)["Handler"].split(".")
    source = (ROOT / "functions" / module / f"{module}.py").read_text()
    assert name in {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert len(source.splitlines()) < 40
    assert f"cp {module}/*.py" in (ROOT / "functions" / "Makefile").read_text().split(f"build-{function}:")[1]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_variable_is_text_or_a_reference(function):
    assert all(isinstance(v, str | dict) for v in properties(function)["Environment"]["Variables"].values())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_code_reads_every_variable_it_is_given_and_no_other(function):
    given = environment(function)
    assert given.items() >= TOLD_TO_POWERTOOLS.items()
    asked = Recorder(given | {"AWS_REGION": "eu-west-1"})
    getattr(settings, f"{function.removesuffix('Function')}Settings").read(asked)
    assert asked.read - {"AWS_REGION"} == given.keys() - TOLD_TO_POWERTOOLS.keys()


def test_a_region_is_linked_once_and_not_to_itself():
    told = environment("VerifyFunction") | {
        "AWS_REGION": "eu-west-1",
        "LINKED_REGIONS": "us-east-1, eu-west-1,us-east-1",
    }
    assert settings.VerifySettings.read(told).regions == ("eu-west-1", "us-east-1")
    assert settings.SweepSettings.read(told).regions == ("eu-west-1", "us-east-1")


def test_an_update_changes_verify_before_what_sends_to_it():
    assert listed(RESOURCES["SweepFunction"]["DependsOn"]) == ["VerifyFunction"]


def test_nothing_else_reads_the_environment():
    readers = {
        path.relative_to(ROOT).as_posix(): re.findall(r"\benviron\b.*|\bgetenv\b.*", path.read_text())
        for folder in ("layers/scaudit/scaudit", "functions")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: uses for path, uses in readers.items() if uses} == {
        f"functions/{name}/{name}.py": ["environ)"] for name in ("verify", "sweep", "notify")
    }, "settings are read once, by the handler"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_logs_into_the_audit_log_and_may(function):
    logging = properties(function)["LoggingConfig"]
    assert logging == {
        "LogGroup": {"Ref": "AuditLog"},
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "WARN",
    }
    role = properties(function)["Role"]["Fn::GetAtt"][0]
    (statement,) = [
        statement
        for policy in properties(role)["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "logs:PutLogEvents" in made(statement)["Action"]
    ]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == arn("AuditLog")


def test_the_sweep_is_started_by_its_schedule_and_a_lost_start_is_kept():
    ((_, schedule),) = of_type("AWS::Scheduler::Schedule").items()
    assert schedule["ScheduleExpression"] == {"Ref": "SweepRate"}
    target = schedule["Target"]
    assert target["Arn"] == arn("SweepFunction")
    assert target["RoleArn"] == arn("SweepScheduleRole")
    assert target["DeadLetterConfig"] == {"Arn": arn("DeadLetterQueue")}
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 900
    (policy,) = properties("SweepScheduleRole")["Policies"]
    rights = {(s["Action"], str(s["Resource"])) for s in policy["PolicyDocument"]["Statement"]}
    assert rights == {
        ("lambda:InvokeFunction", str(arn("SweepFunction"))),
        ("sqs:SendMessage", str(arn("DeadLetterQueue"))),
    }


def test_a_python_of_the_functions_version_makes_the_layers_bytecode() -> None:
    makefile = (ROOT / "layers" / "scaudit" / "Makefile").read_text()
    assert set(re.findall(r"python3\.\d+", makefile)) == {function["Runtime"] for function in FUNCTIONS.values()}
