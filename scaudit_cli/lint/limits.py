"""The limits that ECS sets to values, beside their types.

Ranges and enumerations are botocore's. What its shapes do not say stands in the API's pages on ServiceConnectService,
ServiceConnectClientAlias, PortMapping, ServiceConnectConfiguration, RegisterTaskDefinition and CreateService, and in
the answers of ECS that are quoted.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from botocore import __version__ as botocore_version
from botocore.model import Shape

from scaudit.model import Severity
from scaudit_cli.lint.about import NAMESPACE
from scaudit_cli.lint.fit import Complaint, Fitted, shown
from scaudit_cli.lint.opens import OpenText, mark, marks_in, with_values, written

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
_NUMBERS = {
    "platformVersion": (r"(?i)latest|[0-9]{1,3}(\.[0-9]{1,3}){0,3}", "LATEST or a version (1.4.0)"),
    "cpu": (r"(?i)\s*([0-9]{1,9}|([0-9]{1,9}\.?[0-9]*|\.[0-9]+)\s*vcpus?)\s*", "CPU units (512) or vCPU (.5 vCPU)"),
    "memory": (r"(?i)\s*([0-9]{1,9}|([0-9]{1,9}\.?[0-9]*|\.[0-9]+)\s*gb)\s*", "MiB (1024) or GB (1 GB)"),
}
_WRITTEN = _ALPHABETS | _NUMBERS
_CLOSED = re.compile(rf"{_MESH}\..*|{_CONTAINERS}\.portMappings\.appProtocol|networkMode")
"""Where ECS takes nothing but what is enumerated. Elsewhere AWS adds values, and takes some that are not listed: "any
other specified value as tcp" (PortMapping, protocol)."""
_INGRESS_PORTS = range(1025, 65536)
_NAMESPACE_ARN = "the ARN of a namespace (arn:...:servicediscovery:...:namespace/ns-...) or a name"
_ANYWHERE = {mark("AWS::Partition"): "aws", mark("AWS::Region"): "eu-west-1", mark("AWS::AccountId"): "123456789012"}
_SHORTEST = ("", "a")
"""What stands for an open part of a name: nothing, and a letter that is always allowed."""
_MOST_FILLINGS = 64
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
    for path, text in found.opens.items():
        expected = _never_fits(re.sub(r"\[\d+\]", "", path), text, found.choices) or _no_switch(text, found.choices)
        if expected and value_counts(path, parameters):
            yield Complaint(path, f'{path} is "{written(text)}", expected {expected}', None, found.lines.get(path, 0))


def _never_fits(bare: str, text: str, choices: Mapping[str, tuple[str, ...]]) -> str:
    """What is expected of an open text that no value of what is open in it makes right; empty if one may."""
    if bare == NAMESPACE:
        return _NAMESPACE_ARN if _is_of_no_namespace(with_values(text, _ANYWHERE)) else ""
    if bare not in _ALPHABETS:
        return ""
    pattern, words = _ALPHABETS[bare]
    marks = list(dict.fromkeys(marks_in(text)))
    each = product(*(choices.get(mark) or _SHORTEST for mark in marks))
    texts = (with_values(text, dict(zip(marks, values, strict=True))) for values in islice(each, _MOST_FILLINGS))
    return "" if any(re.fullmatch(pattern, one) for one in texts) else words


def _no_switch(text: OpenText, choices: Mapping[str, tuple[str, ...]]) -> str:
    """The same of an open boolean."""
    allowed = choices.get(text, ()) if text.kind == "boolean" else ()
    return "true or false" if allowed and not {"true", "false"} & {value.lower() for value in allowed} else ""


def _is_of_no_namespace(text: str) -> bool:
    """Whether an ARN is another thing's by what is settled of it, up to the first open part."""
    settled = text.split(marks_in(text)[0])[0] if marks_in(text) else text
    head, *parts = settled.split(":", 5)
    if head != "arn" or len(parts) < 3:
        return False
    resource = parts[4] if len(parts) == 5 else ""
    fits = resource.startswith("namespace/") or "namespace/".startswith(resource)
    return parts[1] != "servicediscovery" or not fits


def value_counts(path: str, parameters: Mapping[str, Any]) -> bool:
    """Whether ECS looks at a value: not at the rest of a configuration that is switched off."""
    return not path.startswith(f"{_MESH}.") or (parameters.get(_MESH) or {}).get("enabled") is not False


def _beyond(path: str, bare: str, value: Any, shape: Shape) -> Iterator[tuple[str, Severity | None]]:  # noqa: ANN401
    is_ = f"{path} is {shown(value)}"
    if bare == _SERVICES and isinstance(value, Mapping):
        aliases = value.get("clientAliases", [])
        if isinstance(aliases, list) and len(aliases) != 1:
            # "clientAliases must have 1 element" (hashicorp/terraform-provider-aws, issue 44027)
            yield f"{path}.clientAliases has {len(aliases)} elements, expected 1", None
    elif bare in _WRITTEN:
        pattern, words = _WRITTEN[bare]
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            yield f"{is_}, expected {words}", None
    elif bare == NAMESPACE and isinstance(value, str):
        yield from _namespace(is_, value)
    elif bare == f"{_SERVICES}.ingressPortOverride" and isinstance(value, int) and value not in _INGRESS_PORTS:
        # "IngressPortOverride cannot use ports <= 1024" (hashicorp/terraform-provider-aws, issue 28293)
        yield f"{is_}, expected {_INGRESS_PORTS[0]} to {_INGRESS_PORTS[-1]}", None
    elif bare == f"{_ALIASES}.port" and value == 0:
        yield f"{is_}, expected 1 to 65535 (not confirmed on AWS)", Severity.WARNING
    else:
        yield from _modelled(bare, is_, value, shape)


def _namespace(is_: str, value: str) -> Iterator[tuple[str, Severity | None]]:
    if value.startswith("arn:") and not re.fullmatch(r"arn:[^:]+:servicediscovery:[^:]+:\d{12}:namespace/\S+", value):
        yield f"{is_}, expected {_NAMESPACE_ARN}", None
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
