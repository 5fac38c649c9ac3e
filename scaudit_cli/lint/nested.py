"""Nested stacks whose templates are both among the files: their parameters and outputs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from os.path import normpath
from pathlib import Path
from typing import Any

from scaudit_cli.lint.stack import Stack

_SET = "AWS::CloudFormation::StackSet"
_TYPES = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::Serverless::Application": "Location",
    _SET: "TemplateURL",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct": "",
}
"""A nested stack or a stack set, and the property that names its template: a path until it is packaged, then a URL. Of
a product only its catalog knows it; what a catalog offers (CloudFormationProduct) is not deployed by that."""
_BODY = "TemplateBody"
"""Where a stack set may have its template itself, as a text."""
_ASSET = "aws:asset:path"
"""Where CDK, which names the template by its place in S3, says which file it is (aws-cdk-lib, NestedStack)."""


def given_to(stack: Stack, stacks: Sequence[Stack], parameter: str) -> tuple[Stack, Any] | None:
    """The template that alone nests this one, and what it gives to a parameter, as it writes it."""
    found = [
        (parent, properties)
        for parent in stacks
        for _, resource in _nesting(parent)
        for child, properties in _nested(parent, resource, stacks)
        if child is stack
    ]
    if len(found) != 1:
        return None
    parent, properties = found[0]
    given = properties.get("Parameters")
    return (parent, given[parameter]) if isinstance(given, Mapping) and parameter in given else None


def output_of(stack: Stack, stacks: Sequence[Stack], id: str, name: str) -> tuple[Stack, Any] | None:
    """The template that a nested stack is made of, and an output of it, as that writes it."""
    resource = stack.resources.get(id)
    for child, _ in _nested(stack, resource, stacks) if isinstance(resource, Mapping) else ():
        output = child.outputs.get(name)
        if isinstance(output, Mapping) and "Value" in output:
            return child, output["Value"]
    return None


def not_given(stack: Stack, stacks: Sequence[Stack]) -> list[str]:
    """The nested stacks of a template whose own templates are not among the files, though they could be: there is no
    file of an application of the Serverless Application Repository."""
    return [
        id
        for id, resource in _nesting(stack)
        if not any(_nested(stack, resource, stacks)) and not _is_published(resource) and not _is_of_others(resource)
    ]


def _is_published(resource: Mapping[str, Any]) -> bool:
    properties = resource.get("Properties")
    location = properties.get("Location") if isinstance(properties, Mapping) else None
    return isinstance(location, Mapping) and "ApplicationId" in location


def _is_of_others(resource: Mapping[str, Any]) -> bool:
    """Whether a stack set has its template in it, and that nothing of ECS."""
    properties = resource.get("Properties")
    body = properties.get(_BODY) if isinstance(properties, Mapping) else None
    if isinstance(body, Mapping):  # Fn::Sub, in which the text is as it is written
        body = body.get("Fn::Sub")
    text = body[0] if isinstance(body, list) and body else body
    return isinstance(text, str) and "AWS::ECS::" not in text


def _nesting(stack: Stack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for type in _TYPES:
        yield from stack.of_type(type)


def _nested(
    stack: Stack, resource: Mapping[str, Any], stacks: Sequence[Stack]
) -> Iterator[tuple[Stack, Mapping[str, Any]]]:
    """The template that a nested stack is made of, and the properties of that; nothing where it is not among the files.

    By its path; else it is the only one of the name that the URL of a packaged one ends with.
    """
    properties, metadata = resource.get("Properties"), resource.get("Metadata")
    named = _TYPES.get(str(resource.get("Type")))
    if not (isinstance(properties, Mapping) and named):
        return
    asset = metadata.get(_ASSET) if isinstance(metadata, Mapping) else None
    url = properties.get(named)
    paths = {normpath(Path(stack.file).parent / path) for path in (url, asset) if isinstance(path, str)}
    found = [child for child in stacks if normpath(child.file) in paths]
    if not found and (last := re.search(r"(?:^|/)([\w.-]+)$", _text(url))):
        found = [child for child in stacks if child is not stack and Path(child.file).name == last[1]]
    if len(found) == 1:
        yield found[0], properties


def _text(url: object) -> str:
    """A URL as it is written: its end tells the file, also where the bucket before is open."""
    if isinstance(url, Mapping) and len(url) == 1:
        ((name, value),) = url.items()
        parts = value if isinstance(value, list) else [value]
        if name == "Fn::Sub":
            return str(parts[0]) if parts else ""
        if name == "Fn::Join" and len(parts) == 2 and isinstance(parts[1], list) and parts[1]:
            return _text(parts[1][-1])
    return url if isinstance(url, str) else ""
