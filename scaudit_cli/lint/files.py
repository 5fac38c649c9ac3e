"""Files into the services and task definitions that they declare."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from scaudit.model import Severity
from scaudit_cli.lint.contradictions import contradictions
from scaudit_cli.lint.fit import Complaint, Fitted, fit, line_of
from scaudit_cli.lint.formats import ecspresso, requests
from scaudit_cli.lint.limits import beyond_limits
from scaudit_cli.lint.opens import is_open
from scaudit_cli.lint.reading import content_of, is_template, is_terraform, real_path
from scaudit_cli.lint.request import MODELLED, REGISTER, Request, shape_of
from scaudit_cli.lint.worlds import World
from scaudit_cli.usage import Refused

if TYPE_CHECKING:
    from scaudit_cli.lint.stack import Stack

_SAMPLES = 5


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
            if name in self.parameters and not is_open(self.parameters[name]):
                return str(self.parameters[name])
        return self.id


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Where a file declares a service or a task definition. `look` tells what it is in a world, and `family` only the
    family that a task definition is given there; both raise Impossible where there is none. `mark` is the text by which
    its template means it."""

    file: str
    id: str
    look: Callable[[World], Declared]
    family: Callable[[World], str]
    mark: str = ""


@dataclass(slots=True)
class Declarations:
    """All that the files declare, to be judged together. `obscure` has file and reason where a file may declare more
    than can be seen."""

    services: list[Source] = field(default_factory=list)
    task_definitions: list[Source] = field(default_factory=list)
    stacks: list["Stack"] = field(default_factory=list)
    obscure: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(files: list[str]) -> Declarations:
    """Raises Refused for a file that cannot be read, or declares neither services nor task definitions nor
    resources."""
    contents = {file: content_of(file) for file in {real_path(file): file for file in reversed(files)}.values()}
    found = Declarations()
    # A file that ecspresso.yml names is part of that, also where it is given beside it.
    parts = {part for file, one in contents.items() if ecspresso.is_ecspresso(one) for part in _parts(file, one)}
    found.stacks += _stacks({file: content for file, content in contents.items() if is_template(content)})
    stacks = {stack.file: stack for stack in found.stacks}
    for file, content in contents.items():
        if real_path(file) in parts and not ecspresso.is_ecspresso(content):
            continue
        before = len(found.services)
        if file in stacks:
            _add_template(stacks[file], found)
        else:
            _add_requests(file, content, found)
        if len(found.services) == before:
            found.notes += _nothing_in(file, content)
    return found


def _stacks(templates: Mapping[str, Any]) -> Iterator["Stack"]:
    if templates:  # plain JSON needs none of this, and to import it takes as long as to judge
        from scaudit_cli.lint.stack import stack_of

        yield from (stack_of(file, content) for file, content in templates.items())


def _parts(file: str, content: Mapping[str, Any]) -> set[str]:
    return set(map(real_path, ecspresso.files_of(file, content).values()))


def _add_template(stack: "Stack", found: Declarations) -> None:
    from scaudit_cli.lint.template import family_of, request_of, resources_of

    for id, operation in resources_of(stack):
        request = partial(request_of, stack, id, operation, found.stacks)
        source = Source(
            stack.file,
            id,
            look=partial(_looked_at, request, stack, found.stacks),
            family=partial(family_of, stack, id, found.stacks),
            mark=stack.mark(id),
        )
        (found.task_definitions if operation == REGISTER else found.services).append(source)
    found.obscure += [(stack.file, why) for why in stack.obscure]


def _add_requests(file: str, content: Any, found: Declarations) -> None:  # noqa: ANN401
    asked = list(_requests_of(file, content))
    if not asked and not is_terraform(content):
        raise Refused(
            f"{file} is neither the input of register-task-definition, create-service or update-service, nor an "
            "answer of ECS, a CloudFormation or SAM template, an ecspresso.yml, or what terraform show -json prints"
        )
    for request in asked:
        declared = _declared(request)
        family = str(declared.parameters.get("family", ""))
        source = Source(
            request.file,
            request.id,
            look=lambda _, declared=declared: declared,  # type: ignore[misc]
            family=lambda _, family=family: family,  # type: ignore[misc]
        )
        (found.services if request.is_service else found.task_definitions).append(source)


def _requests_of(file: str, content: Any) -> Iterator[Request]:  # noqa: ANN401
    if is_terraform(content):
        from scaudit_cli.lint.formats import terraform

        return terraform.requests_of(file, content)
    if ecspresso.is_ecspresso(content):
        return ecspresso.requests_of(file, content, content_of)
    return requests.requests_of(file, content)


def _nothing_in(file: str, content: object) -> Iterator[str]:
    if is_template(content):
        yield f"{file} has no AWS::ECS::Service"
    elif is_terraform(content):
        yield f"{file} has no aws_ecs_service"


def _declared(request: Request) -> Declared:
    content, shape = request.content, shape_of(request.operation)
    line = line_of(content)
    if request.dialect.lenient and isinstance(content, Mapping):
        names = {name.lower() for name in MODELLED[request.operation]}
        content = {key: value for key, value in content.items() if str(key).lower() in names}
    fitted = Fitted()
    parameters = fit(content, shape, request.dialect, fitted, line=line)
    parameters = parameters if isinstance(parameters, dict) else {}
    fitted.complaints += beyond_limits(parameters, fitted)
    fitted.complaints += contradictions(parameters, fitted)
    fitted.complaints += _left_empty(fitted)
    if "service" in parameters:  # of update-service; a name or an ARN
        parameters["serviceName"] = parameters.pop("service").rsplit("/", 1)[-1]
    return Declared(request.file, request.id, parameters, fitted, request.uses)


def _looked_at(
    request: Callable[[World], Request], stack: "Stack", stacks: Sequence["Stack"], world: World
) -> Declared:
    """A resource in a world. One that may come out other than it is written is not known, and nothing in it is
    complained of. Raises Impossible."""
    from scaudit_cli.lint.rules import heed

    declared = _declared(request(world))
    heed(stack, stacks, world)
    if why := stack.why_hidden(declared.id):
        declared.fitted.complaints.clear()
        declared.fitted.unresolved[""] = why
    return declared


def _left_empty(fitted: Fitted) -> Iterator[Complaint]:
    """`aws ecs create-service --generate-cli-skeleton` writes every field, and empty what one is to fill in."""
    for required, told, severity in (
        (True, "required, and left empty", None),
        (False, "left empty, to fill in or take out (not confirmed on AWS that ECS refuses it)", Severity.WARNING),
    ):
        paths = [path for path, needed in fitted.left_empty.items() if needed is required]
        more = f" and {len(paths) - _SAMPLES} more" if len(paths) > _SAMPLES else ""
        if paths:
            line = fitted.lines[paths[0]]
            yield Complaint(paths[0], f"{told}: {', '.join(paths[:_SAMPLES])}{more}", severity, line)
