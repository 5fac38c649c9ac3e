"""The other services of the files, as one service sees them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from scaudit.model import Neighbour, Service
from scaudit.model.surroundings import neighbour_of
from scaudit.values import dataclass
from scaudit_cli.lint.declared import service_of_file
from scaudit_cli.lint.variants import Variant, Varied, told_apart
from scaudit_cli.lint.worlds import World, both, meet

if TYPE_CHECKING:
    from scaudit_cli.lint.stack import Stack


@dataclass(frozen=True, slots=True)
class Other:
    """A service in a variant, and how others see it."""

    of: Varied
    variant: Variant
    service: Service
    seen: Neighbour

    def is_one_with(self, variant: Variant) -> bool:
        """Whether it is the service of a variant itself. What two files say of one name in one cluster, a request and
        an answer of ECS perhaps, is of one service, unless both are templates: each makes its own."""
        own, other = variant.service, self.variant.service
        if own.file == other.file:
            return own.id == other.id
        named = own.parameters.get("serviceName")
        return (
            named is not None
            and named == other.parameters.get("serviceName")
            and _cluster(variant) == _cluster(self.variant)
            and not (variant.of_template and self.variant.of_template)
        )


def _cluster(variant: Variant) -> str:
    return variant.surroundings.cluster.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Others:
    """Every service in each of its variants, as the others see it."""

    all: Sequence[Other]
    ruled: Sequence["Stack"] = ()

    def beside(self, variant: Variant) -> tuple[Neighbour, ...]:
        """Those that can be deployed together with a variant."""
        found = (
            other.seen
            for other in self.all
            if not other.is_one_with(variant) and self._meet(other.variant.world, variant.world)
        )
        return tuple(dict.fromkeys(found))

    def _meet(self, one: World, other: World) -> bool:
        """Whether both can be the case in one deployment, also by the rules of the templates that have any."""
        if not (meet(one, other) and self.ruled):
            return meet(one, other)
        from scaudit_cli.lint.rules import permit

        return permit(self.ruled, both(one, other))

    def cluster_of(self, service: Varied) -> str:
        """The cluster of a service, empty where the file does not say."""
        return next((other.service.cluster for other in self.all if other.of is service), "")


def others_of(services: Sequence[Varied], stacks: Sequence["Stack"], at: datetime) -> Others:
    """What is open stays open; what a service runs is its own matter. Of services with one name, as CDK names those of
    every stack, the file tells which."""
    found = []
    for one, called in zip(services, told_apart(services, [""] * len(services)), strict=True):
        for variant in one.variants:
            service = service_of_file(variant.service, variant.surroundings, {}, at)
            if service.primary:
                seen = neighbour_of(service, service.primary, "", {})
                found.append(Other(one, variant, service, replace(seen, service=called, task_definition="")))
    return Others(found, [stack for stack in stacks if stack.rules])
