"""Nested stacks whose templates are both among the files: their parameters and outputs."""

from collections.abc import Iterator, Mapping, Sequence
from os.path import normpath
from pathlib import Path
from typing import Any

from scaudit_cli.lint.stack import Stack

_TYPES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""A nested stack, and the property that names its template: a path until the template is packaged."""
_ASSET = "aws:asset:path"
"""Where CDK, which names the template by its place in S3, says which file it is (aws-cdk-lib, NestedStack)."""


def given_to(stack: Stack, stacks: Sequence[Stack], parameter: str) -> tuple[Stack, Any] | None:
    """The template that alone nests this one, and what it gives to a parameter, as it writes it."""
    found = [
        (parent, properties)
        for parent in stacks
        for type in _TYPES
        for _, resource in parent.of_type(type)
        for file, properties in _nested(parent, resource)
        if file == normpath(stack.file)
    ]
    if len(found) != 1:
        return None
    parent, properties = found[0]
    given = properties.get("Parameters")
    return (parent, given[parameter]) if isinstance(given, Mapping) and parameter in given else None


def output_of(stack: Stack, stacks: Sequence[Stack], id: str, name: str) -> tuple[Stack, Any] | None:
    """The template that a nested stack is made of, and an output of it, as that writes it."""
    resource = stack.resources.get(id)
    files = [file for file, _ in _nested(stack, resource)] if isinstance(resource, Mapping) else []
    for child in stacks:
        output = child.outputs.get(name)
        if normpath(child.file) in files and isinstance(output, Mapping) and "Value" in output:
            return child, output["Value"]
    return None


def _nested(stack: Stack, resource: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The file that a nested stack is made of, and its properties; nothing where it is not told."""
    properties, metadata = resource.get("Properties"), resource.get("Metadata")
    if isinstance(properties, Mapping) and (named := _TYPES.get(str(resource.get("Type")))):
        asset = metadata.get(_ASSET) if isinstance(metadata, Mapping) else None
        for path in (properties.get(named), asset):
            if isinstance(path, str):
                yield normpath(Path(stack.file).parent / path), properties
