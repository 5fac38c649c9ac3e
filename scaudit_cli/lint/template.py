"""CloudFormation and SAM templates: the ECS resources in them, and what their expressions come to."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.context.context import create_context_for_template
from cfnlint.jsonschema import CfnTemplateValidator
from cfnlint.template import Template

from scaudit_cli.lint.fit import Unresolvable, shown
from scaudit_cli.lint.request import CREATE, REGISTER, Dialect, Request

SERVICE, TASK_DEFINITION = "AWS::ECS::Service", "AWS::ECS::TaskDefinition"
_REGIONS = ["us-east-1", "eu-central-1"]
"""Where a template goes is not known. With two Regions, all that depends on it comes to two values."""
_MADE_UP = [{"Ref": f"AWS::{name}"} for name in ("AccountId", "StackId", "StackName", "NotificationARNs")]
"""What cfn-lint has invented values for."""


def requests_of(file: str, content: Mapping[str, Any]) -> Iterator[Request]:
    """Each task definition and service of a template, linked where a service refers to a task definition."""
    dialect, template = _dialect_of(file, content)
    task_definitions = dict(_resources(template, TASK_DEFINITION))
    for id, properties in task_definitions.items():
        yield Request(REGISTER, file, properties, dialect, id)
    for id, properties in _resources(template, SERVICE):
        named = properties.get("TaskDefinition")
        uses = next(((file, each) for each in task_definitions if named == {"Ref": each}), None)
        yield Request(CREATE, file, properties, dialect, id, uses)


def _dialect_of(file: str, content: Mapping[str, Any]) -> tuple[Dialect, Mapping[str, Any]]:
    """How the template writes requests, and the template with `Fn::ForEach` written out. The SAM transform is not
    applied: it leaves ECS resources as they are."""
    template = Template(file, content, _REGIONS)
    if template.has_language_extensions_transform():
        template.transform()
    context = create_context_for_template(template)
    validator = CfnTemplateValidator({}, context=context, cfn=template)

    def values(node: object) -> list[Any]:
        return [value for value, _, error in validator.resolve_value(node) if error is None]

    def resolve(node: Any) -> Any:  # noqa: ANN401
        if isinstance(node, str) and "{{resolve:" in node:
            raise Unresolvable("which is read when it is deployed")
        if not _is_expression(node):
            return node
        # Of several alternatives cfn-lint gives those that it can resolve: all that it is made of must be settled.
        if any(part in _MADE_UP or not values(part) for part in _parts(node)):
            raise Unresolvable("which the file does not settle")
        found = values(node)
        distinct = [value for i, value in enumerate(found) if value not in found[:i]]
        if len(distinct) == 1:
            return distinct[0]
        raise Unresolvable(f"which may be {' or '.join(map(shown, distinct[:3]))}")

    return Dialect(resolve, lenient=True), template.template


def _parts(node: object) -> Iterator[Mapping[str, Any]]:
    """The expression itself, and every expression in it."""
    if isinstance(node, Mapping):
        if _is_expression(node):
            yield node
        for name, argument in node.items():
            yield from _substituted(argument) if name == "Fn::Sub" else _parts(argument)
    elif isinstance(node, list):
        for item in node:
            yield from _parts(item)


def _substituted(argument: object) -> Iterator[Mapping[str, Any]]:
    """What `${Name}` and `${Resource.Attribute}` in the text of a Fn::Sub stand for."""
    text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    yield from _parts(given)
    for name in re.findall(r"\$\{([^!}][^}]*)\}", str(text)):
        if name not in given:
            yield {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name.strip()}


def _resources(template: Mapping[str, Any], type: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The logical id and the properties of each resource of a type."""
    for id, resource in template.get("Resources", {}).items():
        if isinstance(resource, Mapping) and resource.get("Type") == type:
            properties = resource.get("Properties")
            yield id, properties if isinstance(properties, Mapping) else {}


def _is_expression(node: object) -> bool:
    if not isinstance(node, Mapping) or len(node) != 1:
        return False
    (name,) = node
    return name == "Ref" or str(name).startswith("Fn::")
