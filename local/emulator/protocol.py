"""What an action of AWS's JSON protocol is, without the emulator."""

from collections.abc import Awaitable, Callable
from typing import Any

Json = dict[str, Any]
Action = Callable[[Json], Awaitable[Json]]
# The code of nearly every refusal of ECS.
INVALID = "InvalidParameterException"


class AwsError(Exception):
    """An error that AWS answers with, by its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
