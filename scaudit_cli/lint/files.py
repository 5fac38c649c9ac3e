"""Files into the services and task definitions that they declare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scaudit.model import Severity
from scaudit_cli.lint.fit import Complaint, Fitted, fit, line_of
from scaudit_cli.lint.formats import ecspresso, requests, terraform
from scaudit_cli.lint.limits import beyond_limits
from scaudit_cli.lint.reading import content_of, is_template
from scaudit_cli.lint.request import MODELLED, Request, shape_of
from scaudit_cli.usage import Refused


@dataclass(frozen=True, slots=True)
class Declared:
    """A service, or a task definition, as a file declares it: the parameters of the request that would make it.

    `id` tells it from the others of its file; `uses` is file and id of the task definition that the file links to a
    service.
    """

    file: str
    id: str
    parameters: Mapping[str, Any]
    fitted: Fitted
    uses: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """What the file calls it; its id where the name is made at the deployment."""
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
    contents = {file: content_of(file) for file in files}
    found = Declarations()
    # A file that ecspresso.yml names is part of that, also where it is given beside it.
    parts = {part for file, one in contents.items() if ecspresso.is_ecspresso(one) for part in _parts(file, one)}
    for file, content in contents.items():
        if file in parts:
            continue
        asked = list(_requests_of(file, content))
        if not asked and not is_template(content) and not terraform.is_terraform(content):
            raise Refused(
                f"{file} is neither the input of register-task-definition, create-service or update-service, nor an "
                "answer of ECS, a CloudFormation or SAM template, an ecspresso.yml, or what terraform show -json prints"
            )
        for request in asked:
            (found.services if request.is_service else found.task_definitions).append(_declared(request))
        if not any(request.is_service for request in asked):
            found.notes += _nothing_in(file, content)
    _pair(found)
    return found


def _parts(file: str, content: Mapping[str, Any]) -> set[str]:
    return set(ecspresso.files_of(file, content).values())


def _requests_of(file: str, content: Any) -> Iterator[Request]:  # noqa: ANN401
    if is_template(content):
        from scaudit_cli.lint.template import requests_of  # cfn-lint and sympy take most of a second to import

        yield from requests_of(file, content)
    elif terraform.is_terraform(content):
        yield from terraform.requests_of(file, content)
    elif ecspresso.is_ecspresso(content):
        yield from ecspresso.requests_of(file, content, content_of)
    else:
        yield from requests.requests_of(file, content)


def _nothing_in(file: str, content: object) -> Iterator[str]:
    if is_template(content):
        yield f"{file} has no AWS::ECS::Service"
    elif terraform.is_terraform(content):
        yield f"{file} has no aws_ecs_service"


def _pair(found: Declarations) -> None:
    """A service that names no task definition goes with the only one that is given (ecspresso keeps the name in
    another file, update-service keeps the one in use)."""
    if len(found.task_definitions) == 1:
        (only,) = found.task_definitions
        found.services = [
            one if one.uses or "taskDefinition" in one.parameters else replace(one, uses=(only.file, only.id))
            for one in found.services
        ]


def _declared(request: Request) -> Declared:
    content, shape = request.content, shape_of(request.operation)
    line = line_of(content)
    if request.dialect.lenient:
        names = {name.lower() for name in MODELLED[request.operation]}
        content = {key: value for key, value in content.items() if key.lower() in names}
    fitted = Fitted()
    parameters = fit(content, shape, request.dialect, fitted, line=line)
    fitted.complaints += beyond_limits(parameters, shape, fitted)
    if fitted.left_empty:
        fitted.complaints.append(_left_empty(fitted))
    if "service" in parameters:  # of update-service; a name or an ARN
        parameters["serviceName"] = parameters.pop("service").rsplit("/", 1)[-1]
    return Declared(request.file, request.id, parameters, fitted, request.uses)


def _left_empty(fitted: Fitted) -> Complaint:
    """`aws ecs create-service --generate-cli-skeleton` writes every field, and empty what one is to fill in."""
    paths = ", ".join(fitted.left_empty)
    told = f"left empty, fill in or take out (not confirmed on AWS that ECS refuses it): {paths}"
    return Complaint(fitted.left_empty[0], told, Severity.WARNING, fitted.lines[fitted.left_empty[0]])
