"""What stands before every call of ECS, Cloud Map and Logs that comes in from outside."""

from collections.abc import Mapping

from ministack.core.responses import get_region

from local.emulator import iam_resources
from local.emulator.ecs.state import here
from local.emulator.function_roles import role_session
from local.emulator.protocol import AwsError
from local.emulator.regions import DISABLED


def check(service: str, action: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise the AwsError that a disturbed cluster wants this call of a role to meet."""
    if get_region() in DISABLED:
        # AWS: credentials are not valid in a Region that the account has not enabled.
        raise AwsError("UnrecognizedClientException", "The security token included in the request is invalid.")
    disturbances = here().disturbances
    caller = role_session(headers) if disturbances else None
    if caller:
        resource = iam_resources.resource(service, action, body) or iam_resources.ANY
        for disturbance in list(disturbances.values()):
            disturbance.check(service, action, caller, resource)
