"""Conditions of templates that join a list, as one does to see whether it is empty; ministack does not resolve them."""

from collections.abc import Mapping
from typing import Any

from ministack.services.cloudformation import changesets, engine, handlers, stacks

from local.emulator.protocol import Json

JOIN = "Fn::Join"

_evaluate = engine._evaluate_conditions


def install() -> None:
    """Let ministack evaluate conditions with Fn::Join in them."""
    for module in (engine, handlers, stacks, changesets):
        module._evaluate_conditions = evaluate


def evaluate(template: Json, parameters: Mapping[str, Json]) -> dict[str, bool]:
    """Every condition of a template by its name."""
    conditions = joined(template.get("Conditions", {}), parameters)
    found: dict[str, bool] = _evaluate({**template, "Conditions": conditions}, parameters)
    return found


def joined(node: Any, parameters: Mapping[str, Json]) -> Any:  # noqa: ANN401
    """A part of a condition, with the text in place of each Fn::Join."""
    if isinstance(node, list):
        return [joined(each, parameters) for each in node]
    if not isinstance(node, dict):
        return node
    if JOIN in node:
        separator, items = node[JOIN]
        return str(separator).join(texts(items, parameters))
    return {key: joined(value, parameters) for key, value in node.items()}


def texts(items: Any, parameters: Mapping[str, Json]) -> list[str]:  # noqa: ANN401
    """The members of a list: written out, or of a parameter that is one. ministack keeps such a one as one text."""
    if isinstance(items, dict):
        return [each.strip() for each in str(parameters[items["Ref"]]["Value"]).split(",")]
    return [text for each in items for text in (texts(each, parameters) if isinstance(each, dict) else [str(each)])]
