"""What is known of Service Connect: frozen values in the field's own words."""

from scaudit.model.answers import Moot, Severity, Status, Unread
from scaudit.model.services import Alias, Deployment, Endpoint, LogTarget, Service, Tls
from scaudit.model.surroundings import CloudMapService, LeftService, LogGroup, Namespace, Neighbour, NeighbourEndpoint
from scaudit.model.tasks import Container, Instance, Task, TaskDefinition

__all__ = [
    "Alias",
    "CloudMapService",
    "Container",
    "Deployment",
    "Endpoint",
    "Instance",
    "LeftService",
    "LogGroup",
    "LogTarget",
    "Moot",
    "Namespace",
    "Neighbour",
    "NeighbourEndpoint",
    "Service",
    "Severity",
    "Status",
    "Task",
    "TaskDefinition",
    "Tls",
    "Unread",
]
