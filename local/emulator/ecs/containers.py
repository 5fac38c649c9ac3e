"""What is known of a container while its task lives: whether it runs, how healthy it is, how it ended."""

from dataclasses import dataclass

HEALTHY, UNHEALTHY, UNKNOWN = "HEALTHY", "UNHEALTHY", "UNKNOWN"


@dataclass
class ContainerState:
    """How one container of a task is doing."""

    status: str = "PENDING"
    health: str = UNKNOWN
    exit_code: int | None = None
    reason: str = ""

    def start(self) -> None:
        """Let the container run."""
        self.status = "RUNNING"

    def end(self, exit_code: int, reason: str = "") -> None:
        """AWS: a container that never ran has no exit code, and none that has stopped is called healthy."""
        if self.status == "RUNNING":
            self.exit_code, self.reason = exit_code, reason
        self.status = "STOPPED"
        if self.health == HEALTHY:
            self.health = UNKNOWN
