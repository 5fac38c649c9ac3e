"""What a file would have ECS do, before any of it is judged."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape

from scaudit.model import Severity
from scaudit.values import dataclass

CREATE, UPDATE, REGISTER = _OURS = "CreateService", "UpdateService", "RegisterTaskDefinition"
MODELLED = {
    CREATE: {
        "capacityProviderStrategy",
        "cluster",
        "deploymentConfiguration",
        "deploymentController",
        "launchType",
        "platformVersion",
        "serviceConnectConfiguration",
        "serviceName",
        "taskDefinition",
    },
    REGISTER: {
        "containerDefinitions",
        "cpu",
        "family",
        "memory",
        "networkMode",
        "requiresCompatibilities",
        "runtimePlatform",
    },
}
"""What is read of a template and of a plan: cfn-lint and Terraform check the rest."""


NO_VALUE = object()
"""What a value is that the file takes out again (`AWS::NoValue` of CloudFormation)."""


def _any(_: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a kind of file writes requests.

    `resolve` settles a value, as far as it can: what is open in it is a text with marks (opens.py). It may answer
    NO_VALUE. `glance` is for what no check is about: it asks no questions of the world. `choices` answers which values
    a mark may have, none for any. `lenient` is CloudFormation's: capitalised names, "80" for 80,
    and properties of its own. `any_case` is that of tools written in Go, whose reader of JSON heeds no case.
    `partial`: the service's name comes from elsewhere. `nulls`: null is as good as nothing; the AWS CLI refuses it.
    `read_only` names what an answer of ECS has and a request has not.
    """

    resolve: Callable[[Any], Any] = lambda node: node
    glance: Callable[[Any], Any] = lambda node: node
    choices: Callable[[str], tuple[str, ...]] = _any
    lenient: bool = False
    any_case: bool = False
    partial: bool = False
    nulls: bool = False
    read_only: frozenset[str] = frozenset()

    def spelt(self, name: str) -> str:
        """A name of the API as the file has to write it."""
        return name[:1].upper() + name[1:] if self.lenient else name


@dataclass(frozen=True, slots=True)
class Request:
    """An operation of ECS with its parameters as the file writes them.

    `id` tells it from the others of its file: the logical id, the address, or the file's own name. `uses` is file and
    id of a service's task definition, where the file itself links the two. `gone` is how ECS calls a service that is
    described though it was deleted. `of_namespace` says what is wrong with the namespace that the file gives it, each
    with its severity, None for that of the check.
    """

    operation: str
    file: str
    content: Mapping[str, Any]
    dialect: Dialect = Dialect()
    id: str = ""
    uses: tuple[str, str] | None = None
    gone: str = ""
    of_namespace: Sequence[tuple[str, Severity | None]] = ()

    @property
    def is_service(self) -> bool:
        """Whether it creates or changes a service; else it registers a task definition."""
        return self.operation != REGISTER


_FEW = 2


@cache
def _ecs() -> ServiceModel:
    """Without a session, which reads the settings and the credentials of AWS."""
    return ServiceModel(Loader().load_service_model("ecs", "service-2"))


@cache
def shape_of(operation: str) -> StructureShape:
    """The parameters of an operation of ECS, as botocore knows them."""
    shape = _ecs().operation_model(operation).input_shape
    if shape is None:
        raise LookupError(f"botocore knows no input of {operation}")
    return shape


@cache
def answered(operation: str, member: str) -> frozenset[str]:
    """The names that an answer of ECS has for a thing (a service, a task definition)."""
    shape = _ecs().operation_model(operation).output_shape
    found = shape.members[member] if shape else None
    found = getattr(found, "member", found)  # one of a list
    return frozenset(found.members) if isinstance(found, StructureShape) else frozenset()


def other_than_ours(content: object) -> str:
    """What a thing is that has all its fields from one request or answer of ECS, and not from one of a service or task
    definition; empty where it may be one of many."""
    if not isinstance(content, Mapping) or any(content.keys() <= shape_of(ours).members.keys() for ours in _OURS):
        return ""
    alike: dict[str, list[str]] = {"takes": [], "answers": []}
    for name in _ecs().operation_names:
        operation = _ecs().operation_model(name)
        for does, shape in (("takes", operation.input_shape), ("answers", operation.output_shape)):
            if shape and content.keys() <= shape.members.keys():
                alike[does].append(xform_name(name, "-"))
    found = [(does, names) for does, names in alike.items() if names]
    if len(found) != 1 or len(found[0][1]) > _FEW:
        return ""
    does, names = found[0]
    return f"what `aws ecs {' or '.join(names)}` {does}, which is neither a service nor a task definition"
