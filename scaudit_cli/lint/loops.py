"""`Fn::ForEach` written out (AWS: CloudFormation intrinsic functions, Fn::ForEach)."""

import re
from collections.abc import Mapping
from typing import Any

LOOP = "Fn::ForEach::"
OPEN = "loops over a list that the file does not settle"


def written_out(node: Any, sections: Mapping[str, Mapping[str, Any]], unknown: list[str]) -> Any:  # noqa: ANN401
    """The node with each loop in it replaced by what it makes. A loop over what is not settled is told in `unknown`. It
    stays where it is, and in each thing that it repeats, which is there once: none of them is settled."""
    if isinstance(node, list):
        return _like(node, [written_out(item, sections, unknown) for item in node])
    if not isinstance(node, Mapping):
        return node
    made: dict[str, Any] = {}
    for key, value in node.items():
        if str(key).startswith(LOOP):
            made.update(_turns(key, value, sections, unknown))
        else:
            made[key] = written_out(value, sections, unknown)
    return _like(node, made)


def _turns(key: str, loop: Any, sections: Mapping[str, Mapping[str, Any]], unknown: list[str]) -> dict[str, Any]:  # noqa: ANN401
    made: dict[str, Any] = {}
    if not (isinstance(loop, list) and len(loop) == 3 and isinstance(loop[0], str) and isinstance(loop[2], Mapping)):
        unknown.append(f"{key} is no loop: expected a name, a list and what to repeat")
        return {key: loop}
    name, over, body = loop
    items = _items(over, sections)
    if items is None:
        unknown.append(f"{key} {OPEN}")
        once = written_out(body, sections, unknown).items()
        return {
            key: loop,
            **{id: _like(one, {**one, key: loop}) if isinstance(one, Mapping) else one for id, one in once},
        }
    for item in items:
        made.update(written_out(_with(body, name, item), sections, unknown))
    return made


def _items(over: Any, sections: Mapping[str, Mapping[str, Any]]) -> list[str] | None:  # noqa: ANN401
    """The items of a collection: a list, a parameter's default, or a mapping's list."""
    if isinstance(over, list):
        found: list[str] = []
        for item in over:
            nested = _items(item, sections) if isinstance(item, Mapping) else [str(item)]
            if nested is None:
                return None
            found += nested
        return found
    if isinstance(over, Mapping) and isinstance(name := over.get("Ref"), str):
        parameter = sections["Parameters"].get(name)
        default = parameter.get("Default") if isinstance(parameter, Mapping) else None
        return None if default is None else [item.strip() for item in str(default).split(",")]
    if isinstance(over, Mapping) and isinstance(keys := over.get("Fn::FindInMap"), list):
        at: Any = sections["Mappings"]
        for key in keys[:3]:
            at = at.get(key) if isinstance(at, Mapping) and isinstance(key, str) else None
        return list(map(str, at)) if isinstance(at, list) else None
    return None


def _with(node: Any, name: str, item: str) -> Any:  # noqa: ANN401
    """The body of a loop for one item: `${Name}` and `&{Name}` in keys and texts, and `Ref: Name`, are the item. `&{}`
    leaves only letters and digits of it."""
    if isinstance(node, str):
        text = node.replace(f"${{{name}}}", item).replace(f"&{{{name}}}", re.sub(r"[^A-Za-z0-9]", "", item))
        return _like(node, text)
    if isinstance(node, list):
        return _like(node, [_with(each, name, item) for each in node])
    if not isinstance(node, Mapping):
        return node
    if dict(node) == {"Ref": name}:
        return item
    return _like(node, {_with(key, name, item): _with(value, name, item) for key, value in node.items()})


class _Text(str):
    start_mark: object


class _Object(dict[str, Any]):
    start_mark: object


class _List(list[Any]):
    start_mark: object


def _like(node: Any, made: Any) -> Any:  # noqa: ANN401
    """What was made of a node, at the node's line."""
    if (mark := getattr(node, "start_mark", None)) is None:
        return made
    kind = _Text if isinstance(made, str) else _Object if isinstance(made, Mapping) else _List
    marked = kind(made)
    marked.start_mark = mark
    return marked
