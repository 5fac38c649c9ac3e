"""Answers of DescribeTaskDefinition into model values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaudit.collect.aws.typed import listed
from scaudit.model import Container, TaskDefinition
from scaudit.model.mentioned_names import digests

_DIGITS = re.compile(r"[0-9]{1,18}")


def task_definition_of(raw: Mapping[str, Any]) -> TaskDefinition:
    """The answer of DescribeTaskDefinition. Without a network mode it is bridge (AWS: task definition parameters)."""
    containers = listed(raw["containerDefinitions"])
    mappings = [mapping for container in containers for mapping in container.get("portMappings", ())]
    return TaskDefinition(
        arn=raw["taskDefinitionArn"],
        network_mode=raw.get("networkMode") or "bridge",
        ports={m["name"]: m["containerPort"] for m in mappings if m.get("name") and not m.get("containerPortRange")},
        containers=tuple(map(_container_of, containers)),
        cpu=_size(raw.get("cpu")),
        memory=_size(raw.get("memory")),
        operating_system=(raw.get("runtimePlatform") or {}).get("operatingSystemFamily", ""),
        protocols={m["name"]: m.get("appProtocol") or "" for m in mappings if m.get("name")},
        compatibilities=tuple(raw.get("requiresCompatibilities") or ()),
        udp=_udp(mappings),
        words=digests(_values(containers)),
    )


def _udp(mappings: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The names that lead to udp ports alone."""
    named: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for mapping in mappings:
        if mapping.get("name"):
            named[mapping.get("protocol") == "udp"][mapping["name"]] = None
    return tuple(name for name in named[True] if name not in named[False])


def _container_of(raw: Mapping[str, Any]) -> Container:
    return Container(
        name=raw["name"],
        essential=raw.get("essential", True),
        cpu=raw.get("cpu", 0),
        memory=raw.get("memory") or raw.get("memoryReservation") or 0,
        health_check=bool((raw.get("healthCheck") or {}).get("command")),
        ports=tuple(m["containerPort"] for m in raw.get("portMappings", ()) if m.get("containerPort")),
        links=tuple(raw.get("links") or ()),
        hostname=raw.get("hostname", ""),
    )


def _size(text: str | None) -> int | None:
    """A task's CPU units or MiB; whatever was registered, ECS answers with digits (AWS: task size)."""
    return int(text) if text and _DIGITS.fullmatch(text) else None


def _values(containers: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """What a container is started with, each value by the place where it stands."""
    for container in containers:
        name = container["name"]
        for variable in container.get("environment") or ():
            yield f"environment {variable.get('name', '')} of {name}", variable.get("value", "")
        yield f"command of {name}", " ".join(container.get("command") or ())
        yield f"entry point of {name}", " ".join(container.get("entryPoint") or ())
