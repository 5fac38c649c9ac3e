"""The variants of a service: in each world, the service with the task definition that it uses there."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from scaudit.model import Unread
from scaudit.values import dataclass
from scaudit_cli.lint.declarations import SEVERAL_EXPORT, Declarations, Declared, Source
from scaudit_cli.lint.opens import is_open, marks_in
from scaudit_cli.lint.surroundings import Surroundings, surroundings_of
from scaudit_cli.lint.worlds import Impossible, World, explore

if TYPE_CHECKING:
    from scaudit_cli.lint.template_faults import Fault

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Variant:
    """A service as it is in one world."""

    world: World
    service: Declared
    definition: Declared | Unread
    surroundings: Surroundings
    faults: Sequence["Fault"] = ()
    of_template: bool = False

    @property
    def sources(self) -> list[Declared]:
        """The service, and its task definition where that is known."""
        return [self.service, *([] if isinstance(self.definition, Unread) else [self.definition])]


@dataclass(frozen=True, slots=True)
class Varied:
    """A service in all its variants; not `all` of them where they are too many."""

    source: Source
    variants: Sequence[Variant]
    all: bool


def varied(declared: Declarations) -> list[Varied]:
    """Every service of the files."""
    return [_varied(source, declared) for source in declared.services]


def _varied(source: Source, declared: Declarations) -> Varied:
    def look(world: World) -> Variant:
        service = source.look(world)
        definition = _used(service, declared.task_definitions, world, of_template=bool(source.mark))
        around = surroundings_of(service.parameters, service.file, declared.stacks, world)
        return Variant(world, service, definition, around, _faults(service, around), bool(source.mark))

    found, all_ = explore(_until_settled(look))
    return Varied(source, [variant for _, variant in found], all_)


def told_apart(services: Sequence[Varied], clusters: Sequence[str]) -> list[str]:
    """What each service is called. Of several with one name in a cluster the file tells which it is (CDK calls the
    service of every stack alike), and in one file the id."""
    names = [one.variants[0].service.name if one.variants else one.source.id for one in services]
    files = [one.source.file for one in services]
    often, within = Counter(zip(clusters, names, strict=True)), Counter(zip(clusters, names, files, strict=True))
    return [
        name
        if often[cluster, name] == 1
        else f"{name} of {file}"
        if within[cluster, name, file] == 1
        else f"{name} ({one.source.id}) of {file}"
        for one, cluster, name, file in zip(services, clusters, names, files, strict=True)
    ]


def _faults(service: Declared, around: Surroundings) -> list["Fault"]:
    if around.cluster_made is around.namespace_made is None:
        return []
    from scaudit_cli.lint.template_faults import faults_of

    return list(faults_of(service, around))


def alone(definition: Source) -> list[tuple[World, Declared]]:
    """A task definition by itself, in every world."""
    return explore(_until_settled(definition.look))[0]


def _until_settled(look: Callable[[World], T]) -> Callable[[World], T]:
    """A look that asks nothing new: what is answered late in one look is known from the beginning in the next."""

    def again(world: World) -> T:
        while True:
            before, seen = world.asked, look(world)
            if world.asked == before:
                return seen

    return again


def _used(service: Declared, definitions: Sequence[Source], world: World, *, of_template: bool) -> Declared | Unread:
    """The task definition of a service: the one that its file links it to, else the one of that family. A service that
    names none, or a placeholder, goes with the only one that is given (ecspresso keeps the name in another file,
    update-service keeps the one in use, workflows fill in the ARN)."""
    named = str(service.parameters.get("taskDefinition", ""))
    if service.uses:
        found = [d for d in definitions if (d.file, d.id) == service.uses]
    elif len(definitions) == 1 and (not named or (is_open(named) and not of_template)):
        found = list(definitions)
    else:
        found = [d for d in definitions if named and named == d.mark] or _of_family(named, definitions, world)
    if len(found) == 1:
        try:
            return found[0].look(world)
        except Impossible:
            return Unread(f"task definition {found[0].id} is not made when the service is: see its Condition")
    if found:
        return Unread(f"task definition {named} is in {' and in '.join(d.file for d in found)}")
    if not named:
        return Unread("the file names no task definition for this service: add the file that declares it")
    return Unread(f"task definition {named} {_missing(named, definitions, world)}")


def _missing(named: str, definitions: Sequence[Source], world: World) -> str:
    if SEVERAL_EXPORT in named:
        return "is not settled: give those apart, for an account and Region has an export once"
    if "Fn::ImportValue" in named:
        return "is in none of the files: add the template that exports it"
    if marks_in(named) == [named]:  # as a parameter: no file could be the one that declares it
        return "is settled when it is deployed, and not by the files"
    others = [f"{d.file} has revision {d.revision} of it" for d in _named(named, definitions, world)]
    return f"is in none of the files: {'; '.join(others) or 'add the file that declares it'}"


def _of_family(named: str, definitions: Sequence[Source], world: World) -> list[Source]:
    """Those of the family, and of the revision where it is named: what a file is to register has none yet, what ECS has
    described has one."""
    _, revision = _family(named)
    found = _named(named, definitions, world)
    exactly = [definition for definition in found if definition.revision and definition.revision == revision]
    to_be = [definition for definition in found if not (definition.revision and revision.isdigit())]
    return exactly or to_be


def _family(named: str) -> tuple[str, str]:
    """Family and revision, empty where none is named."""
    family = named.rsplit("task-definition/", 1)[-1]
    head, _, revision = family.rpartition(":")
    return (head, revision) if head and (revision.isdigit() or marks_in(revision) == [revision]) else (family, "")


def _named(named: str, definitions: Sequence[Source], world: World) -> list[Source]:
    """All of the family."""
    family, _ = _family(named)

    def is_named(definition: Source) -> bool:
        try:
            return definition.family(world) == family
        except Impossible:
            return False

    return [definition for definition in definitions if is_named(definition)] if family else []
