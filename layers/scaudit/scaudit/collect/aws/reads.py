"""One way to call AWS: at its turn, counted, with every refusal turned into `Unread`."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from scaudit.collect.aws.action import Action
from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.typed import hold, listed
from scaudit.model import Unread
from scaudit.model.seen import NOT_ENABLED, Permission
from scaudit.store.memory import Memory

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")
_AGAIN = re.compile("throttl|limit ?exceeded|too ?many|timeout|timed ?out|unavailable|server|internal", re.IGNORECASE)
LONGEST_CALL = 10
"""Seconds to keep for the call itself and for recording what came of it."""
UNLIKE = (LookupError, TypeError, ValueError, AttributeError)
"""What is raised where an answer lacks what is always there, or has it in another form."""
_ON_RESOURCE = re.compile(r"on resource: (arn:\S+)")
T = TypeVar("T")
Item = TypeVar("Item")


class Way(NamedTuple):
    """How a Region is asked: by boto3's clients, by name, and at its pace."""

    clients: Mapping[str, Any]
    pace: Pace


class Reads:
    """The reads of one batch.

    `clients` maps the name of a boto3 client ("ecs", "servicediscovery") to it, `memory` keeps facts that never change
    from batch to batch, `left` tells how many seconds the batch still has, and `elsewhere` gives the way to another
    Region. `once` holds what is read but once in a batch; `permissions` has what was allowed or refused, by the cluster
    or by what the call names, and the action, and `understood` the error, or nothing, of whatever was made of an
    answer, by action and what it was about.
    `side_by_side` makes independent calls, as `map` does one after the other.
    """

    def __init__(
        self,
        clients: Mapping[str, Any],
        memory: Memory,
        pace: Pace,
        left: Callable[[], float],
        elsewhere: Callable[[str], Way] | None = None,
        side_by_side: Callable[..., Iterable[Any]] = map,
    ) -> None:
        self._own = Way(clients, pace)
        self._elsewhere = elsewhere
        self._side_by_side = side_by_side
        self._lock = Lock()
        self.memory = memory
        self.left = left
        self.once: dict[str, Any] = {}
        self.calls: Counter[str] = Counter()
        self.permissions: dict[tuple[str, str], Permission] = {}
        self.understood: dict[tuple[str, str], str] = {}

    def each(self, work: Callable[[Item], T], items: Iterable[Item]) -> list[T]:
        """What `work` comes to for each item, in their order; none may need what is read for another."""
        return list(self._side_by_side(work, items))

    def ask(
        self, action: Action, cluster: str, /, *, gone: tuple[str, ...] = (), region: str = "", **parameters: object
    ) -> dict[str, Any] | Unread | None:
        """Make a call; `cluster` is whose audit it serves, empty for scaudit's own. `region` is named where it is
        another one than the batch's.

        Returns the answer, None when AWS answers with one of the error codes `gone`, or Unread. Raises nothing that
        AWS or the way there may answer.
        """
        name = action.name
        if region and self._elsewhere is None:
            return Unread(f"{name} is not asked in Region {region}: only one Region is read here")
        way = self._elsewhere(region) if region and self._elsewhere else self._own
        if not way.pace.turn(action, self.left() - LONGEST_CALL):
            return Unread(f"{name} was not asked: no time was left within half of its quota", transient=True)
        with self._lock:
            self.calls[name] += 1
        subject = str(parameters.get(action.named_by, cluster)) + (f" in {region}" if region else "")
        try:
            answer: dict[str, Any] = getattr(way.clients[action.client], xform_name(action.operation))(**parameters)
        except ClientError as error:
            code, text = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
            if code in gone:
                self._permit(name, subject)
                return None
            return self._refused(name, subject, code, text)
        except ParamValidationError as error:  # what it is asked with, an earlier answer told
            told = self.understood[name, subject] = f"{error}".replace("\n", " ")[:300]
            return Unread(f"{name} cannot be asked about {subject}: {told}", odd=True)
        except BotoCoreError as error:
            return Unread(f"{name} got no answer: {error}", transient=True)
        self._permit(name, subject)
        return answer

    def understand(self, action: Action, what: str, make: Callable[..., T], /, *given: object) -> T | Unread:
        """What `make` makes of what is `given` of an answer about `what` (a task, a service, an ARN: the same words at
        every look). Unread where it cannot, or where that is of another type than it says, so that one odd answer is
        unknown and tells of itself (SC901), and its neighbours are judged.

        AWS's models let nearly every member be absent (botocore: only `required` ones are promised).
        """
        try:
            made = make(*given)
            hold(made, make)
        except UNLIKE as error:
            told = f"{type(error).__name__}: {error}"
            self.understood[action.name, what] = told
            return Unread(f"{action.name} answered about {what} in a shape not known to scaudit ({told})", odd=True)
        self.understood.setdefault((action.name, what), "")
        return made

    def entries(self, action: Action, what: str, answer: Mapping[str, Any], word: str) -> list[dict[str, Any]] | Unread:
        """Each thing that an answer about `what` lists under a `word`; one that is no object says nothing."""
        told = self.understand(action, what, _listed, answer, word)
        return told if isinstance(told, Unread) else [each if isinstance(each, dict) else {} for each in told]

    def aside(self, left: Callable[[], float]) -> "Reads":
        """The same reads with less time, for what need not be allowed: a refusal is nobody's but who asked."""
        other = Reads(self._own.clients, self.memory, self._own.pace, left, self._elsewhere, self._side_by_side)
        other.calls = self.calls
        return other

    def _permit(self, action: str, subject: str) -> None:
        self.permissions.setdefault((subject, action), Permission(action))

    def _refused(self, action: str, subject: str, code: str, text: str) -> Unread:
        if code not in (*_DENIED, *NOT_ENABLED):
            return Unread(f"{action} failed with {code}: {text}", code=code, transient=bool(_AGAIN.search(code)))
        resource = _ON_RESOURCE.search(text)
        refusal = Unread(
            f"{action} is refused ({code}): {text}",
            action=action,
            resource=resource.group(1) if resource else "",
            code=code,
        )
        self.permissions[subject, action] = Permission(action, refusal)
        return refusal


def _listed(answer: Mapping[str, Any], word: str) -> list[Any]:
    return listed(answer[word])
