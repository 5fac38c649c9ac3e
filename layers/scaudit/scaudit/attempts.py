"""What is done piece by piece, so that one piece that fails does not hold up the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from aws_lambda_powertools import Logger

logger = Logger(child=True)


class Attempts:
    """The pieces of one batch. `missing` says in the log what was not done; `failed` are the ids of what is to come
    again, and what goes on failing ends in the dead-letter queue."""

    def __init__(self, missing: str) -> None:
        self._missing = missing
        self.failed: set[str] = set()

    @contextmanager
    def __call__(self, ids: Sequence[str]) -> Iterator[None]:
        """A piece that these are about. Whatever it raises is logged."""
        try:
            yield
        except Exception:
            logger.exception(f"{self._missing}, will be tried again", extra={"ids": ids})
            self.failed.update(ids)

    def again(self, senders: Mapping[str, Sequence[str]], names: Iterable[str]) -> None:
        """These of what the senders asked for could not be done: their messages are to come again."""
        for name in names:
            self.failed.update(senders[name])
