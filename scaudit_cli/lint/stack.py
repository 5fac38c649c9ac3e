"""One CloudFormation or SAM template: its parameters, conditions and resources, before anything in it is resolved."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaudit_cli.lint.loops import written_out
from scaudit_cli.lint.opens import mark
from scaudit_cli.lint.scalars import text_of_scalar
from scaudit_cli.usage import Refused

SERVICE, TASK_DEFINITION = "AWS::ECS::Service", "AWS::ECS::TaskDefinition"
_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")
_KNOWN_TRANSFORMS = re.compile(
    r"AWS::(Serverless-\d{4}-\d\d-\d\d|LanguageExtensions|CodeDeployBlueGreen|SecretsManager-.*)"
)
_ALIKE_EVERYWHERE = {"AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix"}
"""Files that are judged together are taken to go to one account and Region."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The sections of a template, with `Fn::ForEach` written out. `obscure` tells what text from elsewhere it takes
    in, which may hold services."""

    file: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    obscure: tuple[str, ...] = ()
    _by_type: dict[str, list[tuple[str, Mapping[str, Any]]]] = field(init=False, default_factory=dict)

    def mark(self, label: str) -> str:
        """The text of what this template calls so."""
        return mark(label, "" if label in _ALIKE_EVERYWHERE else self.file)

    def of_type(self, type: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """The logical id of each resource of a type, and the resource."""
        if not self._by_type:
            for id, resource in self.resources.items():
                if isinstance(resource, Mapping) and isinstance(of := resource.get("Type"), str):
                    self._by_type.setdefault(of, []).append((id, resource))
        return self._by_type.get(type, ())

    def parameter(self, name: str) -> Mapping[str, Any] | None:
        """The declaration of a parameter."""
        found = self.parameters.get(name)
        return found if isinstance(found, Mapping) else None

    def choices(self, text: str) -> tuple[str, ...]:
        """The values that the open text may have, where it is a parameter with AllowedValues."""
        for name in self.parameters:
            if text == self.mark(name):
                allowed = (self.parameter(name) or {}).get("AllowedValues")
                return tuple(map(text_of_scalar, allowed)) if isinstance(allowed, list) else ()
        return ()


def stack_of(file: str, content: Mapping[str, Any]) -> Stack:
    """The sections of a template. Raises Refused for names that YAML has read as something else."""
    found = {section: content.get(section) for section in _SECTIONS}
    given = {section: value if isinstance(value, Mapping) else {} for section, value in found.items()}
    for section, value in given.items():
        for name in value:
            if not isinstance(name, str):
                raise Refused(f"cannot read {file}: YAML reads a name in {section} as {name!r}; write it in quotes")
    loops: list[str] = []
    expanded = {
        section.lower(): written_out(value, given, loops) if section != "Mappings" else value
        for section, value in given.items()
    }
    return Stack(file, **expanded, obscure=(*loops, *_from_elsewhere(content, given["Resources"])))


def _from_elsewhere(content: Mapping[str, Any], resources: Mapping[str, Any]) -> Iterator[str]:
    """What replaces parts of the template when it is deployed (AWS: CloudFormation template macros)."""
    transforms = content.get("Transform")
    for transform in transforms if isinstance(transforms, list) else [transforms]:
        name = transform.get("Name") if isinstance(transform, Mapping) else transform
        if name is not None and not _KNOWN_TRANSFORMS.fullmatch(str(name)):
            yield f"macro {name} may change the template when it is deployed"
    if "Fn::Transform" in resources or "Fn::Transform" in content:
        yield "Fn::Transform puts resources into the template when it is deployed"
    for id, resource in resources.items():
        if isinstance(resource, Mapping) and "Fn::Transform" in resource:
            yield f"Fn::Transform makes {id} what it is when it is deployed"
