"""Tags of services and tasks; those of clusters and task definitions are kept by ministack."""

from collections.abc import Iterable

from local.emulator.disturbances import disturbance_of
from local.emulator.ecs.faults import TAG, fate_of
from local.emulator.ecs.state import here
from local.emulator.protocol import Action, Json
from local.emulator.wire import call_ecs


def as_dict(tags: Iterable[Json]) -> dict[str, str]:
    """Tags by key, from the list that AWS takes."""
    return {tag["key"]: tag.get("value", "") for tag in tags}


def as_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as the list that AWS shows."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def tags_of(arn: str) -> dict[str, str] | None:
    """The tags of a service or a task; None for anything else."""
    tagged = here().services.get(arn) or here().tasks.get(arn)
    return tagged.tags if tagged else None


def disturb(arn: str, tags: dict[str, str]) -> None:
    """Disturb the reads of a cluster as its tag asks."""
    if TAG in tags and ":cluster/" in arn:
        here().disturbances[arn] = disturbance_of(tags[TAG])


async def tag(request: Json) -> Json:
    tags = tags_of(request["resourceArn"])
    if tags is None:
        disturb(request["resourceArn"], as_dict(request["tags"]))
        return await call_ecs("TagResource", request)
    changed = tags | as_dict(request["tags"])
    fate_of(changed)
    tags |= changed
    return {}


async def untag(request: Json) -> Json:
    tags = tags_of(request["resourceArn"])
    if tags is None:
        if TAG in request["tagKeys"]:
            here().disturbances.pop(request["resourceArn"], None)
        return await call_ecs("UntagResource", request)
    for key in request["tagKeys"]:
        tags.pop(key, None)
    return {}


async def list_tags(request: Json) -> Json:
    tags = tags_of(request["resourceArn"])
    if tags is None:
        return await call_ecs("ListTagsForResource", request)
    return {"tags": as_list(tags)}


ACTIONS: dict[str, Action] = {"TagResource": tag, "UntagResource": untag, "ListTagsForResource": list_tags}
