"""What is told as a warning: pages and tools of AWS say that it is wrong, and what ECS answers was not seen.

AWS: PortMapping ("You can't expose the same container port for multiple protocols"), LogConfiguration (options),
ServiceConnectTlsConfiguration; aws-cdk, aws-ecs (addPortMappings refuses a name twice, awsPcaAuthorityArn must be an
ARN); what ECS says of awslogs-create-group: terraform-linters/tflint-ruleset-aws, issue 348; of a port that is mapped
twice: terraform-aws-modules/terraform-aws-ecs, issue 89, where the console took it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scaudit.model import Severity
from scaudit_cli.lint.about import OF_SERVICE
from scaudit_cli.lint.fit import Complaint, Fitted, shown
from scaudit_cli.lint.limits import value_counts
from scaudit_cli.lint.opens import is_open

_UNSURE = "(not confirmed on AWS)"
_MAPPINGS = "portMappings"


def doubts(parameters: Mapping[str, Any], found: Fitted) -> Iterator[Complaint]:
    """Every such value of a request, as far as the values are known."""
    for path, sentence in _told(parameters, found):
        near = path
        while near and near not in found.lines:
            near = near.rpartition(".")[0]
        yield Complaint(path, f"{sentence} {_UNSURE}", Severity.WARNING, found.lines.get(near, 0))


def _told(parameters: Mapping[str, Any], found: Fitted) -> Iterator[tuple[str, str]]:
    if value_counts(f"{OF_SERVICE}.", parameters):
        yield from _overrides(found)
        yield from _log(parameters, found)
        yield from _arns(found)
    yield from _ports(found)


def _known(found: Fitted, ending: str) -> Iterator[tuple[str, object]]:
    """The values at paths that end so, but for what is open."""
    for path, value in found.values.items():
        if path.endswith(ending) and path not in found.opens:
            yield path, value


def _overrides(found: Fitted) -> Iterator[tuple[str, str]]:
    """Two listeners of one proxy cannot have one port."""
    yield from _twice(_known(found, "].ingressPortOverride"), "as that of another endpoint")


def _ports(found: Fitted) -> Iterator[tuple[str, str]]:
    """A name that two ports have leads to one of them; and a port is mapped once in a container."""
    yield from _twice(_in(found, ".name"), "as that of another port mapping")
    own: dict[str, list[tuple[str, object]]] = {}
    for path, port in _in(found, ".containerPort"):
        own.setdefault(path.partition(f".{_MAPPINGS}[")[0], []).append((path, port))
    for ports in own.values():
        yield from _twice(iter(ports), "as that of another port mapping of the container")


def _in(found: Fitted, ending: str) -> Iterator[tuple[str, object]]:
    return (each for each in _known(found, f"]{ending}") if f".{_MAPPINGS}[" in each[0])


def _twice(values: Iterator[tuple[str, object]], what: str) -> Iterator[tuple[str, str]]:
    seen = set[object]()
    for path, value in values:
        if value in seen:
            yield path, f"{path} is {shown(value)}, {what}"
        seen.add(value)


def _log(parameters: Mapping[str, Any], found: Fitted) -> Iterator[tuple[str, str]]:
    log = f"{OF_SERVICE}.logConfiguration"
    given = (parameters.get(OF_SERVICE) or {}).get("logConfiguration") or {}
    options = given.get("options") or {}
    if given.get("logDriver") != "awslogs" or any(path.startswith(log) for path in found.unresolved):
        return
    if "awslogs-region" not in options:
        yield f"{log}.options", f"{log}.options has no awslogs-region, which awslogs requires"
    made = options.get("awslogs-create-group")
    if isinstance(made, str) and not is_open(made) and made != "true":
        path = f"{log}.options.awslogs-create-group"
        yield path, f"{path} is {shown(made)}, expected true, or nothing at all"


def _arns(found: Fitted) -> Iterator[tuple[str, str]]:
    for name in ("tls.issuerCertificateAuthority.awsPcaAuthorityArn", "tls.roleArn"):
        for path, value in _known(found, f"].{name}"):
            if isinstance(value, str) and not value.startswith("arn:"):
                yield path, f"{path} is {shown(value)}, expected an ARN"
