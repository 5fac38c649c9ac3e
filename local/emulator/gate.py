"""What stands before every call of ECS, Cloud Map and Logs that comes in from outside."""

from collections.abc import Mapping

from local.emulator import iam_resources
from local.emulator.ecs.state import here
from local.emulator.function_roles import role_session


def check(service: str, action: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise the AwsError that a disturbed cluster wants this call of a role to meet."""
    disturbances = here().disturbances
    caller = role_session(headers) if disturbances else None
    if caller:
        resource = iam_resources.resource(service, action, body) or iam_resources.ANY
        for disturbance in list(disturbances.values()):
            disturbance.check(service, action, caller, resource)
