"""What `terraform show -json` prints of a plan or a state: aws_ecs_service and aws_ecs_task_definition.

HashiCorp: JSON Output Format; the names of the blocks: registry, hashicorp/aws, aws_ecs_service.
"""

import re
from collections.abc import Iterator, Mapping, Set
from itertools import count
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from scaudit_cli.lint.formats.foreign import DEPLOYED
from scaudit_cli.lint.formats.placeholders import settled
from scaudit_cli.lint.formats.terraform_links import SERVICE, TASK, Links, object_of, objects_of
from scaudit_cli.lint.formats.terraform_surroundings import Surroundings, Unknown
from scaudit_cli.lint.marked_json import Malformed, Mark, MarkedObject, MarkedText, marked_json
from scaudit_cli.lint.opens import placeholder
from scaudit_cli.lint.request import CREATE, MODELLED, REGISTER, Dialect, Request, shape_of
from scaudit_cli.lint.scalars import coerced

_RENAMED = {
    "name": "serviceName",
    "service": "services",
    "client_alias": "clientAliases",
    "secret_option": "secretOptions",
    "issuer_cert_authority": "issuerCertificateAuthority",
}
"""Names of the provider that are not the API's in another spelling."""
_NOT_SENT = {"ingressPortOverride": 0}
"""What the provider takes for nothing, beside empty texts and lists (hashicorp/terraform-provider-aws, issue 28293)."""
_OF_CLOUD_CONTROL = "awscc_ecs_service"
_STACKS = {
    "aws_cloudformation_stack",
    "aws_cloudformation_stack_set",
    "awscc_cloudformation_stack",
    "awscc_cloudformation_stack_set",
}
_COMPUTED = {"discovery_name", "dns_name"}
"""What AWS decides on where a dynamic block leaves it out; who writes them has them at the plan."""
_PARTS = (StructureShape, ListShape, MapShape)
"""Shapes of what the configuration has as blocks, which it does not always show."""
_LATER = "(known only after apply)"
_NUMBERS = count(1)
"""No two values that are not known are one, but for those that have a scope."""


def _settled(node: Any) -> Any:  # noqa: ANN401
    if isinstance(node, Unknown):
        return placeholder(str(node), node.scope or str(next(_NUMBERS)))
    return settled(node)


_DIALECT = Dialect(_settled, _settled, any_case=True, partial=True, nulls=True)


def requests_of(file: str, content: Mapping[str, Any]) -> Iterator[Request]:
    """Each service and task definition that is there after the plan, linked as the configuration links them."""
    whole = object_of(content.get("planned_values")) or object_of(content.get("values"))
    unknown = dict(_unknown(content))
    resources = {str(one.get("address")): one for one in _resources(object_of(whole.get("root_module")))}
    links = Links(content.get("configuration"))
    around = Surroundings(file, resources, unknown, links)
    tasks = {address for address, one in resources.items() if one.get("type") == TASK}
    for address, resource in resources.items():
        values, open_ = object_of(resource.get("values")), unknown.get(address, {})
        if resource.get("type") == TASK:
            written = links.written(address)
            yield Request(REGISTER, file, _task_definition(resource, values, open_, written), _DIALECT, address)
        elif resource.get("type") == SERVICE:
            linked = links.of(address, tasks, open_=open_.get("task_definition") is True)
            parameters = _structure(resource, values, open_, shape_of(CREATE), MODELLED[CREATE], links.written(address))
            doubts = list(around.complete(address, parameters))
            uses = (file, linked) if linked else None
            yield Request(CREATE, file, parameters, _DIALECT, address, uses, of_namespace=doubts)


def obscure_in(content: Mapping[str, Any]) -> Iterator[str]:
    """What of it may make services that are not read here."""
    whole = object_of(content.get("planned_values")) or object_of(content.get("values"))
    for one in _resources(object_of(whole.get("root_module"))):
        kind, body = str(one.get("type")), object_of(one.get("values")).get("template_body")
        if kind == _OF_CLOUD_CONTROL:
            yield f"{one.get('address')} is a service of a provider that is not read: {DEPLOYED}"
        elif kind in _STACKS and not (isinstance(body, str) and "AWS::ECS::" not in body):
            yield f"{one.get('address')} may have services: give its template"


