"""Log events as a transport stores them, in lines."""

from collections.abc import Iterable, Iterator


def lines_of(messages: Iterable[str]) -> Iterator[str]:
    """The lines of log events. One event holds several where the log driver joins lines (the awslogs options
    awslogs-datetime-format and awslogs-multiline-pattern, which are legal for a proxy, too)."""
    for message in messages:
        if "\n" in message:
            yield from message.removesuffix("\n").split("\n")
        else:
            yield message
