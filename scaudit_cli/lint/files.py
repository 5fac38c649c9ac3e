"""Files into the services and task definitions that they declare."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from scaudit.model.sentences import some
from scaudit_cli.lint.about import NAMESPACE
from scaudit_cli.lint.contradictions import contradictions
from scaudit_cli.lint.declarations import Declarations, Declared, Source
from scaudit_cli.lint.doubts import doubts
from scaudit_cli.lint.fit import Complaint, Fitted, fit, line_of
from scaudit_cli.lint.formats import ecspresso, requests
from scaudit_cli.lint.left_empty import left_empty
from scaudit_cli.lint.limits import beyond_limits, value_counts
from scaudit_cli.lint.parts import place_in
from scaudit_cli.lint.reading import called, content_of, is_template, is_terraform, real_path
from scaudit_cli.lint.request import MODELLED, REGISTER, Request, other_than_ours, shape_of
from scaudit_cli.lint.worlds import World
from scaudit_cli.usage import Refused

if TYPE_CHECKING:
    from scaudit_cli.lint.stack import Stack

_NOTHING_KNOWN = (
    "neither the input of register-task-definition, create-service or update-service, nor what describe-services or "
    "describe-task-definition answers, a CloudFormation or SAM template, an ecspresso.yml, or what "
    "terraform show -json prints"
)


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
        services, definitions = len(found.services), len(found.task_definitions)
        if file in stacks:
            _add_template(stacks[file], found)
        else:
            _add_requests(file, content, found)
        if len(found.services) == services:
            found.notes += _nothing_in(file, content)
            found.obscure += _nested_in(stacks, file) if len(found.task_definitions) == definitions else ()
    if len(found.stacks) > 1:
        from scaudit_cli.lint.exports import exported_twice

        found.notes += exported_twice(found.stacks)
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
    found.obscure += [(file, why) for why in _obscure_in(content)]
    if not (asked or requests.is_answer(content) or is_terraform(content)):
        raise Refused(f"{called(file)} is {other_than_ours(content) or _NOTHING_KNOWN}")
    for request in asked:
        declared = _declared(request)
        if request.gone:
            found.notes.append(f"service {declared.name} of {file} is {request.gone}, and not judged")
            continue
        family = str(declared.parameters.get("family", ""))
        source = Source(
            request.file,
            request.id,
            look=lambda _, declared=declared: declared,  # type: ignore[misc]
            family=lambda _, family=family: family,  # type: ignore[misc]
            revision=str(request.content.get("revision", "")),
        )
        (found.services if request.is_service else found.task_definitions).append(source)


def _requests_of(file: str, content: Any) -> Iterator[Request]:  # noqa: ANN401
    if is_terraform(content):
        from scaudit_cli.lint.formats import terraform

        return terraform.requests_of(file, content)
    if ecspresso.is_ecspresso(content):
        return ecspresso.requests_of(file, content, content_of)
    return requests.requests_of(file, content)


def _obscure_in(content: Any) -> Iterator[str]:  # noqa: ANN401
    if not is_terraform(content):
        return iter(requests.failures_of(content))
    from scaudit_cli.lint.formats import terraform

    return terraform.obscure_in(content)


def _nothing_in(file: str, content: object) -> Iterator[str]:
    if is_template(content):
        yield f"{file} has no AWS::ECS::Service"
    elif is_terraform(content):
        yield f"{file} has no aws_ecs_service"
    elif requests.is_answer(content):
        yield f"{file} has no service to judge"


def _nested_in(stacks: Mapping[str, "Stack"], file: str) -> Iterator[tuple[str, str]]:
    """Why a template that has nothing of ECS may still deploy services."""
    if file in stacks:
        from scaudit_cli.lint.nested import not_given

        if missing := not_given(stacks[file], [*stacks.values()]):
            told = f"its nested stacks, products or stack sets may have services ({some(missing)})"
            yield file, f"{told}: add their templates"


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
    fitted.complaints += doubts(parameters, fitted)
    fitted.complaints += left_empty(fitted)
    if request.of_namespace and value_counts(NAMESPACE, parameters):
        at = place_in(Declared(request.file, request.id, parameters, fitted), NAMESPACE).line
        fitted.complaints += [Complaint(NAMESPACE, told, severity, at) for told, severity in request.of_namespace]
    if "service" in parameters:  # of update-service; a name or an ARN
        parameters["serviceName"] = parameters.pop("service").rsplit("/", 1)[-1]
    return Declared(request.file, request.id, parameters, fitted, request.uses)


def _looked_at(
    request: Callable[[World], Request], stack: "Stack", stacks: Sequence["Stack"], world: World
) -> Declared:
    """A resource in a world. One that may come out other than it is written is not known, and nothing in it is
    complained of. Raises Impossible."""
    from scaudit_cli.lint.references import unknown_names
    from scaudit_cli.lint.rules import heed

    declared = _declared(request(world))
    declared.fitted.complaints += unknown_names(stack, declared.id)
    heed(stack, stacks, world)
    if why := stack.why_hidden(declared.id):
        declared.fitted.complaints.clear()
        declared.fitted.unresolved[""] = why
    return declared
