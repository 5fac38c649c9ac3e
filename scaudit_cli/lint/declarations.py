"""What files declare of ECS: services and task definitions, in whichever world they are looked at."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from scaudit.values import dataclass
from scaudit_cli.lint.fit import Fitted
from scaudit_cli.lint.opens import is_open
from scaudit_cli.lint.worlds import World

if TYPE_CHECKING:
    from scaudit_cli.lint.stack import Stack

SEVERAL_EXPORT = ", which several of the files export"
"""What is said of an import that may be of more than one of them."""


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
    its template means it, `revision` the one that ECS described."""

    file: str
    id: str
    look: Callable[[World], Declared]
    family: Callable[[World], str]
    mark: str = ""
    revision: str = ""


@dataclass(slots=True)
class Declarations:
    """All that the files declare, to be judged together. `obscure` has file and reason where a file may declare more
    than can be seen."""

    services: list[Source] = field(default_factory=list)
    task_definitions: list[Source] = field(default_factory=list)
    stacks: list["Stack"] = field(default_factory=list)
    obscure: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
