"""What befalls one task: how its proxy starts, what is registered of it, what keeps it from RUNNING, what it leaves."""

from dataclasses import dataclass

from local.emulator.ecs.containers import HEALTHY, UNKNOWN
from local.emulator.ecs.model import ACTIVATING, PENDING, Task

# AWS: the reason of a container that the kernel killed for want of memory, whatever its exit code.
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"


@dataclass(frozen=True)
class Failure:
    """What keeps a task with a proxy from RUNNING, and how ECS ends it."""

    stop_code: str
    stopped_reason: str
    state: str = PENDING
    # How many task delays the task stays in `state`; None is until somebody stops it.
    patience: int | None = 4
    proxy_starts: bool = True
    proxy_health: str = UNKNOWN
    # The proxy ends by itself, with this, before ECS ends the task.
    proxy_exit: int | None = None
    proxy_reason: str = ""

    def concerns(self, task: Task) -> bool:
        """Only a task with a proxy fails with it, and only one with endpoints fails to be registered."""
        return task.proxy is not None and (self.state != ACTIVATING or bool(task.deployment.resources))


@dataclass(frozen=True)
class Fate:
    """What becomes of a task and its proxy, when its service's tag asks for a fault."""

    port_offset: int = 0
    foreign_address: bool = False
    registers: bool = True
    registration_delay: float = 0.0
    crashes_after: float = 0.0
    proxy_killed_after: float = 0.0
    # The transcript that the proxy's log follows. None: its stream never appears.
    log: str | None = "01-healthy-start.log"
    proxy_health: str = HEALTHY
    failure: Failure | None = None
    stays_registered: bool = False
    vacates_address: bool = False
