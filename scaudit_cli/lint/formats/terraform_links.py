"""Which task definition each service of a Terraform configuration refers to, through variables and outputs of modules.

HashiCorp: JSON Output Format, Configuration Representation. Locals are not in it.
"""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

SERVICE, TASK = "aws_ecs_service", "aws_ecs_task_definition"
_DEEPEST = 20


def object_of(node: object) -> Mapping[str, Any]:
    """The node, or nothing if it is no object."""
    return node if isinstance(node, Mapping) else {}


def objects_of(node: object) -> list[Mapping[str, Any]]:
    """The objects in a list; nothing if it is none."""
    return [one for one in node if isinstance(one, Mapping)] if isinstance(node, list) else []


class Links:
    """The links of one configuration. Addresses in it have no keys of count and for_each, those of resources have."""

    def __init__(self, configuration: object) -> None:
        root = object_of(object_of(configuration).get("root_module"))
        self._modules = dict(_modules(root, ()))

    def of(self, service: str, tasks: Set[str], *, open_: bool) -> str:
        """The address of the task definition of a service, one of `tasks`; empty where the file does not tell.

        `open_`: which one it is will be known after the plan is applied, so the plan itself makes it.
        """
        references = _references(object_of(self.written(service)).get("task_definition"))
        path = _path(service)
        found = {one for named in references for one in self._followed(named, path, 0)}
        within = service.rpartition(f"{SERVICE}.")[0]
        chosen = _alike(service, [one for one in tasks if _plain(one) in found])
        if not chosen and not found and open_:
            chosen = [one for one in tasks if one.rpartition(f"{TASK}.")[0] == within] or list(tasks)
        return chosen[0] if len(chosen) == 1 else ""

    def written(self, address: str) -> Mapping[str, Any] | None:
        """The expressions of a resource by the names that its block has; None where the configuration is not there."""
        own = re.sub(r"^(module\.[^.]+\.)*", "", _plain(address))
        for resource in objects_of(self._modules.get(_path(address), {}).get("resources")):
            if resource.get("address") == own and isinstance(found := resource.get("expressions"), Mapping):
                return found
        return None

    def _followed(self, reference: str, path: tuple[str, ...], depth: int) -> Iterator[str]:
        """The addresses of the task definitions that a reference within a module leads to."""
        kind, _, rest = _plain(reference).partition(".")
        name = rest.split(".")[0]
        next_: list[str] = []
        if kind == TASK:
            yield "".join(f"module.{one}." for one in path) + f"{TASK}.{name}"
        elif kind == "var" and path:
            call = object_of(object_of(self._modules.get(path[:-1], {}).get("module_calls")).get(path[-1]))
            next_, path = _references(object_of(call.get("expressions")).get(name)), path[:-1]
        elif kind == "module" and "." in rest:
            path = (*path, name)
            output = object_of(object_of(self._modules.get(path, {}).get("outputs")).get(rest.split(".")[1]))
            next_ = _references(output.get("expression"))
        for further in next_ if depth < _DEEPEST else ():
            yield from self._followed(further, path, depth + 1)


def _modules(module: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    yield path, module
    for name, call in object_of(module.get("module_calls")).items():
        yield from _modules(object_of(object_of(call).get("module")), (*path, name))


def _references(expression: object) -> list[str]:
    """What an expression refers to. Each is followed by what it is a part of, which a resource or module is."""
    named = object_of(expression).get("references")
    return [each for each in named if isinstance(each, str)] if isinstance(named, list) else []


def _alike(service: str, tasks: list[str]) -> list[str]:
    """Of several instances of a task definition, the one with the keys of the service."""
    return tasks if len(tasks) == 1 else [one for one in tasks if _keys(one) == _keys(service)]


def _path(address: str) -> tuple[str, ...]:
    """The names of the modules that a resource is in, from the root."""
    return tuple(re.findall(r"module\.([^.]+)\.", _plain(address)))


def _keys(address: str) -> list[str]:
    return re.findall(r"\[[^\]]*\]", address)


def _plain(address: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", address)
