"""One odd thing blinds nobody else: what breaks for many is tried for each, and what cannot be written waits alone."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from scaudit.audit.again import Later, look_again, send
from scaudit.audit.context import Edges
from scaudit.audit.outcomes import (
    Left,
    NamespaceJudged,
    OfService,
    Outcome,
    PutOff,
    ServiceJudged,
    ServiceUnchanged,
    Unseen,
)
from scaudit.audit.recorder import Recorder
from scaudit.model import Service
from scaudit.model.places import Place
from scaudit.model.service_states import LogMark
from scaudit.queue.messages import TaskNudge
from scaudit.store.table import PUTS_PER_CALL

MOST_IN_A_ROW = 3
"""After so many outcomes, one after the other, that could not be written it is the table, and not they."""
Part = TypeVar("Part", TaskNudge, Service, str)
logger = Logger(child=True)


class NotWritten(RuntimeError):
    """The table or the queue does not take anything at present: all of it is to come again."""


class Keeping:
    """Records what looks come to, each outcome by itself. `unwritten` are the services and tasks (service, task or
    nothing) that are to come again, `whole` the services of which every running task was seen and recorded, and `logs`
    those that were marked, by the places and ids of their tasks: nothing new will come of them."""

    def __init__(self, edges: Edges, recorder: Recorder) -> None:
        self._edges, self._recorder = edges, recorder
        self.unwritten: set[tuple[str, str]] = set()
        self.whole: set[str] = set()
        self.logs: dict[tuple[Place, str], LogMark] = {}
        self._unmarked: dict[tuple[Place, str], LogMark] = {}
        self._later: list[Later] = []
        self._settled: set[str] = set()
        self._in_a_row = 0

    def looks(
        self, parts: Sequence[Part], look: Callable[[Sequence[Part]], Iterator[Outcome]]
    ) -> Iterator[tuple[Part, Exception]]:
        """Record the look at all parts and, where it breaks, a look at each alone; yields those at which it breaks
        alone, too. Raises NotWritten, and what AWS raises for the table: that is nobody's fault."""
        try:
            for outcome in look(parts):
                self._keep(outcome)
        except (NotWritten, BotoCoreError, ClientError):
            raise
        except Exception as error:
            if len(parts) > 1:
                for part in parts:
                    if not (isinstance(part, TaskNudge) and part.task in self._settled):
                        yield from self.looks([part], look)
                return
            logger.exception("could not be looked at")
            if isinstance(parts[0], Service):
                self.whole.discard(parts[0].name)
            yield parts[0], error

    def send(self) -> None:
        """Send for the next looks at what was kept: once, when everything is."""
        self.mark_logs()
        send(self._edges, self._later)

    def mark_logs(self) -> None:
        """Remember which logs need not be read again."""
        self._edges.ledger.mark_logs(self._unmarked, self._edges.clock())
        self.logs |= self._unmarked
        self._unmarked.clear()

    def _keep(self, outcome: Outcome) -> None:
        try:
            said = self._recorder.keep(outcome)
            if isinstance(outcome, ServiceJudged):  # it is looked at again by the next sweep
                if outcome.whole and outcome.whole.unlisted is None:
                    self.whole.add(outcome.service.name)
            elif isinstance(outcome, ServiceUnchanged):
                self.whole.add(outcome.service.name)
            elif not isinstance(outcome, NamespaceJudged):
                if isinstance(outcome, Unseen | PutOff):  # not every running task was seen
                    self.whole.discard(outcome.nudge.service)
                self._later += look_again(self._edges, outcome, said, self._unmarked)
                if len(self._unmarked) >= PUTS_PER_CALL:  # not at the end: a look that is killed must have come further
                    self.mark_logs()
        except Exception as error:
            self._in_a_row += 1
            if self._in_a_row == MOST_IN_A_ROW:
                raise NotWritten(str(error)) from error
            service, task = _whose(outcome)
            logger.exception("not recorded, will be tried again", extra={"ecs_service": service, "task_id": task})
            self.unwritten.add((service, task))
            self.whole.discard(service)
        else:
            self._in_a_row = 0
            if not isinstance(outcome, OfService | Left):
                self._settled.add(outcome.nudge.task)


def _whose(outcome: Outcome) -> tuple[str, str]:
    if isinstance(outcome, ServiceJudged | ServiceUnchanged):
        return outcome.service.name, ""
    if isinstance(outcome, NamespaceJudged):
        return outcome.service, ""
    return outcome.nudge.service, outcome.nudge.task
