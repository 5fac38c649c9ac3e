"""A progress bar, on standard error and only where a person looks at it."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_WORTH_WHILE = 20
"""Services from which on a bar is shown."""
Group = tuple[str, Sequence[str]]


def counted(groups: Iterable[Group], total: int) -> Iterator[Group]:
    """The groups of services (cluster, names), counted as they are worked on."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    shown = console.is_terminal and total >= _WORTH_WHILE
    with Progress(*columns, console=console, transient=True, disable=not shown) as progress:
        services = progress.add_task("services", total=total)
        for cluster, names in groups:
            progress.update(services, description=cluster)
            yield cluster, names
            progress.advance(services, len(names))
