"""What is wrong between the resources of one template, before any of them is made.

AWS: ClusterServiceConnectDefaultsRequest ("If you enter a new name, a Cloud Map namespace will be created");
CloudFormation, DependsOn (what depends on nothing is made at the same time); NamespaceNotFoundException, reported in
terraform-aws-modules/terraform-aws-ecs issue 116.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scaudit.model import Severity
from scaudit.values import dataclass
from scaudit_cli.lint.about import NAMESPACE
from scaudit_cli.lint.declarations import Declared
from scaudit_cli.lint.fit import line_of
from scaudit_cli.lint.opens import written
from scaudit_cli.lint.parts import place_in
from scaudit_cli.lint.surroundings import Made, Surroundings
from scaudit_cli.output.finding import Place

if TYPE_CHECKING:
    from scaudit_cli.lint.stack import Stack


@dataclass(frozen=True, slots=True)
class Fault:
    """What makes a check fail for a service, and where; `severity` only where it is not the check's."""

    check: str
    sentence: str
    place: Place
    severity: Severity | None = None


def faults_of(service: Declared, around: Surroundings) -> Iterator[Fault]:
    """Every fault in what a service's namespace and cluster are in the template."""
    named = (service.parameters.get("serviceConnectConfiguration") or {}).get("namespace")
    at = place_in(service, NAMESPACE)
    if named:
        yield from _own(service, str(named), around.namespace_made, at)
    elif around.cluster_made and around.default == "" and not _default_is_open(around.cluster_made):
        told = f"no namespace is named, and cluster {around.cluster_made.id} sets no default (not confirmed on AWS)"
        yield Fault("SC101", told, at, Severity.WARNING)
    if around.cluster_made and around.default and around.namespace_made:
        yield from _default(around.cluster_made, around.default, around.namespace_made)


def _own(service: Declared, named: str, made: Made | None, at: Place) -> Iterator[Fault]:
    if made is None:
        return
    if named == made.ref:
        yield Fault("SC101", f"namespace is the id of {made.id}, {_instead(made)}", at)
    elif named == made.name and made.stack.file == service.file and made.id not in _before(made.stack, service.id):
        told = f"namespace {written(named)} is made by this template, and nothing makes the service wait for it"
        yield Fault("SC101", f"{told}: {_instead(made)}", at, Severity.WARNING)


def _default(cluster: Made, default: str, made: Made) -> Iterator[Fault]:
    at = Place(cluster.stack.file, line_of(cluster.properties.get("ServiceConnectDefaults")))
    if default == made.ref:
        told = f"the default namespace of cluster {cluster.id} is the id of {made.id}"
        yield Fault("SC101", f"{told}, {_instead(made)}", at)
    elif default == made.name and made.stack is cluster.stack and made.id not in _before(made.stack, cluster.id):
        told = f"cluster {cluster.id} has namespace {written(default)} made, and so has {made.id}: there may be two"
        yield Fault("SC110", f"{told}; {_instead(made)}", at)


def _instead(made: Made) -> str:
    return f"expected Fn::GetAtt [{made.id}, Arn]"


def _default_is_open(cluster: Made) -> bool:
    """Whether the cluster says something of a default that the file does not settle."""
    defaults = cluster.evaluator.value(cluster.properties.get("ServiceConnectDefaults"))
    return isinstance(defaults, str) or (isinstance(defaults, Mapping) and "Namespace" in defaults)


def _before(stack: "Stack", id: str) -> set[str]:
    """The resources that are made before one, for it refers to them or waits for them."""
    found: set[str] = set()
    left = [id]
    while left:
        resource = stack.resources.get(left.pop())
        new = {name for name in _named(resource) if name in stack.resources} - found
        found |= new
        left += new
    return found


def _named(node: Any) -> Iterator[str]:  # noqa: ANN401
    """Every name that an expression in a resource may mean a resource by."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in ("Ref", "DependsOn", "Fn::GetAtt", "Fn::Sub"):
                yield from _texts(value)
            yield from _named(value)
    elif isinstance(node, list):
        for item in node:
            yield from _named(item)


def _texts(node: Any) -> Iterator[str]:  # noqa: ANN401
    for text in node if isinstance(node, list) else [node]:
        if isinstance(text, str):
            yield text.split(".")[0]
            yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}][^}]*)\}", text))
