"""Where the tasks of a deployment run: on Fargate, or on the container instances that every cluster has here."""

from dataclasses import dataclass

from local.emulator.protocol import INVALID, AwsError, Json

FARGATE, EC2 = "FARGATE", "EC2"
FARGATE_VERSION = "1.4.0"
PROVIDERS = ("FARGATE", "FARGATE_SPOT")


@dataclass(frozen=True)
class Placement:
    """What a service, its deployment and its tasks say of it."""

    launch_type: str
    service_shown: Json
    shown: Json
    task_shown: Json
    network: Json | None


def placement_of(asked: Json, task_definition: Json) -> Placement:
    """Where tasks run by what CreateService or UpdateService asked. Raises AwsError where ECS refuses."""
    launch_type, named = launch_of(asked)
    if launch_type == FARGATE and FARGATE not in task_definition["compatibilities"]:
        raise AwsError(INVALID, "Task definition does not support launch_type FARGATE.")
    system = (task_definition.get("runtimePlatform") or {}).get("operatingSystemFamily", "LINUX")
    family = "Linux" if system == "LINUX" else system
    version = asked.get("platformVersion", "LATEST")
    platform = {"platformVersion": FARGATE_VERSION if version == "LATEST" else version, "platformFamily": family}
    how = {"capacityProviderStrategy": named} if named else {"launchType": launch_type}
    task_how = {"capacityProviderName": named[0]["capacityProvider"]} if named else {}
    fargate = launch_type == FARGATE
    return Placement(
        launch_type,
        service_shown=how | (platform | {"platformVersion": version} if fargate else {}),
        shown=how | (platform if fargate else {}),
        task_shown=task_how
        | {"launchType": launch_type}
        | (platform | {"ephemeralStorage": {"sizeInGiB": 20}} if fargate else {}),
        network=network_of(asked.get("networkConfiguration"), task_definition["networkMode"]),
    )


def launch_of(asked: Json) -> tuple[str, list[Json]]:
    """The launch type, and the capacity providers if it was chosen by them. AWS: without either it is EC2."""
    strategy = asked.get("capacityProviderStrategy") or []
    if strategy and "launchType" in asked:
        raise AwsError(
            INVALID,
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
        )
    if any(each["capacityProvider"] not in PROVIDERS for each in strategy):
        raise AwsError(INVALID, f"The local AWS has the capacity providers {' and '.join(PROVIDERS)} only.")
    launch_type = FARGATE if strategy else asked.get("launchType", EC2)
    if launch_type not in (FARGATE, EC2):
        raise AwsError(INVALID, f"The local AWS has no instances of launch type {launch_type}.")
    return launch_type, [{"weight": 0, "base": 0, **each} for each in strategy]


def network_of(asked: Json | None, mode: str) -> Json | None:
    """The network configuration as ECS shows it. Raises AwsError where it does not suit the network mode."""
    if mode == "awsvpc" and not asked:
        raise AwsError(INVALID, "Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    if mode != "awsvpc" and asked:
        raise AwsError(INVALID, "Network Configuration is not valid for the given networkMode of this task definition.")
    if not asked:
        return None
    vpc = asked["awsvpcConfiguration"]
    return {"awsvpcConfiguration": {"assignPublicIp": "DISABLED", **vpc, "subnets": sorted(vpc["subnets"])}}
