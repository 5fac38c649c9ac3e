"""`scaudit lint` beside what it cannot do without, and beside cfn-lint.

Run with `.venv/bin/python -m benchmarks.lint`. Every figure is CPU of fresh processes, the commands take turns, and the
ratios are medians over the rounds. The article's two JSON files stand beside an empty Typer command that loads
botocore's model of ECS, which a linter of ECS needs in any case; a template of 500 resources beside cfn-lint's own time
on it. The budgets are 1.3 and 2. Everything has its bytecode, as what pip installs has.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
DATA = PROJECT / "tests" / "data" / "lint"
ARTICLE = [str(DATA / "service-connect-nginx-service.json"), str(DATA / "service-connect-nginx.json")]
EMPTY = """
import typer
from botocore.session import get_session

app = typer.Typer()

@app.command()
def empty(files: list[str]) -> None:
    get_session().get_service_model("ecs")

app()
"""
ROUNDS = 9
RESOURCES, SERVICES = 500, 50


def template() -> dict[str, Any]:
    """A stack of 50 services with their task definitions, and 400 other resources."""
    made: dict[str, Any] = {}
    for i in range(SERVICES):
        made[f"Task{i}"] = {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "Family": {"Fn::Sub": f"${{AWS::StackName}}-{i}"},
                "NetworkMode": "awsvpc",
                "RequiresCompatibilities": ["FARGATE"],
                "Cpu": "512",
                "Memory": "1024",
                "ContainerDefinitions": [
                    {
                        "Name": "app",
                        "Image": {"Ref": "Image"},
                        "HealthCheck": {"Command": ["CMD", "true"]},
                        "PortMappings": [{"Name": "http", "ContainerPort": 8080, "AppProtocol": "http"}],
                    }
                ],
            },
        }
        log = {
            "awslogs-group": {"Ref": "Log0"},
            "awslogs-region": {"Ref": "AWS::Region"},
            "awslogs-stream-prefix": "p",
        }
        made[f"Service{i}"] = {
            "Type": "AWS::ECS::Service",
            "Properties": {
                "Cluster": "prod",
                "LaunchType": "FARGATE",
                "TaskDefinition": {"Ref": f"Task{i}"},
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": {"Ref": "Subnets"}}},
                "ServiceConnectConfiguration": {
                    "Enabled": True,
                    "Namespace": "shop",
                    "LogConfiguration": {"LogDriver": "awslogs", "Options": log},
                    "Services": [
                        {
                            "PortName": "http",
                            "DiscoveryName": f"web-{i}",
                            "ClientAliases": [{"Port": 80, "DnsName": f"web-{i}"}],
                        }
                    ],
                },
            },
        }
    for i in range(RESOURCES - len(made)):
        made[f"Log{i}"] = {
            "Type": "AWS::Logs::LogGroup",
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Delete",
            "Properties": {"LogGroupName": {"Fn::Sub": f"/${{AWS::StackName}}/{i}"}, "RetentionInDays": 7},
        }
    parameters = {"Image": {"Type": "String"}, "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Parameters": parameters, "Resources": made}


def cpu(command: Sequence[str], bytecode: str) -> float:
    """Seconds of CPU that a command spends; `bytecode` is the folder where that is kept. Raises RuntimeError when it
    was not understood."""
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT}:{PROJECT / 'layers' / 'scaudit'}"}
    environment |= {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode not in (0, 1, 2):
        raise RuntimeError(f"{' '.join(command)}: {ran.stderr}")
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def compare(what: str, ours: Sequence[str], yardstick: Sequence[str], budget: float, rounds: int) -> None:
    """Print one comparison."""
    with tempfile.TemporaryDirectory() as bytecode:
        cpu(ours, bytecode), cpu(yardstick, bytecode)
        took = [(cpu(ours, bytecode), cpu(yardstick, bytecode)) for _ in range(rounds)]
    ratio = statistics.median(mine / theirs for mine, theirs in took)
    mine, theirs = (statistics.median(column) * 1000 for column in zip(*took, strict=True))
    kept = "kept" if ratio <= budget else "NOT KEPT"
    print(f"  {what}: {mine:.0f} ms beside {theirs:.0f} ms: {ratio:.2f} (budget {budget})  {kept}")


def main() -> None:
    print("scaudit lint, CPU of whole processes")
    scaudit = [sys.executable, "-m", "scaudit_cli", "lint"]
    empty = [sys.executable, "-c", EMPTY, *ARTICLE]
    compare("two JSON files beside an empty command with botocore's ECS", [*scaudit, *ARTICLE], empty, 1.3, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.json"
        path.write_text(json.dumps(template(), indent=1))
        cfn_lint = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W", "--", str(path)]
        compare(f"a template of {RESOURCES} resources beside cfn-lint", [*scaudit, str(path)], cfn_lint, 2, 3)


if __name__ == "__main__":
    main()
