"""The limits that ECS sets to values, beside their types.

Ranges and enumerations are botocore's. What its shapes do not say stands in the API's pages on ServiceConnectService,
ServiceConnectClientAlias, PortMapping, ServiceConnectConfiguration, RegisterTaskDefinition and CreateService, and in
the answers of ECS that are quoted.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore import __version__ as botocore_version
from botocore.model import Shape

from scaudit.model import Severity
from scaudit_cli.lint.about import NAMESPACE
from scaudit_cli.lint.fit import Complaint, Fitted, shown

_MESH = "serviceConnectConfiguration"
_SERVICES, _CONTAINERS = f"{_MESH}.services", "containerDefinitions"
_ALIASES = f"{_SERVICES}.clientAliases"
_PORT_NAME = (r"(?!-)[a-z0-9_-]{1,64}", "1 to 64 lowercase letters, digits, _ and -, not beginning with -")
_NAME = (r"[A-Za-z0-9_-]{1,255}", "1 to 255 letters, digits, _ and -")
_ALPHABETS = {
    f"{_SERVICES}.portName": _PORT_NAME,
    f"{_SERVICES}.discoveryName": _PORT_NAME,
    f"{_CONTAINERS}.portMappings.name": _PORT_NAME,
    f"{_ALIASES}.dnsName": (
        r"(?!-)[a-z0-9_.-]{1,127}",
        "1 to 127 lowercase letters, digits, _, - and ., not beginning with -",
    ),
    "serviceName": _NAME,
    "family": _NAME,
    f"{_CONTAINERS}.name": _NAME,
}
_CLOSED = re.compile(rf"{_MESH}\..*|{_CONTAINERS}\.portMappings\.appProtocol|networkMode")
"""Where ECS takes nothing but what is enumerated. Elsewhere AWS adds values, and takes some that are not listed: "any
other specified value as tcp" (PortMapping, protocol)."""
_LOWEST_INGRESS_PORT = 1025
_ID = re.compile(r"ns-[a-z0-9]{8,}")


def beyond_limits(parameters: Mapping[str, Any], found: Fitted) -> Iterator[Complaint]:
    """Every value that is of its type and still none that ECS takes, as far as the values are known."""
    for path, (value, shape) in found.parts.items():
        around = (f"{path}[", f"{path}.clientAliases")  # what is left out cannot be counted
        if any(each == path or each.startswith(around) for each in found.unresolved):
            continue
        if path in found.opens or not value_counts(path, parameters):
            continue
        for sentence, severity in _beyond(path, re.sub(r"\[\d+\]", "", path), value, shape):
            yield Complaint(path, sentence, severity, found.lines.get(path, found.lines.get("", 0)))


def value_counts(path: str, parameters: Mapping[str, Any]) -> bool:
    """Whether ECS looks at a value: not at the rest of a configuration that is switched off."""
    return not path.startswith(f"{_MESH}.") or parameters[_MESH].get("enabled") is not False


def _beyond(path: str, bare: str, value: Any, shape: Shape) -> Iterator[tuple[str, Severity | None]]:  # noqa: ANN401
    is_ = f"{path} is {shown(value)}"
    if bare == _SERVICES and isinstance(value, Mapping):
        aliases = value.get("clientAliases", [])
        if isinstance(aliases, list) and len(aliases) != 1:
            # "clientAliases must have 1 element" (hashicorp/terraform-provider-aws, issue 44027)
            yield f"{path}.clientAliases has {len(aliases)} elements, expected 1", None
    elif bare in _ALPHABETS:
        pattern, words = _ALPHABETS[bare]
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            yield f"{is_}, expected {words}", None
    elif bare == NAMESPACE and isinstance(value, str):
        yield from _namespace(is_, value)
    elif bare == f"{_SERVICES}.ingressPortOverride" and isinstance(value, int) and value < _LOWEST_INGRESS_PORT:
        # "IngressPortOverride cannot use ports <= 1024" (hashicorp/terraform-provider-aws, issue 28293)
        yield f"{is_}, expected {_LOWEST_INGRESS_PORT} to 65535", None
    else:
        yield from _modelled(bare, is_, value, shape)


def _namespace(is_: str, value: str) -> Iterator[tuple[str, Severity | None]]:
    if value.startswith("arn:") and not re.fullmatch(r"arn:[^:]+:servicediscovery:[^:]+:\d{12}:namespace/\S+", value):
        yield f"{is_}, expected the ARN of a namespace (arn:...:servicediscovery:...:namespace/ns-...) or a name", None
    elif _ID.fullmatch(value):
        yield f"{is_}, which looks like an id, expected a name or an ARN (not confirmed on AWS)", Severity.WARNING
    elif not re.fullmatch(r"[!-~]{1,1024}", value):  # Cloud Map: CreateHttpNamespace, Name
        yield f"{is_}, expected 1 to 1024 visible characters of ASCII", None


def _modelled(bare: str, is_: str, value: Any, shape: Shape) -> Iterator[tuple[str, Severity | None]]:  # noqa: ANN401
    """What botocore itself says of the values of a shape."""
    known = getattr(shape, "enum", None) or []
    if known and isinstance(value, str) and value not in known:
        if _CLOSED.fullmatch(bare):
            yield f"{is_}, expected {_either(known)}", None
        else:
            yield f"{is_}, and botocore {botocore_version} knows only {_either(known)}: it may be newer", Severity.INFO
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    size = value if isinstance(value, int | float) else len(value) if isinstance(value, str | list) else low
    if (low is not None and size < low) or (high is not None and size > high):
        what = is_ if isinstance(value, int | float) else f"{is_}, which is {size} long"
        yield f"{what}, expected {low or 0} to {high}" if high is not None else f"{what}, expected at least {low}", None


def _either(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
