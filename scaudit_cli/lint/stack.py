"""One CloudFormation or SAM template: its parameters, conditions and resources, before anything in it is resolved."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from scaudit.values import dataclass
from scaudit_cli.lint.loops import LOOP, OPEN, written_out
from scaudit_cli.lint.opens import mark
from scaudit_cli.lint.scalars import text_of_scalar
from scaudit_cli.usage import Refused

SERVICE, TASK_DEFINITION = "AWS::ECS::Service", "AWS::ECS::TaskDefinition"
_SECTIONS = ("Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs")
_EXTENSIONS = "AWS::LanguageExtensions"
_KNOWN_TRANSFORMS = re.compile(
    r"AWS::(Serverless-\d{4}-\d\d-\d\d|LanguageExtensions|CodeDeployBlueGreen|SecretsManager-.*)"
)
_ALIKE_EVERYWHERE = {"AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix"}
"""Files that are judged together are taken to go to one account and Region."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The sections of a template, with `Fn::ForEach` written out. `obscure` tells what text from elsewhere it takes
    in, which may hold services, and `rewritten` what may change all resources when the template is deployed. `whole`:
    what its names mean is all in it, for nothing adds parameters, conditions or resources."""

    file: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    obscure: tuple[str, ...] = ()
    rewritten: str = ""
    whole: bool = True
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

    def why_hidden(self, id: str) -> str:
        """Why a resource may come out other than it is written; empty for one that does not."""
        names = [str(name) for name in self.resources[id]]
        if "Fn::Transform" in names:
            return f"Fn::Transform makes {id} what it is when it is deployed"
        return self.rewritten or next((f"{name} {OPEN}" for name in names if name.startswith(LOOP)), "")

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
    expanded: dict[str, Any] = {
        section.lower(): written_out(value, given, loops) if section != "Mappings" else value
        for section, value in given.items()
    }
    macros = list(_macros(content, given["Resources"]))
    added = [_ADDED] if "Fn::Transform" in given["Resources"] and not macros else []
    stack = Stack(file, **expanded, rewritten="; ".join(macros))
    made = [stack.why_hidden(id) for id, one in given["Resources"].items() if "Fn::Transform" in _object(one)]
    modules = [
        f"{id} is of module {type}, which may hold services {_PROCESSED}"
        for id, one in given["Resources"].items()
        if (type := str(_object(one).get("Type"))).endswith("::MODULE")
    ]
    obscure = (*dict.fromkeys(loops), *macros, *added, *made, *modules, *_packaged(content, given["Resources"]))
    whole = not obscure and not any("Fn::Transform" in section for section in given.values())
    return replace(stack, obscure=obscure, whole=whole and set(_transforms(content)) <= {_EXTENSIONS})


_ADDED = "Fn::Transform puts resources into the template when it is deployed"
_PACKAGED = "(give the template that is deployed: rain pkg makes it)"
_PROCESSED = "(aws cloudformation get-template --template-stage Processed tells what it became)"


def _packaged(content: Mapping[str, Any], resources: Mapping[str, Any]) -> Iterator[str]:
    """What a tool puts into the template before it is deployed: sections, resources and types that CloudFormation does
    not know (rain: Modules, !Rain::Module, !Rain::Include)."""
    for name in _object(content.get("Modules")):
        yield f"module {name} may hold services {_PACKAGED}"
    for id, one in resources.items():
        if id.startswith("Fn::") and not id.startswith((LOOP, "Fn::Transform")):
            yield f"{id} may hold services {_PACKAGED}"
        elif (function := next(_functions(one), "")) or (function := next(_functions(_object(one).get("Type")), "")):
            yield f"{id} is of {function}, which may hold services {_PACKAGED}"


def _functions(node: object) -> Iterator[str]:
    """The functions that stand in the place of a resource, or of its type."""
    return (
        str(name)
        for name in _object(node)
        if str(name).startswith("Fn::") and not str(name).startswith((LOOP, "Fn::Transform"))
    )


def _macros(content: Mapping[str, Any], resources: Mapping[str, Any]) -> Iterator[str]:
    """What may change every resource: a macro is given the whole template, or all that stands beside its Fn::Transform.
    Only AWS::Include does not change what it stands beside (AWS: CloudFormation template macros, processing scope)."""
    beside = [name for name in _named(resources.get("Fn::Transform")) if name != "AWS::Include"]
    for name in (*_transforms(content), *beside):
        if not _KNOWN_TRANSFORMS.fullmatch(name):
            yield f"macro {name} may change the template when it is deployed {_PROCESSED}"


def _transforms(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _named(content.get("Transform"))
    yield from _named(content.get("Fn::Transform"))


def _named(transform: object) -> Iterator[str]:
    for each in transform if isinstance(transform, list) else [transform]:
        name = each.get("Name") if isinstance(each, Mapping) else each
        if name is not None:
            yield str(name)


def _object(node: object) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}
