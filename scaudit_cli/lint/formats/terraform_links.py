"""What the resources of a Terraform configuration refer to, through variables and outputs of modules.

HashiCorp: JSON Output Format, Configuration Representation. Locals are not in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

SERVICE, TASK = "aws_ecs_service", "aws_ecs_task_definition"
_DEEPEST = 20
_OF_EXPRESSION = {"references", "constant_value"}


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
        expression = object_of(self.written(service)).get("task_definition")
        within = service.rpartition(f"{SERVICE}.")[0]
        if open_ and not self._found(service, expression, (TASK,)):
            chosen = [one for one in tasks if one.rpartition(f"{TASK}.")[0] == within] or list(tasks)
            return chosen[0] if len(chosen) == 1 else ""
        return self.leads_to(service, expression, (TASK,), tasks)

    def leads_to(self, address: str, expression: object, types: Sequence[str], among: Set[str]) -> str:
        """The address of the one resource of some types that an expression of a resource refers to, one of `among`."""
        found = self._found(address, expression, types)
        chosen = _alike(address, [one for one in among if not found.isdisjoint((_plain(one), _instance(one)))])
        return chosen[0] if len(chosen) == 1 else ""

    def attributes(self, address: str, expression: object, types: Sequence[str]) -> set[str]:
        """Which attributes of resources of some types an expression of a resource refers to."""
        return {attribute for _, attribute in self._all(address, expression, types) if attribute}

    def _found(self, address: str, expression: object, types: Sequence[str]) -> set[str]:
        """What an expression refers to; of one instance only that."""
        found = {one for one, _ in self._all(address, expression, types)}
        return found - {_plain(one) for one in found if one != _plain(one)}

    def _all(self, address: str, expression: object, types: Sequence[str]) -> set[tuple[str, str]]:
        """The resources of some types that an expression refers to, and which attribute of each."""
        path = _path(address)
        return {one for named in _references(expression) for one in self._followed(named, path, types, 0)}

    def written(self, address: str) -> Mapping[str, Any] | None:
        """The expressions of a resource by the names that its block has, but for constants; None where the
        configuration is not there. What is constant and yet not known is null, so that the provider decides on it."""
        own = re.sub(r"^(module\.[^.]+\.)*", "", _plain(address))
        for resource in objects_of(self._modules.get(_path(address), {}).get("resources")):
            if resource.get("address") == own and isinstance(found := resource.get("expressions"), Mapping):
                return object_of(self._unsettled(found, _path(address)))
        return None

    def _unsettled(self, node: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        """A block, or a list of them, without the expressions that are constant."""
        if isinstance(node, list):
            return [self._unsettled(one, path) for one in node]
        if not isinstance(node, Mapping) or node.keys() & _OF_EXPRESSION:
            return node
        return {name: self._unsettled(one, path) for name, one in node.items() if not self._is_constant(one, path, 0)}

    def _is_constant(self, expression: object, path: tuple[str, ...], depth: int) -> bool:
        """Whether an expression within a module is a constant, or variables that are, alone."""
        references = _references(expression)
        if not references or depth == _DEEPEST:
            return "constant_value" in object_of(expression)
        return all(self._is_settled(one, path, depth) for one in references)

    def _is_settled(self, reference: str, path: tuple[str, ...], depth: int) -> bool:
        kind, _, rest = _plain(reference).partition(".")
        if kind != "var" or not path:  # those of the root are known
            return kind == "var"
        call = object_of(object_of(self._modules.get(path[:-1], {}).get("module_calls")).get(path[-1]))
        given = object_of(call.get("expressions"))
        name = rest.partition(".")[0]
        return name not in given or self._is_constant(given[name], path[:-1], depth + 1)

    def _followed(
        self, reference: str, path: tuple[str, ...], types: Sequence[str], depth: int
    ) -> Iterator[tuple[str, str]]:
        """The addresses of the resources that a reference within a module leads to, with the key of an instance where
        that is written, and the attribute."""
        kind, _, rest = _plain(reference).partition(".")
        name, _, attribute = rest.partition(".")
        next_: list[str] = []
        if kind in types:
            key = re.match(r"[^.\[]+\.[^.\[]+(\[[^\]]*\])?", reference)
            yield "".join(f"module.{one}." for one in path) + f"{kind}.{name}{(key and key[1]) or ''}", attribute
        elif kind == "var" and path:
            call = object_of(object_of(self._modules.get(path[:-1], {}).get("module_calls")).get(path[-1]))
            next_, path = _references(object_of(call.get("expressions")).get(name)), path[:-1]
        elif kind == "module" and "." in rest:
            path = (*path, name)
            output = object_of(object_of(self._modules.get(path, {}).get("outputs")).get(rest.split(".")[1]))
            next_ = _references(output.get("expression"))
        for further in next_ if depth < _DEEPEST else ():
            yield from self._followed(further, path, types, depth + 1)


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


def _instance(address: str) -> str:
    """An address without the keys of modules, but with that of the resource."""
    found = re.fullmatch(r"(.*\.|)([^.\[]+\.[^.\[]+(?:\[[^\]]*\])?)", address)
    return _plain(found[1]) + found[2] if found else address


def _plain(address: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", address)
