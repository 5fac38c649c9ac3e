"""One odd thing blinds nobody else: what fails for many is tried for each, and what cannot be written waits alone."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from scaudit.audit.again import look_again
from scaudit.audit.context import Edges
from scaudit.audit.outcomes import Outcome, ServiceJudged
from scaudit.audit.recorder import Recorder

MOST_IN_A_ROW = 3
"""After so many outcomes, one after the other, that could not be written it is the table, and not they."""
T = TypeVar("T")
logger = Logger(child=True)


class NotWritten(RuntimeError):
    """The table or the queue does not take anything at present: all of it is to come again."""


class Keeping:
    """Records outcomes, each by itself. `unwritten` are the services and tasks (service, task or nothing) that are to
    come again."""

    def __init__(self, edges: Edges, recorder: Recorder) -> None:
        self._edges, self._recorder = edges, recorder
        self.unwritten: set[tuple[str, str]] = set()
        self._in_a_row = 0

    def keep(self, outcome: Outcome) -> None:
        """Record one outcome, and send for the next look. Raises NotWritten."""
        try:
            said = self._recorder.keep(outcome)
            if not isinstance(outcome, ServiceJudged):  # a service is looked at again by the next sweep
                look_again(self._edges, outcome, said)
        except Exception as error:
            self._in_a_row += 1
            if self._in_a_row == MOST_IN_A_ROW:
                raise NotWritten(str(error)) from error
            whose = _whose(outcome)
            logger.exception("not recorded, will be tried again", extra={"ecs_service": whose[0], "task_id": whose[1]})
            self.unwritten.add(whose)
        else:
            self._in_a_row = 0


def _whose(outcome: Outcome) -> tuple[str, str]:
    if isinstance(outcome, ServiceJudged):
        return outcome.service.name, ""
    return outcome.nudge.service, outcome.nudge.task


def isolated(parts: Sequence[T], work: Callable[[Sequence[T]], None]) -> Iterator[tuple[T, Exception]]:
    """Do the work for all parts at once and, where that fails, for each of them alone. Yields those for which it fails
    alone, too. Raises NotWritten, and what AWS raises for the table: that is nobody's fault."""
    try:
        work(parts)
    except (NotWritten, BotoCoreError, ClientError):
        raise
    except Exception as error:
        if len(parts) == 1:
            logger.exception("could not be looked at")
            yield parts[0], error
            return
        for part in parts:
            yield from isolated([part], work)
