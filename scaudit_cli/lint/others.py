"""The other services of the files, as one service sees them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scaudit.model import Neighbour, Service
from scaudit.model.surroundings import neighbour_of
from scaudit_cli.lint.declared import service_of_file
from scaudit_cli.lint.variants import Variant, Varied
from scaudit_cli.lint.worlds import World, meet


@dataclass(frozen=True, slots=True)
class Others:
    """Every service in each of its variants, as the others see it."""

    seen: Sequence[tuple[Varied, World, Service, Neighbour]]

    def beside(self, variant: Variant) -> tuple[Neighbour, ...]:
        """Those that can be deployed together with a variant."""
        own = (variant.service.file, variant.service.id)
        found = (
            neighbour
            for varied, world, _, neighbour in self.seen
            if (varied.source.file, varied.source.id) != own and meet(world, variant.world)
        )
        return tuple(dict.fromkeys(found))

    def cluster_of(self, service: Varied) -> str:
        """The cluster of a service, empty where the file does not say."""
        return next((seen.cluster for varied, _, seen, _ in self.seen if varied is service), "")


def others_of(services: Sequence[Varied], at: datetime) -> Others:
    """What is open stays open; what a service runs is its own matter. Of services with one name, as CDK names those of
    every stack, the file tells which."""
    names = {(one.source.file, one.source.id): v.service.name for one in services for v in one.variants}
    often = Counter(names.values())
    found = []
    for one in services:
        for variant in one.variants:
            service = service_of_file(variant.service, variant.surroundings, {}, at)
            if service.primary:
                seen = neighbour_of(service, service.primary, "", {})
                called = f"{seen.service} of {one.source.file}" if often[seen.service] > 1 else seen.service
                found.append((one, variant.world, service, replace(seen, service=called, task_definition="")))
    return Others(found)
