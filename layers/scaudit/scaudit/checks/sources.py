"""Where the rules of the checks are known from: pages, public repositories, and files of this one."""

_GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"
_GITHUB = "https://github.com"

COMPONENTS = f"{_GUIDE}/service-connect-concepts-deploy.html"
OVERVIEW = f"{_GUIDE}/service-connect-concepts.html"
SHARED_NAMESPACES = f"{_GUIDE}/service-connect-shared-namespaces.html"
BLUE_GREEN = f"{_GUIDE}/service-connect-blue-green.html"
MANAGED_INSTANCES = f"{_GUIDE}/managed-instance-networking.html"
TLS = f"{_GUIDE}/service-connect-tls.html"
ZONES = f"{_GUIDE}/service-connect-zone-aware-routing.html"
TASK_LIFECYCLE = f"{_GUIDE}/task-lifecycle-explanation.html"
STOPPED_TASKS = f"{_GUIDE}/stopped-task-error-codes.html"
LOG_CLASSES = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html"
GET_NAMESPACE = "https://docs.aws.amazon.com/cloud-map/latest/api/API_GetNamespace.html"
LIST_SERVICES_BY_NAMESPACE = (
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServicesByNamespace.html"
)
GET_TOPIC_ATTRIBUTES = "https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html"

ECS_AGENT = f"{_GITHUB}/aws/amazon-ecs-agent"
PROXY_AGENT = f"{_GITHUB}/aws/amazon-ecs-service-connect-agent"
COPILOT = f"{_GITHUB}/aws/copilot-cli"
ENVOY = f"{_GITHUB}/envoyproxy/envoy"
ANSWERS = f"{_GITHUB}/apptality/aws-ecs-cloudmap-prometheus-sd"
"""Real answers of ListInstances and GetService, pasted into the code that reads them (2024-08). A second account's
ListInstances agrees (Id, address, container port, zone and task set), without a page to link."""
LOGS = "tests/data/proxy-logs"
"""Transcripts of the public agent with a real Envoy."""
OWN = "docs/operating.md"


def ecs_api(name: str) -> str:
    """The page of an operation or a type in the ECS API Reference."""
    return f"https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_{name}.html"


def issue(repository: str, number: int) -> str:
    """An issue or a pull request of a public repository (owner/name)."""
    return f"{_GITHUB}/{repository}/issues/{number}"
