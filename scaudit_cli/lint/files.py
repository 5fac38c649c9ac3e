"""Files into the services and task definitions that they declare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from botocore.model import StructureShape
from botocore.session import get_session
from cfnlint.decode import decode

from scaudit_cli.lint.fit import Dialect, Fitted, fit, line_of
from scaudit_cli.lint.template import SERVICE, TASK_DEFINITION, dialect_of, resources
from scaudit_cli.usage import Refused

_MODELLED = {
    "CreateService": {
        "cluster",
        "deploymentConfiguration",
        "deploymentController",
        "launchType",
        "platformVersion",
        "serviceConnectConfiguration",
        "serviceName",
        "taskDefinition",
    },
    "RegisterTaskDefinition": {"containerDefinitions", "cpu", "family", "memory", "networkMode", "runtimePlatform"},
}
"""What is read of a template: cfn-lint itself checks the rest of it."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A service, or a task definition, as a file declares it: the parameters of the request that would make it.

    `id` is its logical id in a template; `uses` is that of the task definition a service refers to there.
    """

    file: str
    id: str
    parameters: Mapping[str, Any]
    fitted: Fitted
    uses: str = ""

    @property
    def name(self) -> str:
        """What the file calls it; the logical id where the name is made at the deployment."""
        for name in ("serviceName", "family"):
            if name in self.parameters and name not in self.fitted.unresolved:
                return str(self.parameters[name])
        return self.id


@dataclass(slots=True)
class Declarations:
    """All that the files declare, to be judged together."""

    services: list[Declared] = field(default_factory=list)
    task_definitions: list[Declared] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(files: list[str]) -> Declarations:
    """Raises Refused for a file that cannot be read, or declares neither services nor task definitions nor
    resources."""
    shapes = {name: _shape(name) for name in _MODELLED}
    found = Declarations()
    for file in files:
        content = _content(file)
        if isinstance(content.get("Resources"), Mapping):
            _template(file, content, shapes, found)
        elif "containerDefinitions" in content:
            fitted = _declared(file, "", content, shapes["RegisterTaskDefinition"], Dialect())
            found.task_definitions.append(fitted)
        elif "serviceConnectConfiguration" in content or "serviceName" in content:
            found.services.append(_declared(file, "", content, shapes["CreateService"], Dialect()))
        else:
            raise Refused(
                f"{file} is neither the input of register-task-definition or create-service, "
                "nor a CloudFormation or SAM template"
            )
    return found


@cache
def _shape(operation: str) -> StructureShape:
    shape = get_session().get_service_model("ecs").operation_model(operation).input_shape
    if shape is None:
        raise LookupError(f"botocore knows no input of {operation}")
    return shape


def _content(file: str) -> Mapping[str, Any]:
    try:
        Path(file).read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Refused(f"cannot read {file}: {reason}") from None
    content, matches = decode(file)
    if matches:
        raise Refused(f"cannot read {file}: line {matches[0].linenumber}: {matches[0].message}")
    return content if isinstance(content, Mapping) else {}


def _template(file: str, content: Mapping[str, Any], shapes: Mapping[str, StructureShape], found: Declarations) -> None:
    before = len(found.services)
    dialect, template = dialect_of(file, content)
    task_definitions = dict(resources(template, TASK_DEFINITION))
    for id, properties in task_definitions.items():
        shape = shapes["RegisterTaskDefinition"]
        found.task_definitions.append(_declared(file, id, properties, shape, dialect))
    for id, properties in resources(template, SERVICE):
        shape = shapes["CreateService"]
        named = properties.get("TaskDefinition")
        uses = next((each for each in task_definitions if named == {"Ref": each}), "")
        found.services.append(_declared(file, id, properties, shape, dialect, uses))
    if len(found.services) == before:
        found.notes.append(f"{file} has no {SERVICE}")


def _declared(
    file: str, id: str, content: Mapping[str, Any], shape: StructureShape, dialect: Dialect, uses: str = ""
) -> Declared:
    line = line_of(content)
    if dialect.lenient:
        names = {name.lower() for name in _MODELLED[shape.name.removesuffix("Request")]}
        content = {key: value for key, value in content.items() if key.lower() in names}
    fitted = Fitted()
    return Declared(file, id, fit(content, shape, dialect, fitted, line=line), fitted, uses)
