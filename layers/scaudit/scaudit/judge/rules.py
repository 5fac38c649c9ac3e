"""How checks are run."""

from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """How a deployment of scaudit wants its checks run; `second_look` and `start_deadline` are in seconds."""

    settle_scale: float = 1.0
    second_look: int = 60
    start_deadline: int = 900
