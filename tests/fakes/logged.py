"""A task of the service of these tests whose proxy logs, and real logs as CloudWatch keeps them."""

from pathlib import Path

from tests.builders import ARN, DEPLOYMENT_ID, REGION, TASK_SET
from tests.fakes import answers

TRANSCRIPTS = Path(__file__).parents[1] / "data" / "proxy-logs"
LOGGED = {
    **answers.service()["deployments"][0]["serviceConnectConfiguration"],
    "logConfiguration": {
        "logDriver": "awslogs",
        "options": {"awslogs-group": "/ecs/proxy", "awslogs-region": REGION, "awslogs-stream-prefix": "proxy"},
    },
}
ARTICLE = f"{ARN}:task-set/tutorial/service-connect-nginx-service/{DEPLOYMENT_ID}"


def transcript(name: str) -> list[str]:
    """A real log as CloudWatch keeps it, without empty lines, said by a proxy of the service of these tests."""
    return (TRANSCRIPTS / name).read_text().replace(ARTICLE, TASK_SET).split("\n")


NEW = 50
"""A task whose log nobody read yet."""
