"""ecspresso.yml: a service, its cluster, and the files that its two definitions are in (kayac/ecspresso, config.go)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaudit_cli.lint.formats.placeholders import settled
from scaudit_cli.lint.formats.requests import PLAIN, task_definition_of
from scaudit_cli.lint.marked_json import MarkedObject
from scaudit_cli.lint.opens import is_open
from scaudit_cli.lint.request import CREATE, Request
from scaudit_cli.usage import Refused

_SERVICE, _TASK = "service_definition", "task_definition"


def is_ecspresso(content: object) -> bool:
    """Whether a file is a configuration of ecspresso."""
    return isinstance(content, Mapping) and any(isinstance(content.get(name), str) for name in (_SERVICE, _TASK))


def files_of(file: str, content: Mapping[str, Any]) -> dict[str, str]:
    """The files that a configuration names, by what they define; they are relative to it. Raises Refused where the
    name is to be filled in."""
    named = {what: content.get(what) for what in (_SERVICE, _TASK)}
    for what, name in named.items():
        if is_open(settled(name)):
            raise Refused(
                f"{file} names its {what} by a placeholder ({name}): give what `ecspresso render servicedef` and "
                "`ecspresso render taskdef` print"
            )
    return {what: str(Path(file).parent / name) for what, name in named.items() if isinstance(name, str) and name}


def requests_of(file: str, content: Mapping[str, Any], read: Callable[[str], object]) -> Iterator[Request]:
    """The service and the task definition, linked, named as the configuration names them. Raises Refused."""
    found = {what: (named, _definition(file, what, named, read)) for what, named in files_of(file, content).items()}
    if task := found.get(_TASK):
        request = task_definition_of(task[0], _bare(task[1], "taskDefinition"))
        yield replace(request, dialect=replace(request.dialect, any_case=True, nulls=True))
    if service := found.get(_SERVICE):
        request = Request(CREATE, service[0], _named(_bare(service[1], "service"), content), PLAIN, service[0])
        dialect = replace(request.dialect, any_case=True, nulls=True, partial=True)
        yield replace(request, dialect=dialect, uses=(task[0], task[0]) if task else None)


def _definition(file: str, what: str, named: str, read: Callable[[str], object]) -> Mapping[str, Any]:
    try:
        definition = read(named)
    except Refused as why:
        raise Refused(f"{why} ({file} names it as its {what})") from None
    if not isinstance(definition, Mapping) or is_ecspresso(definition):
        raise Refused(f"{named} is no definition, and {file} names it as its {what}")
    return definition


def _bare(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A definition may be kept as ECS describes it, within one more object."""
    inner = content.get(name)
    return inner if isinstance(inner, Mapping) else content


def _named(definition: Mapping[str, Any], configuration: Mapping[str, Any]) -> MarkedObject:
    """The definition with the names that only the configuration has; the cluster's default is ECS's own."""
    names = {"serviceName": configuration.get("service"), "cluster": configuration.get("cluster")}
    made = MarkedObject({**definition, **{name: value for name, value in names.items() if value}})
    if mark := getattr(definition, "start_mark", None):
        made.start_mark = mark
    return made
