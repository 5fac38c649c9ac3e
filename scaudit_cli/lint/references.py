"""Names in a resource of a template that nothing in the template has: CloudFormation refuses it ("Unresolved resource
dependencies"; AWS: CloudFormation intrinsic functions, Ref, Fn::GetAtt, Fn::Sub, and Conditions)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scaudit.model import Severity
from scaudit_cli.lint.fit import Complaint, line_of
from scaudit_cli.lint.stack import Stack

_NAMED = re.compile(r"\$\{\s*([^!}\s][^}]*?)\s*\}")


def unknown_names(stack: Stack, id: str) -> Iterator[Complaint]:
    """Every name of a parameter, a resource or a condition that a resource uses and its template does not have. Nothing
    where the template is not whole, for what is added to it may have the name. A warning, for a file may be a part of
    what is deployed (so are Copilot's overrides)."""
    resource = stack.resources[id]
    if not stack.whole:
        return
    at = line_of(resource)
    if isinstance(condition := resource.get("Condition"), str) and condition not in stack.conditions:
        yield _complaint(f"Condition {condition}", "condition", line_of(condition) or at)
    waits = resource.get("DependsOn")
    for name in waits if isinstance(waits, list) else [waits]:
        if isinstance(name, str) and name not in stack.resources:
            yield _complaint(f"DependsOn {name}", "resource", line_of(name) or at)
    known = stack.parameters.keys() | stack.resources.keys()
    for how, name, line in _references(resource.get("Properties"), at):
        if how == "Fn::If" and name not in stack.conditions:
            yield _complaint(f"{how} {name}", "condition", line)
        elif how != "Fn::If" and name not in known and not name.startswith("AWS::"):
            yield _complaint(f"{how} {name}", "parameter or resource", line)


def _complaint(used: str, kind: str, line: int) -> Complaint:
    return Complaint("", f"{used}: the template has no {kind} of that name", Severity.WARNING, line)


def _references(node: Any, line: int) -> Iterator[tuple[str, str, int]]:  # noqa: ANN401
    """How a name is used, the name, and its line; not those that an Fn::Sub brings itself."""
    line = line_of(node) or line
    if isinstance(node, list):
        for item in node:
            yield from _references(item, line)
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        at = line_of(value) or line_of(key) or line
        if key == "Ref" and isinstance(value, str):
            yield key, value.split(".")[0], at
        elif key == "Fn::GetAtt" and (first := value[0] if isinstance(value, list) and value else value):
            if isinstance(first, str):
                yield key, first.split(".")[0], at
        elif key == "Fn::If" and isinstance(value, list) and value and isinstance(value[0], str):
            yield key, value[0], at
        elif key == "Fn::Sub":
            text, own = value if isinstance(value, list) and len(value) == 2 else (value, {})
            names = own.keys() if isinstance(own, Mapping) else ()
            for name in _NAMED.findall(text) if isinstance(text, str) else ():
                if name not in names:
                    yield key, name.split(".")[0], at
        if key != "Ref":
            yield from _references(value, at)
