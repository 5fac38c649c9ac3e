"""Names that more than one template exports: an account and Region has each once (AWS: CloudFormation, Outputs)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from scaudit.model.sentences import some
from scaudit_cli.lint.evaluate import Evaluator
from scaudit_cli.lint.opens import written
from scaudit_cli.lint.stack import Stack
from scaudit_cli.lint.worlds import Undecided, World


def exported_twice(stacks: Sequence[Stack]) -> Iterator[str]:
    """A sentence for each group of files that cannot all be deployed to one account and Region."""
    names: dict[str, list[str]] = {}
    for stack in stacks:
        for name in dict.fromkeys(_exports(stack, stacks)):
            names.setdefault(name, []).append(stack.file)
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, files in names.items():
        if len(files) > 1:
            alike.setdefault(tuple(sorted(files)), []).append(written(name))
    for together, shared in alike.items():
        told = f"{' and '.join(together)} export the same ({some(sorted(shared))})"
        yield f"{told}, which an account and Region has once: lint them apart"


def _exports(stack: Stack, stacks: Sequence[Stack]) -> Iterator[str]:
    """The names of a template's exports, as far as they are known without asking; a stack's own name is its alone."""
    world = World()
    here = Evaluator(stack, stacks, world)
    for output in stack.outputs.values():
        export = output.get("Export") if isinstance(output, Mapping) else None
        if isinstance(export, Mapping) and "Condition" not in output:
            with suppress(Undecided), world.unasked():
                if name := here.text(export.get("Name")):
                    yield name