def _unknown(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What of each resource is known only after apply."""
    for change in objects_of(content.get("resource_changes")):
        yield str(change.get("address")), object_of(object_of(change.get("change")).get("after_unknown"))


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for resource in objects_of(module.get("resources")):
        if resource.get("mode", "managed") == "managed":
            yield resource
    for child in objects_of(module.get("child_modules")):
        yield from _resources(child)


def _task_definition(
    resource: Mapping[str, Any], values: Mapping[str, Any], unknown: Mapping[str, Any], written: object
) -> MarkedObject:
    """The containers are a text of JSON within the JSON."""
    made = _structure(resource, values, unknown, shape_of(REGISTER), MODELLED[REGISTER], written)
    text, name = values.get("container_definitions"), MarkedText("containerDefinitions")
    mark: Mark = getattr(text, "start_mark", made.start_mark)
    name.start_mark = mark
    made.pop(name, None)
    if unknown.get("container_definitions") is True or not isinstance(text, str):
        made[name] = Unknown(_LATER)
    else:
        try:
            made[name] = _at(marked_json(text), mark)
        except Malformed:
            made[name] = text
    return made


def _at(node: Any, mark: Mark) -> Any:  # noqa: ANN401
    """All that is in a text of JSON is at the line of that text."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            name.start_mark = mark
            _at(value, mark)
    elif isinstance(node, list):
        for item in node:
            _at(item, mark)
    if hasattr(node, "start_mark"):
        node.start_mark = mark
    return node


def _structure(
    at: object,
    values: Mapping[str, Any],
    unknown: Mapping[str, Any],
    shape: StructureShape,
    judged: Set[str],
    written: object,
) -> MarkedObject:
    """A block of the provider as a structure of the API; what the API does not know is the provider's own business.

    `written` is the block in the configuration, None where that does not show it (a dynamic block). What is unknown
    and not written there is not sent: AWS decides on it, and the provider reads it back.
    """
    made = MarkedObject()
    made.start_mark = getattr(at, "start_mark", Mark(0))
    for given in [*values, *(name for name in unknown if name not in values)]:
        name = MarkedText(_called(given, shape))
        name.start_mark = getattr(given, "start_mark", made.start_mark)
        left = given not in written if isinstance(written, Mapping) else given in _COMPUTED
        decided = left and unknown.get(given) is True
        if name in judged and not (decided and not isinstance(shape.members[name], _PARTS)):
            part = written.get(given) if isinstance(written, Mapping) else None
            value = _value(values.get(given), unknown.get(given), shape.members[name], part)
            if value not in (None, "", []) and value != _NOT_SENT.get(name):
                made[name] = value
    return made


def _called(given: str, shape: StructureShape) -> str:
    """What the API calls it there: the `name` of a service is its serviceName, that of a header its name."""
    renamed = _RENAMED.get(given, "")
    return renamed if renamed in shape.members else re.sub(r"_(\w)", lambda found: found[1].upper(), given)


def _value(value: Any, unknown: Any, shape: Shape, written: object) -> Any:  # noqa: ANN401
    if unknown is True:
        return Unknown(_LATER)
    if isinstance(shape, StructureShape):  # a block is a list of one
        blocks, open_, shown = (one if isinstance(one, list) else [one] for one in (value, unknown, written))
        if not blocks or not isinstance(blocks[0], Mapping):
            return blocks[0] if blocks else None
        now, later = blocks[0], object_of(open_[0] if open_ else None)
        return _structure(now, now, later, shape, shape.members.keys(), shown[0] if len(shown) == 1 else None)
    if isinstance(shape, ListShape) and isinstance(shape.member, StructureShape) and isinstance(value, list):
        open_ = unknown if isinstance(unknown, list) else []
        shown = written if isinstance(written, list) and len(written) == len(value) else [None] * len(value)
        each = zip(value, [*open_, *[None] * len(value)], shown, strict=False)
        return [_value(one, later, shape.member, part) for one, later, part in each]
    if isinstance(shape, MapShape) and isinstance(unknown, Mapping):
        return {
            **object_of(value),
            **{name: Unknown(_LATER) for name, one in unknown.items() if one is True},
        }
    # What may be 0 or left out is a text in the provider (TypeNullableInt: bake_time_in_minutes), in every state, too.
    return coerced(value, shape, "") if shape.type_name == "integer" else value
