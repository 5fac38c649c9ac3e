"""What the reads of each Region are made with: its clients, its pace and its memory."""

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Reads, Way
from scaudit.store.memory import Memory


class _Clients(dict[str, Any]):
    """boto3's clients by name, each made when it is first needed, and one at a time: the session that makes them is not
    safe to be used at once (boto3, Multithreading or multiprocessing with clients)."""

    def __init__(self, make: Callable[[str], Any], lock: Lock) -> None:
        super().__init__()
        self._make, self._lock = make, lock

    def __missing__(self, name: str) -> Any:  # noqa: ANN401
        with self._lock:
            if name not in self:
                self[name] = self._make(name)
        return self[name]


class Regions:
    """`client` is boto3's, `pace` and `memory` make a Region's. All of it is made once."""

    def __init__(
        self, client: Callable[..., Any], pace: Callable[[str], Pace], memory: Callable[[str], Memory]
    ) -> None:
        self._client, self._pace, self._memory = client, pace, memory
        self._ways: dict[str, Way] = {}
        self._memories: dict[str, Memory] = {}
        self._lock = Lock()

    def reads(self, region: str, left: Callable[[], float]) -> Reads:
        """The reads of one batch in a Region; `left` tells how many seconds it still has."""
        way = self._way(region)
        with self._lock:
            if region not in self._memories:
                self._memories[region] = self._memory(region)
            memory = self._memories[region]
        return Reads(way.clients, memory, way.pace, left, self._way)

    def _way(self, region: str) -> Way:
        with self._lock:
            if region not in self._ways:
                clients = _Clients(partial(self._client, region_name=region), self._lock)
                self._ways[region] = Way(clients, self._pace(region))
            return self._ways[region]
